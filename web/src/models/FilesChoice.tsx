import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../api/client";
import { ApiProblem } from "../api/problem";
import type { components } from "../api/schema";
import { Button, bytes, type DroppedFile, FileDrop, Notice, Problem, Progress, Tick } from "../parts";
import { useWords } from "../words";
import type { Model, Needs } from "./asking";
import style from "./Reading.module.css";
import { words } from "./readingWords";
import { begin, type Sending, send, takeBack } from "./sending";

type Begun = components["schemas"]["ReadingBegun"];

interface Properties {
  model: Model;
  needs: Needs;
  onBegun: (begun: Begun, files: readonly DroppedFile[]) => Promise<void>;
}

/** Hidden files that some systems leave beside images. */
const isHidden = ({ path }: DroppedFile): boolean => /(^|\/)(\.|__MACOSX\/)/.test(path);
const sizeOf = (files: readonly DroppedFile[]): number => files.reduce((sum, { file }) => sum + file.size, 0);

/** Files of this computer, with a table where the model reads one. */
export function FilesChoice({ model, needs, onBegun }: Properties) {
  const t = useWords(words);
  const [images, setImages] = useState<readonly DroppedFile[]>([]);
  const [table, setTable] = useState<DroppedFile | null>(null);
  const [maps, setMaps] = useState(false);
  const { reading, sending, held } = useReading({ model, needs, onBegun });
  const busy = reading.isPending;
  const size = sizeOf(images);
  const wanted = needs.columns.length > 0;
  return (
    <section className={style.section}>
      <h2>{t.fromHere}</h2>
      <p className={style.soft}>{t.fromHereAbout}</p>
      <FileDrop
        label={needs.volumes ? t.dropVolumes : t.dropImages}
        hint={t.dropHint(needs.images_at_most)}
        multiple
        disabled={busy}
        onFiles={(files) => setImages((before) => [...before, ...files.filter((file) => !isHidden(file))])}
      />
      {(wanted || needs.several) && (
        <>
          <p className={style.soft}>{wanted ? t.tableNeeds(needs.columns.join(", ")) : t.tableSeveral}</p>
          <FileDrop
            label={t.dropTable}
            accept=".csv,.tsv,.txt,.xlsx,.parquet"
            disabled={busy}
            onFiles={([file]) => setTable(file ?? null)}
          />
        </>
      )}
      {(images.length > 0 || table) && (
        <p className={style.row} role="status">
          <span>
            {t.chosenFiles(images.length, bytes(size))} {table && t.chosenTable}
          </span>
          <Button
            kind="quiet"
            disabled={busy}
            onClick={() => {
              setImages([]);
              setTable(null);
            }}
          >
            {t.choseNothing}
          </Button>
        </p>
      )}
      {size > needs.bytes_at_most && <Notice kind="problem">{t.tooMuch(bytes(size))}</Notice>}
      <Tick label={t.maps} checked={maps} disabled={busy} onTick={setMaps} />
      <div>
        <Button
          kind="primary"
          busy={busy}
          disabled={images.length === 0 || size > needs.bytes_at_most || (wanted && !table)}
          onClick={() => reading.mutate({ images, table, maps })}
        >
          {t.start}
        </Button>
      </div>
      {sending && (
        <Progress
          label={t.sending(sending.files.length, bytes(sizeOf(sending.files)))}
          done={held / Math.max(1, sizeOf(sending.files))}
          left={bytes(Math.max(0, sizeOf(sending.files) - held))}
        />
      )}
      <Problem of={reading.error} />
      {reading.isError && sending && (
        <Notice
          kind="warning"
          action={<Button onClick={() => reading.mutate({ images, table, maps })}>{t.goOn}</Button>}
        >
          {t.sendingCut}
        </Notice>
      )}
    </section>
  );
}

interface Chosen {
  images: readonly DroppedFile[];
  table: DroppedFile | null;
  maps: boolean;
}

/** Sends files and has them read. What was cut off goes on; what the server refuses is taken back. */
function useReading({ model, onBegun }: Properties) {
  const [sending, setSending] = useState<Sending | null>(null);
  const [held, setHeld] = useState(0);
  const reading = useMutation({
    mutationFn: async ({ images, table, maps }: Chosen) => {
      const going = sending ?? (await begin(table ? [...images, table] : images));
      setSending(going);
      try {
        await send(going, setHeld);
        const asked = { study: model.slug, run: model.run, reader: model.reader, maps, upload: going.id };
        const place = table ? { table: images.length } : {};
        const begun = await answer(api.POST("/api/readings", { body: { ...asked, ...place } }));
        setSending(null);
        await onBegun(begun, going.files);
      } catch (problem) {
        // Only what the network cut off can be gone on with.
        if (problem instanceof ApiProblem && problem.status >= 400 && problem.status < 500) {
          setSending(null);
          await takeBack(going.id);
        }
        throw problem;
      }
    },
  });
  return { reading, sending, held };
}
