import { Notice } from "../../parts";
import { languageOf } from "../../parts/Told";
import { useWords } from "../../words";
import { addressOf, type Evidence, type Where } from "./asking";
import { ReportFigure } from "./Curves";
import { Forest } from "./Forest";
import { Prose } from "./Prose";
import style from "./results.module.css";
import { Detail, MainTable, MeasuresTable } from "./Tables";
import { words } from "./words";

interface Properties {
  evidence: Evidence;
  where: Where;
}

const FORESTS = new Set(["forest", "estimates"]);

/** What came of it: warnings, the answer in words, the main table, figures, further tables. */
export function Answer({ evidence, where }: Properties) {
  const t = useWords(words);
  return (
    <div className={style.sections}>
      <Warnings evidence={evidence} />
      <Said evidence={evidence} />
      <MainTable evidence={evidence} where={where} />
      {evidence.operating_table && (
        <MeasuresTable
          evidence={evidence}
          table={evidence.operating_table}
          title={t.operating}
          link={addressOf(where, "/tables/operating-table")}
          thresholds
        />
      )}
      <div className={style.figures}>
        {evidence.figures.map((figure) =>
          FORESTS.has(figure.kind) ? (
            <Forest key={figure.id} where={where} figure={figure} />
          ) : (
            <ReportFigure key={figure.id} where={where} figure={figure} />
          ),
        )}
      </div>
      {evidence.further_table && (
        <MeasuresTable
          evidence={evidence}
          table={evidence.further_table}
          title={t.further}
          link={addressOf(where, "/tables/further-table")}
        />
      )}
      {evidence.detail_tables.map((table) => (
        <Detail key={table.id} table={table} where={where} />
      ))}
    </div>
  );
}

/** The question and the answer in the report's own sentences. */
export function Said({ evidence }: { evidence: Evidence }) {
  return (
    <div className={style.answer} data-answer>
      <p className={style.question} lang={languageOf(evidence.question)}>
        {evidence.question}
      </p>
      {evidence.answer.map((sentence) => (
        <p key={sentence}>
          <Prose>{sentence}</Prose>
        </p>
      ))}
    </div>
  );
}

/** Warnings first, notes folded away. */
export function Warnings({ evidence }: { evidence: Evidence }) {
  const t = useWords(words);
  const textsOf = (levels: readonly string[]) =>
    evidence.limits.filter(({ level }) => levels.includes(level)).flatMap(({ texts }) => texts);
  const serious = textsOf(["serious"]);
  const warnings = textsOf(["warning"]);
  const notes = textsOf(["note"]);
  return (
    <>
      {serious.length + warnings.length > 0 && (
        <Notice kind={serious.length ? "problem" : "warning"} title={t.warnings}>
          <ul>
            {[...serious, ...warnings].map((text) => (
              <li key={text}>
                <Prose>{text}</Prose>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {notes.length > 0 && (
        <details>
          <summary>{t.furtherWarnings(notes.length)}</summary>
          <ul>
            {notes.map((text) => (
              <li key={text}>
                <Prose>{text}</Prose>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
