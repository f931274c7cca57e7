import { useState } from "react";
import { Link, useLocation } from "wouter";
import { Figure, Page, Picture, Problem, Select, Skeleton, Tabs } from "../../parts";
import { languageOf } from "../../parts/Told";
import { useWords } from "../../words";
import { Answer } from "./Answer";
import { addressOf, type Evidence, evidenceOf, type Results, useResults, type Where } from "./asking";
import { Compare } from "./Compare";
import { Gallery } from "./Gallery";
import { Prose } from "./Prose";
import style from "./results.module.css";
import { Thresholds } from "./Thresholds";
import { words } from "./words";

type Section = "answer" | "threshold" | "cases" | "atlas" | "compare" | "report";

/** What came of a run. */
export default function ResultsPage({ params }: { params: Where }) {
  const t = useWords(words);
  const found = useResults(params);
  if (!found.data)
    return (
      <Page title={t.results}>
        {found.error ? <Problem of={found.error} onRetry={() => void found.refetch()} /> : <Skeleton lines={8} />}
      </Page>
    );
  return <Come key={`${params.slug}/${params.run}`} where={params} results={found.data} />;
}

function Come({ where, results }: { where: Where; results: Results }) {
  const t = useWords(words);
  const [, go] = useLocation();
  const [section, setSection] = useState<Section>("answer");
  const evidence = evidenceOf(results);
  const tabs = [
    { key: "answer" as const, text: t.answer },
    ...(["classification", "findings", "survival"].includes(results.task)
      ? [{ key: "threshold" as const, text: t.threshold }]
      : []),
    { key: "cases" as const, text: t.cases },
    ...(evidence.atlas.length ? [{ key: "atlas" as const, text: t.atlas }] : []),
    { key: "compare" as const, text: t.compare },
    { key: "report" as const, text: t.report },
  ];
  const actions = (
    <>
      {results.runs.length > 1 && (
        <Select
          label={t.ofRun}
          value={where.run}
          choices={results.runs.map((value) => ({ value, text: value }))}
          onChoose={(run) => go(`/studies/${where.slug}/results/${run}`)}
        />
      )}
      <Link href={`/studies/${where.slug}`}>{t.backToStudy}</Link>
    </>
  );
  return (
    <Page title={t.title(results.study_title)} about={`${t.ofRun} ${results.run}`} actions={actions}>
      <Tabs label={t.sections} tabs={tabs} chosen={section} onChoose={setSection}>
        {section === "answer" && <Answer evidence={evidence} where={where} />}
        {section === "threshold" && <Thresholds where={where} />}
        {section === "cases" && <Gallery where={where} />}
        {section === "atlas" && <Atlas evidence={evidence} where={where} />}
        {section === "compare" && <Compare where={where} />}
        {section === "report" && <Report where={where} results={results} />}
      </Tabs>
    </Page>
  );
}

function Atlas({ evidence, where }: { evidence: Evidence; where: Where }) {
  return (
    <div className={style.sections}>
      {evidence.atlas.map((item, place) =>
        item.figures.map((figure, number) => (
          <div key={`${item.title} ${figure.title}`} lang={languageOf(figure.title)}>
            <Figure title={`${item.title}: ${figure.title}`} caption={<Prose>{figure.caption}</Prose>}>
              <div className={style.drawn}>
                <Picture size="whole" src={addressOf(where, `/atlas/${place}/${number}`)} alt={figure.title} />
              </div>
            </Figure>
          </div>
        )),
      )}
    </div>
  );
}

function Report({ where, results }: { where: Where; results: Results }) {
  const t = useWords(words);
  const report = addressOf(where, "/report");
  return (
    <div className={style.sections}>
      <div className={style.row}>
        {results.has_pdf && (
          <a href={addressOf(where, "/report.pdf")} download>
            {t.takePdf}
          </a>
        )}
        <a href={addressOf(where, "/data.zip")} download>
          {t.takeData}
        </a>
        <a href={addressOf(where, "/tables/measures")} download>
          {t.takeTable}
        </a>
        <a href={report} target="_blank" rel="noreferrer">
          {t.openReport}
        </a>
      </div>
      <p className={style.notes}>{t.dataAbout}</p>
      <iframe
        title={t.reportFrame}
        src={report}
        className={style.frame}
        sandbox="allow-scripts allow-downloads allow-popups"
      />
    </div>
  );
}
