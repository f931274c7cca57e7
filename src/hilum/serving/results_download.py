"""What can be taken from a run: the report, and its numbers as CSV and JSON; nothing that names a case."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from hilum.errors import ReportError
from hilum.serving.failures import Refusal
from hilum.serving.results_names import names_in, without_names
from hilum.serving.results_runs import OpenedRun, RunPlace, evidence_of, opened
from hilum.serving.state import Serving

_MARK = "\ufeff"  # spreadsheets then read Korean


def told_evidence(here: Serving, run: RunPlace) -> dict[str, Any]:
    """All that the report says; cases by their numbers, where the person may not see who they are."""
    evidence = evidence_of(here, run)
    if run.names:
        return evidence
    shelf = here.kept.setdefault("results without names", {})
    key = (run.name, id(evidence))
    if key not in shelf:
        shelf.clear()
        shelf[key] = (evidence, without_names(evidence, names_in(opened(here, run).cohort)))
    found: dict[str, Any] = shelf[key][1]
    return found


def tables_of(evidence: dict[str, Any]) -> dict[str, str]:
    """Every table and figure of a report as CSV, by name."""
    from hilum.reporting.csvs import csv_text, figure_rows, table_csvs

    rows = {name.replace("_", "-"): found for name, found in table_csvs(evidence).items()}
    rows |= {f"figure-{figure['id']}": figure_rows(figure) for figure in evidence["figures"]}
    return {name: _MARK + csv_text(found) for name, found in rows.items() if found}


def data_zip(here: Serving, run: RunPlace, looked: OpenedRun) -> bytes:
    """The numbers of a run: evaluation, study, every table and figure. No readings, no cohort, no images."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in _files(here, run, looked):
            packed.writestr(name, text)
    return stream.getvalue()


def _files(here: Serving, run: RunPlace, looked: OpenedRun) -> Iterator[tuple[str, str]]:
    names = names_in(looked.cohort)
    evaluation = (run.folder / "evaluation.json").read_text(encoding="utf-8")
    told = json.loads(evaluation)
    plain = without_names(told, names)
    yield "evaluation.json", evaluation if plain == told else json.dumps(plain, ensure_ascii=False, indent=1)
    evidence = without_names(evidence_of(here, run), names)
    for name, text in tables_of(evidence).items():
        yield f"tables/{name}.csv", text
    for figure in evidence["figures"]:
        drawn = run.folder / "figures" / f"{figure['id']}.svg"
        if drawn.is_file() and not drawn.is_symlink():
            yield f"figures/{figure['id']}.svg", drawn.read_text(encoding="utf-8")


def report_page(here: Serving, run: RunPlace) -> str:
    """The report as one page.

    Raises:
        Refusal: 404 where there is none yet.
    """
    report = run.folder / "report.html"
    if not report.is_file():
        raise Refusal(404, "this run has no report yet: run the study again, it goes on where it was cut off")
    if run.names:
        return report.read_text(encoding="utf-8")
    from hilum.reporting import render_html

    try:
        return render_html(told_evidence(here, run))
    except ReportError as problem:
        raise Refusal(409, str(problem)) from None


def report_document(here: Serving, run: RunPlace) -> bytes:
    """The report as a PDF.

    Raises:
        Refusal: 404 where there is none.
    """
    made = run.folder / "report.pdf"
    if not made.is_file():
        raise Refusal(404, "this run has no PDF: its log says why; the page can be printed instead")
    if run.names:
        return made.read_bytes()
    from hilum.reporting.pdf.write import render_pdf

    try:
        return render_pdf(told_evidence(here, run))
    except ReportError as problem:
        raise Refusal(409, str(problem)) from None
