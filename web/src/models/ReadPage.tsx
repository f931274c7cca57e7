import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { Link, useLocation } from "wouter";
import { answer, api } from "../api/client";
import type { components } from "../api/schema";
import { useRights } from "../api/session";
import { type DroppedFile, Notice, Page, Problem, Skeleton } from "../parts";
import { useWords } from "../words";
import { ArchiveChoice } from "./ArchiveChoice";
import { type Model, modelAt } from "./asking";
import { FilesChoice } from "./FilesChoice";
import { remember } from "./localNames";
import { notePassedOver } from "./passedOver";
import style from "./Reading.module.css";
import { words } from "./readingWords";

type Begun = components["schemas"]["ReadingBegun"];

/** New images for a model: files of this computer, or images of the archive. */
export default function ReadPage({ params }: { params: Model }) {
  const t = useWords(words);
  const may = useRights();
  const [, go] = useLocation();
  const model = { slug: params.slug, run: params.run, reader: decodeURIComponent(params.reader) };
  const needs = useQuery({
    queryKey: ["model needs", model],
    queryFn: () => answer(api.GET("/api/readings/needs/{slug}/{run}/{reader}", { params: { path: model } })),
  });
  const begun = useCallback(
    async (found: Begun, files: readonly DroppedFile[]) => {
      await remember(found.reading, found.images, files);
      notePassedOver(found.reading, found.passed_over);
      go(`/models/readings/${found.reading}`);
    },
    [go],
  );
  const actions = (
    <>
      <Link href={modelAt(model)}>{t.backToModel}</Link>
      <Link href="/models/readings">{t.readings}</Link>
    </>
  );
  return (
    <Page title={t.readWith(model.reader)} about={t.readAbout(model.slug, model.run)} actions={actions}>
      <div className={style.sections}>
        <Notice kind="warning">{t.caution}</Notice>
        {needs.error && <Problem of={needs.error} />}
        {!needs.data && !needs.error && <Skeleton lines={6} />}
        {needs.data && <FilesChoice model={model} needs={needs.data} onBegun={begun} />}
        {needs.data && may("see_archive") && <ArchiveChoice model={model} needs={needs.data} onBegun={begun} />}
      </div>
    </Page>
  );
}
