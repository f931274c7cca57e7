"""Findings, classes or structures in rows, readers in columns; of lesions, case by case."""

from collections.abc import Iterable, Sequence

from hilum.evaluation import Measure
from hilum.reporting.details.frame import (
    MOST_COLUMNS,
    Heading,
    Line,
    Table,
    by_part,
    cell,
    readers_by_measure,
)
from hilum.reporting.format import count
from hilum.reporting.labels import measure_label
from hilum.reporting.story import Story

TITLES = {
    "findings": "Each finding",
    "classification": "Each class against the rest",
    "segmentation": "Each structure",
    "detection": "Each class of lesion",
}
WANTED = ("auroc", "auprc", "sensitivity", "specificity", "map", "dice")
MOST_TABLES = 4
CASE = "case"


def of_each(story: Story) -> Iterable[Table]:
    """One table a measure; averages over the findings stand last."""
    task = story.evaluation.task
    rows = [row for row in story.evaluation.measures if _names_something(row)]
    rows = [row for row in rows if row.value is not None and row.part in story.parts]
    if task not in TITLES:
        return
    yield from _of_cases(story, [row for row in rows if row.of == CASE and task == "detection"])
    rows = [row for row in rows if row.of != CASE or task != "detection"]
    present = [name for name in WANTED if any(row.measure == name for row in rows)]
    for measure in present[:MOST_TABLES]:
        yield from _one(story, measure, [row for row in rows if row.measure == measure])


def _names_something(row: Measure) -> bool:
    return row.of is not None and "=" not in row.of and not row.of.startswith("treat ") and row.reader != ""


def _one(story: Story, measure: str, shown: Sequence[Measure]) -> Iterable[Table]:
    readers = {row.reader for row in shown}
    looks = [look for look in story.looks if look.name in readers][: MOST_COLUMNS + 2]
    heading = Heading(
        f"{measure}-of-each".replace("_", "-"),
        "discrimination",
        f"{TITLES[story.evaluation.task]}, {measure_label(measure)}",
        "Estimate and 95 % confidence interval.",
    )
    names = [look.name for look in looks]
    groups = by_part(story, lambda part: _lines(shown, names, part))
    yield heading.table(("Of", "n, with it", *(look.label for look in looks)), groups, shown)


def _of_cases(story: Story, rows: Sequence[Measure]) -> Iterable[Table]:
    """Whether a case has any lesion: what is measured of it."""
    heading = Heading(
        "of-cases",
        "discrimination",
        "Case by case, whether there is any lesion",
        "A case counts with the highest score among its marks. Estimate and 95 % confidence interval.",
    )
    kept = [row for row in rows if row.measure in WANTED]
    yield from readers_by_measure(
        story, heading, kept, lambda row: measure_label(row.measure), "n, with a lesion"
    )


def _lines(rows: Sequence[Measure], readers: Sequence[str], part: str) -> list[Line]:
    inside = [row for row in rows if row.part == part]
    named = sorted(dict.fromkeys(str(row.of) for row in inside), key=lambda of: "average" in of)
    found = {(row.reader, row.of): row for row in reversed(inside)}
    return [
        {"label": of, "cells": [_size(inside, of), *(cell(found.get((name, of))) for name in readers)]}
        for of in named
    ]


def _size(rows: Sequence[Measure], of: str) -> str:
    """Cases with the most readings, and how many of them have it; not of averages."""
    if "average" in of:
        return ""
    most = max((row for row in rows if row.of == of), key=lambda row: row.n)
    return f"{count(most.n)}, {count(most.events)}"
