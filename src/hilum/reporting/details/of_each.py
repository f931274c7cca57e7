"""Findings, classes or structures in rows, readers in columns."""

from collections.abc import Iterable, Sequence

from hilum.evaluation import Measure
from hilum.reporting.details.frame import Heading, Line, Table, by_part, cell
from hilum.reporting.labels import measure_label
from hilum.reporting.story import Story

TITLES = {
    "findings": "Each finding",
    "classification": "Each class",
    "segmentation": "Each structure",
    "detection": "Each class of lesion",
}
WANTED = ("auroc", "auprc", "sensitivity", "specificity", "map", "dice")
MOST_TABLES = 4


def of_each(story: Story) -> Iterable[Table]:
    """One table a measure; averages over the findings stand last."""
    task = story.evaluation.task
    rows = [row for row in story.evaluation.measures if row.of is not None and "=" not in row.of]
    rows = [row for row in rows if row.value is not None and row.part in story.parts]
    present = [name for name in WANTED if any(row.measure == name for row in rows)]
    if task not in TITLES:
        return
    for measure in present[:MOST_TABLES]:
        shown = [row for row in rows if row.measure == measure]
        readers = {row.reader for row in shown}
        looks = [look for look in story.looks if look.name in readers]
        heading = Heading(
            f"{measure}-of-each".replace("_", "-"),
            "discrimination",
            f"{TITLES[task]}, {measure_label(measure)}",
            "Estimate and 95 % confidence interval.",
        )
        names = [look.name for look in looks]
        groups = by_part(story, lambda part, shown=shown, names=names: _lines(shown, names, part))
        yield heading.table(("", *(look.label for look in looks)), groups, shown)


def _lines(rows: Sequence[Measure], readers: Sequence[str], part: str) -> list[Line]:
    inside = [row for row in rows if row.part == part]
    named = sorted(dict.fromkeys(str(row.of) for row in inside), key=lambda of: "average" in of)
    found = {(row.reader, row.of): row for row in reversed(inside)}
    return [{"label": of, "cells": [cell(found.get((name, of))) for name in readers]} for of in named]
