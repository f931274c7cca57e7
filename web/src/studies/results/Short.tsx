import { Link } from "wouter";
import { Problem, Skeleton } from "../../parts";
import { useWords } from "../../words";
import { Said, Warnings } from "./Answer";
import { evidenceOf, useResults, type Where } from "./asking";
import style from "./results.module.css";
import { MainTable } from "./Tables";
import { words } from "./words";

/** The results as the last step of a study: the answer, the main table, and the way to the rest. */
export function Short({ slug, run }: Where) {
  const t = useWords(words);
  const where = { slug, run };
  const found = useResults(where);
  if (!found.data) return found.error ? <Problem of={found.error} /> : <Skeleton />;
  const evidence = evidenceOf(found.data);
  return (
    <div className={style.sections} data-results={run}>
      <Warnings evidence={evidence} />
      <Said evidence={evidence} />
      <MainTable evidence={evidence} where={where} />
      <div>
        <Link href={`/studies/${slug}/results/${run}`}>{t.allResults}</Link>
      </div>
    </div>
  );
}
