import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../api/client";
import { Button, Confirm, Notice, Picture, Problem } from "../parts";
import { useWords } from "../words";
import { type Entry, pictureAt, reasonIn } from "./asking";
import { BoxPicture, Preview } from "./BoxPicture";
import type { Box } from "./boxes";
import style from "./Quarantine.module.css";
import { words } from "./words";

type Question = "release" | "reject" | null;

/** One file under review: before and after, the places that would be blanked, and the decision. */
export function Review({ entry, onBack }: { entry: Entry; onBack: () => void }) {
  const t = useWords(words);
  const client = useQueryClient();
  const proposed = entry.boxes as Box[];
  const [boxes, setBoxes] = useState<Box[]>(proposed);
  const [question, ask] = useState<Question>(null);
  const path = { params: { path: { entry: entry.id } } };
  const settle = useMutation({
    mutationFn: (what: "release" | "reject") =>
      what === "release"
        ? answer(api.POST("/api/quarantine/{entry}/release", { ...path, body: { boxes, confirmed: true } }))
        : answer(api.POST("/api/quarantine/{entry}/reject", { ...path, body: { confirmed: true } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["quarantine"] });
      void client.invalidateQueries({ queryKey: ["archive"] });
      onBack();
    },
    onSettled: () => ask(null),
  });
  return (
    <section className={style.section}>
      <div>
        <Button kind="quiet" onClick={onBack}>
          {t.back}
        </Button>
      </div>
      <h2>{reasonIn(t, entry.reason)}</h2>
      <p>{entry.detail}</p>
      <Problem of={settle.error} />
      {entry.has_picture ? (
        <>
          <p className={style.soft}>{t.recorded}</p>
          <div className={style.pair}>
            <figure>
              <figcaption>{t.draw}</figcaption>
              <BoxPicture src={pictureAt(entry.id, "before")} boxes={boxes} onChange={setBoxes} />
              <small>{t.drawAbout}</small>
            </figure>
            <figure>
              <figcaption>{t.after}</figcaption>
              {boxes === proposed ? (
                <Picture src={pictureAt(entry.id, "after")} alt={t.afterAlt} size="whole" />
              ) : (
                <Preview src={pictureAt(entry.id, "before")} boxes={boxes} />
              )}
              <small>{t.proposed(proposed.length)}</small>
            </figure>
          </div>
          <Places boxes={boxes} proposed={proposed} onChange={setBoxes} />
        </>
      ) : (
        <Notice>{t.noPicture}</Notice>
      )}
      <div className={style.actions}>
        {entry.has_picture && (
          <Button kind="primary" busy={settle.isPending} onClick={() => ask("release")}>
            {boxes.length > 0 ? t.release : t.releaseAsIs}
          </Button>
        )}
        <Button kind="danger" busy={settle.isPending} onClick={() => ask("reject")}>
          {t.reject}
        </Button>
      </div>
      {question && (
        <Confirm
          title={question === "release" ? t.releaseTitle : t.rejectTitle}
          yes={question === "reject" ? t.reject : boxes.length > 0 ? t.release : t.releaseAsIs}
          busy={settle.isPending}
          onYes={() => settle.mutate(question)}
          onNo={() => ask(null)}
        >
          {question === "release" ? t.releaseAbout(boxes.length) : t.rejectAbout}
        </Confirm>
      )}
    </section>
  );
}

interface PlacesProperties {
  boxes: Box[];
  proposed: Box[];
  onChange: (boxes: Box[]) => void;
}

function Places({ boxes, proposed, onChange }: PlacesProperties) {
  const t = useWords(words);
  return (
    <section className={style.places}>
      <h3>{t.boxes}</h3>
      {boxes.length === 0 && <p>{t.noBoxes}</p>}
      <ol>
        {boxes.map((box, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a place is known by its number.
          <li key={index}>
            {t.place(index + 1, ...box)}{" "}
            <Button
              kind="quiet"
              aria-label={t.removeBox(index + 1)}
              onClick={() => onChange(boxes.filter((_, at) => at !== index))}
            >
              ×
            </Button>
          </li>
        ))}
      </ol>
      <div className={style.actions}>
        <Button onClick={() => onChange([...boxes, [8, 8, 160, 40]])}>{t.addBox}</Button>
        {proposed.length > 0 && <Button onClick={() => onChange(proposed)}>{t.useProposed}</Button>}
      </div>
    </section>
  );
}
