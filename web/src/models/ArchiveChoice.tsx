import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../api/client";
import type { components } from "../api/schema";
import { Button, count, type DroppedFile, Problem, Skeleton, Tick } from "../parts";
import { chosenValues, withValue } from "../studies/criteria";
import { useWords } from "../words";
import type { Model, Needs } from "./asking";
import style from "./Reading.module.css";
import { words } from "./readingWords";

type Begun = components["schemas"]["ReadingBegun"];
const FACETS = ["modality", "view", "body_part", "sex", "manufacturer"] as const;

interface Properties {
  model: Model;
  needs: Needs;
  onBegun: (begun: Begun, files: readonly DroppedFile[]) => Promise<void>;
}

/** Images that lie in the archive, chosen by what is known of them. */
export function ArchiveChoice({ model, needs, onBegun }: Properties) {
  const t = useWords(words);
  const [include, setInclude] = useState<string[]>([]);
  const [maps, setMaps] = useState(false);
  const needsTable = needs.columns.length > 0;
  const found = useQuery({
    queryKey: ["archive to read", include],
    queryFn: () => answer(api.POST("/api/readings/archive", { body: { include } })),
    enabled: !needsTable,
    placeholderData: (before) => before,
  });
  const start = useMutation({
    mutationFn: async () => {
      const asked = { study: model.slug, run: model.run, reader: model.reader, maps, include };
      await onBegun(await answer(api.POST("/api/readings", { body: asked })), []);
    },
  });
  const shown = found.data;
  if (needsTable) return <Section>{<p className={style.soft}>{t.archiveNeedsTable}</p>}</Section>;
  if (!shown) return <Section>{found.error ? <Problem of={found.error} /> : <Skeleton lines={3} />}</Section>;
  const tooMany = !needs.volumes && shown.kept > needs.images_at_most;
  return (
    <Section>
      <p className={style.soft}>{t.fromArchiveAbout}</p>
      <dl className={style.facets}>
        {FACETS.map((column) => (
          <div key={column}>
            <dt>{t[column]}</dt>
            <dd>
              {Object.entries(shown.facets[column] ?? {}).map(([value, n]) => (
                <button
                  key={value}
                  type="button"
                  className={style.chip}
                  disabled={value === "" || start.isPending}
                  aria-pressed={include.some((each) => chosenValues(each, column)?.includes(value))}
                  onClick={() => setInclude(withValue(include, column, value))}
                >
                  {value || t.notSaid} {count(n.all)}
                </button>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <p role="status">
        {t.archiveKept(shown.kept, shown.images, shown.kept_patients)}{" "}
        {tooMany && t.archiveTooMany(needs.images_at_most)}
      </p>
      <Tick label={t.maps} checked={maps} disabled={start.isPending} onTick={setMaps} />
      <div>
        <Button busy={start.isPending} disabled={shown.kept === 0 || tooMany} onClick={() => start.mutate()}>
          {t.startArchive(shown.kept)}
        </Button>
      </div>
      <Problem of={start.error} />
    </Section>
  );
}

function Section({ children }: { children: React.ReactNode }) {
  const t = useWords(words);
  return (
    <section className={style.section}>
      <h2>{t.fromArchive}</h2>
      {children}
    </section>
  );
}
