import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button, Dialog, Field, FileDrop, Problem, Select, Told } from "../parts";
import { useWords } from "../words";
import { annotation, exportAddress } from "./asking";
import type { Project } from "./marking";
import { words } from "./words";

const FORMS = ["guideline", "coco", "seg", "sr", "nifti"] as const;
type Form = (typeof FORMS)[number];

function useForms() {
  const t = useWords(words);
  const named = { guideline: t.formGuideline, coco: t.formCoco, seg: t.formSeg, sr: t.formSr, nifti: t.formNifti };
  return FORMS.map((value) => ({ value, text: named[value] }));
}

/** Take out what a project came to. */
export function Export({ project, onClose }: { project: Project; onClose: () => void }) {
  const t = useWords(words);
  const [form, choose] = useState<Form>("guideline");
  return (
    <Dialog
      title={t.export}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.close}</Button>
          <a href={exportAddress(project.project, form)} download>
            {t.download}
          </a>
        </>
      }
    >
      <p>{t.exportAbout}</p>
      <Select label={t.form} value={form} choices={useForms()} onChoose={choose} />
    </Dialog>
  );
}

/** Bring in markings that were made elsewhere, as proposals. */
export function BringIn({ project, onClose }: { project: Project; onClose: () => void }) {
  const t = useWords(words);
  const queries = useQueryClient();
  const [source, name] = useState("");
  const [file, take] = useState<File | null>(null);
  const bring = useMutation({
    mutationFn: () => annotation.bringIn(project.project, source.trim(), file as File),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["annotation"] }),
  });
  return (
    <Dialog
      title={t.bringIn}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.close}</Button>
          <Button
            kind="primary"
            busy={bring.isPending}
            disabled={!file || !source.trim()}
            onClick={() => bring.mutate()}
          >
            {t.bringIn}
          </Button>
        </>
      }
    >
      <p>{t.bringInAbout}</p>
      <Problem of={bring.error} />
      {bring.data && (
        <p role="status">
          {t.broughtIn(bring.data.lesions, bring.data.images)} <Told>{bring.data.notes.join(" ")}</Told>
        </p>
      )}
      <Field label={t.source} value={source} maxLength={100} onChange={(event) => name(event.target.value)} />
      <FileDrop label={t.file} hint={file?.name} onFiles={([chosen]) => take(chosen?.file ?? null)} />
    </Dialog>
  );
}
