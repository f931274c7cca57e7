import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { JobView } from "../jobs/JobView";
import { Button } from "../parts";
import { useWords } from "../words";
import style from "./Archive.module.css";
import { ExportForm } from "./ExportForm";
import { Packages } from "./Packages";
import { ReleaseForm } from "./ReleaseForm";
import { ReleaseRecord } from "./ReleaseRecord";
import { words } from "./releaseWords";
import { PACKAGES, type PackageRow, RELEASES } from "./releasing";

/** What leaves the archive: releases on terms, copies, what was made of them, and the record. */
export function ReleaseSection() {
  const t = useWords(words);
  const client = useQueryClient();
  const [form, open] = useState<"release" | "export" | null>(null);
  const [job, setJob] = useState<string | null>(null);
  const ended = useCallback(() => {
    for (const queryKey of [PACKAGES, RELEASES]) void client.invalidateQueries({ queryKey });
  }, [client]);
  const begun = (row: PackageRow) => {
    setJob(row.job);
    open(null);
    ended();
  };
  return (
    <div className={style.sections}>
      <section className={style.section}>
        <p className={style.soft}>{t.about}</p>
        <div className={style.actions}>
          <Button kind="primary" aria-expanded={form === "release"} onClick={() => open("release")}>
            {t.openRelease}
          </Button>
          <Button aria-expanded={form === "export"} onClick={() => open("export")}>
            {t.openExport}
          </Button>
        </div>
        {form === "release" && <ReleaseForm onBegun={begun} onClose={() => open(null)} />}
        {form === "export" && <ExportForm onBegun={begun} onClose={() => open(null)} />}
        {job && form === null && <JobView key={job} id={job} onEnd={ended} />}
      </section>
      <Packages />
      <ReleaseRecord />
    </div>
  );
}
