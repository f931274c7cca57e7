"""All that a report says, as plain data: whoever has the evidence can draw the page again, or check it."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from hilum.evaluation import Evaluation, EvaluationOptions, Readings, Truth
from hilum.reporting.answer import answer, question
from hilum.reporting.checklists import fill_checklists
from hilum.reporting.details import detail_tables
from hilum.reporting.evidence_figures import figures
from hilum.reporting.example_pictures import examples_shown
from hilum.reporting.flow import flow_of
from hilum.reporting.further import further_table
from hilum.reporting.inputs import EvidenceInput
from hilum.reporting.limits import limits
from hilum.reporting.map_checks import map_checks_table
from hilum.reporting.methods import methods, statistics
from hilum.reporting.operating import operating_table
from hilum.reporting.provenance import provenance_rows
from hilum.reporting.story import Story, make_story
from hilum.reporting.tables import main_table

VERSION = 2


def build_evidence(given: EvidenceInput) -> dict[str, Any]:
    """Everything the report says, as plain data that JSON can hold; what was not given is left out.

    Args:
        given: Evaluation, readings and, as far as there are any, study, cohort, plans, examples.

    Returns:
        `title`, `question`, `answer`, `readers`, `flow`, `table_one`, `main_table`, `operating_table`,
        `further_table`, `detail_tables`,
        `figures`, `examples`, `map_checks`, `atlas`, `inside`, `methods`, `limits`, `provenance` and the
        whole `evaluation`.

    Raises:
        ReportError: an example's picture is no grey picture.
    """
    made = _evidence(given)
    return {**made, "checklists": fill_checklists(made)}


def _evidence(given: EvidenceInput) -> dict[str, Any]:
    story = make_story(given)
    title = given.title or (given.study.title if given.study is not None else "")
    return {
        "version": VERSION,
        "title": title or "Comparison of readers",
        "question": question(story, _material(given, story)),
        "answer": answer(story),
        "readers": [_reader(look) for look in story.looks],
        "event_noun": story.outcome.few,
        "comparator": story.comparator,
        "lead": story.lead,
        "parts": list(story.parts),
        "endpoints": [endpoint.label for endpoint in story.endpoints],
        "flow": flow_of(given.cohort, given.known_truth, story),
        "table_one": _table_one(given.table_one),
        "main_table": main_table(story),
        "operating_table": operating_table(story),
        "further_table": further_table(story),
        "detail_tables": detail_tables(story),
        "figures": figures(given, story),
        "examples": examples_shown(given.examples, story),
        "map_notes": list(given.map_notes),
        "map_checks": map_checks_table(given.map_checks),
        "atlas": [dict(each) for each in given.atlas],
        "inside": dict(given.inside),
        "methods": methods(given, story),
        "statistics": statistics(story),
        "limits": limits(given, story),
        "provenance": provenance_rows(given.provenance, given.made_at),
        "evaluation": story.evaluation.to_dict(),
    }


def evaluation_report(
    evaluation: Evaluation,
    readings: Sequence[Readings],
    truth: Truth,
    title: str = "",
    options: EvaluationOptions | None = None,
) -> dict[str, Any]:
    """The evidence of an evaluation made from tables alone: no study, no cohort, no images.

    Args:
        evaluation: What was measured.
        readings: What the readers said.
        truth: The reference standard.
        title: The report's title.
        options: What was asked for; the methods then name seed, samples and rules.
    """
    return build_evidence(EvidenceInput(evaluation, readings, truth, title, options=options))


def _material(given: EvidenceInput, story: Story) -> str:
    if given.study is None:
        return ""
    has_model = any(look.role == "model" for look in story.looks)
    if given.study.cohort.images is not None and has_model:
        return "the image"
    told_by_study = story.look(story.lead).role in {"model", "score", "combination"} if story.looks else False
    return story.label(story.lead) if told_by_study else ""


def _reader(look: Any) -> dict[str, Any]:
    return {
        "name": look.name,
        "label": look.label,
        "role": look.role,
        "colour": look.colour,
        "text": look.text,
        "repeats": look.repeats,
        "ensemble_of": look.ensemble_of or None,
    }


def _table_one(table: pd.DataFrame | None) -> dict[str, Any] | None:
    if table is None or table.empty:
        return None
    columns = [str(column) for column in table.columns]
    rows = [["" if pd.isna(value) else str(value) for value in row] for row in table.itertuples(index=False)]
    return {"columns": columns, "rows": rows}
