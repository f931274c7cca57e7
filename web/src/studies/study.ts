import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../api/client";
import { ApiProblem } from "../api/problem";
import type { components } from "../api/schema";

export type Study = components["schemas"]["StudyState"];
export type TableShown = components["schemas"]["TableShown"];
export type TaskShown = components["schemas"]["TaskShown"];
export type CohortShown = components["schemas"]["CohortShown"];
export type ScoreShown = components["schemas"]["ScoreShown"];
export type ImagesShown = components["schemas"]["ImagesShown"];
export type Job = components["schemas"]["JobRow"];

export interface Edit {
  at: (string | number)[];
  value?: unknown;
}

/** The parts of a study file that the page reads; what else stands there is left alone. */
export interface StudyData {
  title?: string;
  cohort?: {
    images?: string;
    table?: string;
    patient?: string;
    case?: string;
    image?: string;
    patient_pattern?: string;
    include?: string[];
    choose?: string;
    volumes?: boolean;
  };
  task?: Record<string, unknown> & { kind?: string };
  split?: Split;
  readers?: Reader[];
}

export interface Split {
  parts?: Record<string, number>;
  external?: Record<string, string>;
  seed?: number;
  parts_column?: string;
  folds?: number;
}

export interface Reader {
  model?: string;
  score?: string;
  product?: string;
  combine?: string[];
  name?: string;
  epochs?: number;
  repeats?: number;
  size?: number;
  budget_minutes?: number;
  columns?: string[];
  threshold?: number;
  threshold_rule?: string;
  mapping?: Record<string, string>;
}

export const dataOf = (study: Study): StudyData => study.data as StudyData;
export const nameOf = (reader: Reader): string =>
  reader.name ??
  reader.product?.replace(/^.*\//, "").replace(/\.[^.]*$/, "") ??
  reader.combine?.join("+") ??
  reader.model ??
  reader.score ??
  "";

const pathOf = (slug: string) => ({ params: { path: { slug } } });

export interface Hand {
  study: Study;
  data: StudyData;
  canChange: boolean;
  saving: boolean;
  problem: unknown;
  /** What another window made of the study, and what was to be changed here. */
  conflict: { theirs: Study; mine: Change } | null;
  change: (edits: Edit[]) => Promise<Study | null>;
  write: (text: string) => Promise<Study | null>;
  take: (keys: Record<string, unknown>, makings: TaskShown["makings"]) => Promise<Study | null>;
  adopt: (study: Study) => void;
  takeTheirs: () => void;
  changeAgain: () => void;
}

type Change = { edits: Edit[] } | { text: string } | { keys: Record<string, unknown>; makings: TaskShown["makings"] };

function send(slug: string, tag: string, change: Change): Promise<Study> {
  if ("edits" in change)
    return answer(
      api.PATCH("/api/studies/{slug}", {
        ...pathOf(slug),
        body: { tag, edits: change.edits.map((edit) => ({ at: edit.at, value: edit.value ?? null })) },
      }),
    );
  if ("text" in change)
    return answer(api.PUT("/api/studies/{slug}/text", { ...pathOf(slug), body: { tag, text: change.text } }));
  return answer(
    api.PUT("/api/studies/{slug}/task", {
      ...pathOf(slug),
      body: { tag, keys: change.keys, makings: change.makings },
    }),
  );
}

/** A study, and the one way to change it: every change is saved at once, one after the other. */
export function useStudy(slug: string): { hand: Hand | null; error: unknown; refetch: () => void } {
  const client = useQueryClient();
  const key = ["study", slug];
  const query = useQuery({
    queryKey: key,
    queryFn: () => answer(api.GET("/api/studies/{slug}", pathOf(slug))),
  });
  const [conflict, setConflict] = useState<Hand["conflict"]>(null);
  const adopt = (study: Study) => {
    client.setQueryData(key, study);
    void client.invalidateQueries({ queryKey: ["study look", slug] });
  };
  const changing = useMutation({
    scope: { id: `study ${slug}` },
    mutationFn: async (change: Change) => {
      const tag = client.getQueryData<Study>(key)?.tag ?? "";
      try {
        return await send(slug, tag, change);
      } catch (problem) {
        if (!(problem instanceof ApiProblem && problem.status === 409)) throw problem;
        const theirs = await answer(api.GET("/api/studies/{slug}", pathOf(slug)));
        if (theirs.tag === tag) throw problem;
        setConflict({ theirs, mine: change });
        return null;
      }
    },
    onSuccess: (study) => study && adopt(study),
  });
  const work = (change: Change) => changing.mutateAsync(change).catch(() => null);
  if (!query.data) return { hand: null, error: query.error, refetch: () => void query.refetch() };
  const hand: Hand = {
    study: query.data,
    data: dataOf(query.data),
    canChange: query.data.may === "change" && !query.data.archived,
    saving: changing.isPending,
    problem: changing.error,
    conflict,
    change: (edits) => work({ edits }),
    write: (text) => work({ text }),
    take: (keys, makings) => work({ keys, makings }),
    adopt,
    takeTheirs: () => {
      if (conflict) adopt(conflict.theirs);
      setConflict(null);
    },
    changeAgain: () => {
      if (!conflict) return;
      adopt(conflict.theirs);
      setConflict(null);
      void work(conflict.mine);
    },
  };
  return { hand, error: null, refetch: () => void query.refetch() };
}

/** Something that the server tells of a study as it is now; asked again after every change. */
export function useLook<Data>(slug: string, what: readonly unknown[], ask: () => Promise<Data>, enabled = true) {
  return useQuery({ queryKey: ["study look", slug, ...what], queryFn: ask, enabled, retry: false });
}
