import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { answer, api } from "../api/client";
import { JobView } from "../jobs/JobView";
import { Button, bytes, count, type DroppedFile, FileDrop, Notice, Problem, Progress } from "../parts";
import { useWords } from "../words";
import { type ChosenFolder, FolderChooser } from "./FolderChooser";
import style from "./Import.module.css";
import { words } from "./importWords";
import { AfterProtocol } from "./Protocol";
import { beginUpload, send, sizeOf, type Upload } from "./sending";

/** Bringing images in: the protocol first, then a folder of the server or files of this computer, then how far it is. */
export function ImportSection() {
  return (
    <AfterProtocol>
      <Import />
    </AfterProtocol>
  );
}

function Import() {
  const t = useWords(words);
  const client = useQueryClient();
  const [job, setJob] = useState<string | null>(null);
  const begin = useMutation({
    mutationFn: (what: { folders?: ChosenFolder[]; upload?: string }) =>
      answer(api.POST("/api/imports", { body: { folders: [], ...what } })),
    onSuccess: ({ job }) => {
      setJob(job);
      void client.invalidateQueries({ queryKey: ["jobs"] });
    },
  });
  const ended = useCallback(() => {
    void client.invalidateQueries({ queryKey: ["archive"] });
    void client.invalidateQueries({ queryKey: ["quarantine"] });
  }, [client]);
  if (job)
    return (
      <section className={style.section}>
        <h2>{t.progressTitle}</h2>
        <JobView id={job} onEnd={ended} />
        <div>
          <Button onClick={() => setJob(null)}>{t.another}</Button>
        </div>
      </section>
    );
  return (
    <>
      <Problem of={begin.error} />
      <section className={style.section}>
        <h2>{t.fromHere}</h2>
        <p className={style.soft}>{t.fromHereAbout}</p>
        <Sending onCame={(upload) => begin.mutate({ upload })} />
      </section>
      <section className={style.section}>
        <h2>{t.fromServer}</h2>
        <p className={style.soft}>{t.fromServerAbout}</p>
        <FolderChooser busy={begin.isPending} onChoose={(folder) => begin.mutate({ folders: [folder] })} />
      </section>
    </>
  );
}

function Sending({ onCame }: { onCame: (upload: string) => void }) {
  const t = useWords(words);
  const [upload, setUpload] = useState<Upload | null>(null);
  const [held, setHeld] = useState(0);
  const sending = useMutation({
    mutationFn: async (what: Upload | readonly DroppedFile[]) => {
      const begun = "id" in what ? what : await beginUpload(what);
      setUpload(begun);
      await send(begun, setHeld);
      return begun.id;
    },
    onSuccess: (id) => {
      setUpload(null);
      onCame(id);
    },
  });
  const total = upload ? sizeOf(upload.files) : 0;
  return (
    <>
      <FileDrop
        label={t.dropFolder}
        hint={t.dropHint}
        multiple
        disabled={sending.isPending}
        onFiles={(files) => files.length > 0 && sending.mutate(files)}
      />
      {upload && (
        <Progress
          label={t.sending(count(upload.files.length), bytes(total))}
          done={total > 0 ? held / total : null}
          left={bytes(Math.max(0, total - held))}
        />
      )}
      <Problem of={sending.error} />
      {sending.isError && upload && (
        <Notice kind="warning" action={<Button onClick={() => sending.mutate(upload)}>{t.goOn}</Button>}>
          {t.sendingCut}
        </Notice>
      )}
    </>
  );
}
