import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { answer, api } from "../api/client";
import { Button, Field, Notice, Problem, Select } from "../parts";
import { useWords } from "../words";
import style from "./Archive.module.css";
import { useStatistics } from "./asking";
import { words } from "./releaseWords";
import type { PackageRow } from "./releasing";

/** Copies the archive for use in the house: in the guideline's layout, or as plain folders. */
export function ExportForm({ onBegun, onClose }: { onBegun: (row: PackageRow) => void; onClose: () => void }) {
  const t = useWords(words);
  const known = useStatistics().data?.classes_known;
  const [layout, choose] = useState<"guideline" | "plain">("guideline");
  const [facts, setFacts] = useState({ description: "lung cancer images", contributor: "", data_version: "1.0" });
  const make = useMutation({
    mutationFn: () => {
      const contributor = facts.contributor.trim() || "not said";
      return answer(api.POST("/api/packages/export", { body: { ...facts, contributor, layout } }));
    },
    onSuccess: onBegun,
  });
  const text = (name: keyof typeof facts) => ({
    value: facts[name],
    onChange: (event: { target: { value: string } }) => setFacts({ ...facts, [name]: event.target.value }),
  });
  const lacking = layout === "guideline" && known === false;
  return (
    <form
      className={style.form}
      aria-label={t.openExport}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <Select
        label={t.layout}
        hint={layout === "guideline" ? t.guidelineAbout : t.plainAbout}
        value={layout}
        choices={[
          { value: "guideline", text: t.guideline },
          { value: "plain", text: t.plain },
        ]}
        onChoose={choose}
      />
      {layout === "guideline" && (
        <>
          <Field label={t.description} hint={t.descriptionHint} maxLength={50} required {...text("description")} />
          <Field label={t.contributor} hint={t.contributorHint} maxLength={130} {...text("contributor")} />
          <Field label={t.version} maxLength={5} required {...text("data_version")} />
        </>
      )}
      <div className={style.whole}>
        {lacking && <Notice kind="warning">{t.noClasses}</Notice>}
        <Problem of={make.error} />
        <div className={style.actions}>
          <Button kind="primary" type="submit" busy={make.isPending} disabled={lacking}>
            {t.makeExport}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {t.close}
          </Button>
        </div>
      </div>
    </form>
  );
}
