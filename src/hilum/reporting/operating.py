"""What each reader reaches at its frozen operating point, with the counts behind it."""

from typing import Any

from hilum.evaluation import Confusion, Measure
from hilum.reporting.endpoints import Endpoint
from hilum.reporting.format import at_words
from hilum.reporting.labels import MEASURE_LABELS
from hilum.reporting.story import Story

ORDER = ("sensitivity", "specificity", "ppv", "npv", "accuracy", "f1", "balanced_accuracy")
NOTES = {
    "findings": "Mean over the findings; thresholds and counts of each finding are in `evidence.json`.",
    "several": "Mean over the classes; a case is given the class with the highest score, or the decision.",
    "one": "Thresholds frozen before these cases were read, decisions as given.",
}


def operating_table(story: Story) -> dict[str, Any] | None:
    """Sensitivity, specificity and what follows, by part and horizon."""
    rows: list[dict[str, Any]] = []
    for part in story.parts:
        for at in horizons_of(story):
            rows += _rows(story, part, at)
    if not rows:
        return None
    kept = [i for i in range(len(ORDER)) if any(row["cells"][i]["value"] is not None for row in rows)]
    for row in rows:
        row["cells"] = [row["cells"][i] for i in kept]
    columns = [{"measure": ORDER[i], "label": MEASURE_LABELS[ORDER[i]]} for i in kept]
    counted = any(row["counts"] for row in rows)
    return {"columns": columns, "rows": rows, "note": NOTES[_kind(story)], "counted": counted}


def horizons_of(story: Story) -> tuple[str | None, ...]:
    """Horizons as the rows name them; one None where there are none."""
    return tuple(f"{day:g}d" for day in story.evaluation.horizons_days) or (None,)


def operating_row(
    story: Story, reader: str, part: str, measure: str, at: str | None = None
) -> Measure | None:
    """A measure of a reader at its operating point for a horizon."""
    return story.measure(reader, part, Endpoint(measure, at, ""))


def _kind(story: Story) -> str:
    if story.evaluation.task == "findings":
        return "findings"
    return "several" if len(story.evaluation.classes) > 2 else "one"


def _rows(story: Story, part: str, at: str | None) -> list[dict[str, Any]]:
    rows = []
    several = len(horizons_of(story)) > 1
    for look in story.looks:
        found = [operating_row(story, look.name, part, measure, at) for measure in ORDER]
        if any(found):
            rows.append(
                {
                    "part": part,
                    "at": at,
                    "group": f"{part},{at_words(at)}" if several else part,
                    "reader": look.name,
                    "label": look.label,
                    "thresholds": _thresholds(story, look.name, at),
                    "cells": [plain(row) for row in found],
                    "counts": _counts(story, look.name, part, at),
                }
            )
    return rows


def _thresholds(story: Story, reader: str, at: str | None) -> list[float]:
    """The reader's frozen threshold, or one a repeat; none where it decides itself."""
    own = story.evaluation.thresholds
    days = story.evaluation.horizons_days
    if days and at != f"{days[0]:g}d":
        begins = f"{reader}@{at}"
        return [value for name, value in own.items() if name == begins or name.startswith(f"{begins}/")]
    if reader in own:
        return [own[reader]]
    return [value for name, value in own.items() if name.rpartition("/")[0] == reader]


def matrix_of(story: Story, reader: str, part: str, at: str | None) -> Confusion | None:
    """The confusion matrix of all cases of a part at a horizon; never that of one finding.

    Of a model trained several times there is none that stands for all; one trained once has its only one.
    """
    found = [
        matrix
        for matrix in story.evaluation.confusions
        if (matrix.reader, matrix.part, matrix.of) == (reader, part, None) and (at is None or matrix.at == at)
    ]
    whole = [matrix for matrix in found if matrix.repeat is None]
    trainings = {matrix.repeat for matrix in found}
    return next(iter(whole or found), None) if whole or len(trainings) == 1 else None


def _counts(story: Story, reader: str, part: str, at: str | None) -> dict[str, int] | None:
    matrix = matrix_of(story, reader, part, at)
    if matrix is None or len(matrix.classes) != 2:
        return None
    (tn, fp), (fn, tp) = matrix.counts
    return {"tp": tp, "fp": fp, "fn": fn, "tn": tn}


def plain(row: Measure | None) -> dict[str, Any]:
    """What a table's cell holds of a row."""
    keys = ("value", "low", "high", "n", "events", "at", "method")
    return dict.fromkeys(keys) if row is None else {key: getattr(row, key) for key in keys}
