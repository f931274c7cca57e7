"""What follows from an operating point: predictive values elsewhere, screening, recalibration in a cohort."""

from collections.abc import Iterable

from hilum.evaluation import Measure
from hilum.reporting.details.frame import (
    Heading,
    Line,
    Table,
    by_part,
    cell,
    readers_by_measure,
    shown_measures,
    size_head,
    size_of,
)
from hilum.reporting.format import without_horizon
from hilum.reporting.labels import measure_label
from hilum.reporting.story import Story

AFTER = "recalibrated in this cohort"
POINTS = ("sensitivity of ", "specificity of ", "equal sensitivity to ", "equal number screened as ")


def predictive_values(story: Story) -> Iterable[Table]:
    """PPV and NPV at a stated share of cases with the condition."""
    heading = Heading(
        "predictive-values",
        "results",
        "Predictive values at a stated prevalence",
        "From sensitivity and specificity at the frozen operating point, by the rule of Bayes, with 95 % "
        "confidence interval.",
    )
    rows = shown_measures(story, lambda row: (row.at or "").startswith("prevalence="))
    yield from readers_by_measure(story, heading, rows, lambda row: measure_label(row.measure, row.at))


def screening(story: Story) -> Iterable[Table]:
    """How a reader does at the operating point of what is used today."""
    heading = Heading(
        "screening",
        "results",
        "At the operating point of what is used today",
        "Thresholds that reach the named sensitivity or specificity on the validation part, held fixed; the "
        "share screened is the share of all cases called positive at equal sensitivity in the part itself.",
    )
    rows = shown_measures(story, lambda row: without_horizon(row.at or "").startswith(POINTS))
    yield from readers_by_measure(story, heading, rows, lambda row: _screened(story, row))


def _screened(story: Story, row: Measure) -> str:
    """The label with the other reader as it is printed."""
    label = measure_label(row.measure, row.at)
    for look in story.looks:
        if label.endswith(f" {look.name}"):
            return label.removesuffix(look.name) + look.label
    return label


def recalibrated(story: Story) -> Iterable[Table]:
    """Calibration before and after intercept and slope were shifted in the cohort itself."""
    after = shown_measures(story, lambda row: row.at == AFTER)
    before = {
        (row.reader, row.part, row.measure): row for row in shown_measures(story, lambda row: row.at is None)
    }

    def line(row: Measure) -> Line:
        first = before.get((row.reader, row.part, row.measure))
        cells = [measure_label(row.measure), cell(first), cell(row), size_of(story, row)]
        return {"label": story.label(row.reader), "cells": cells}

    if after:
        heading = Heading(
            "recalibration",
            "discrimination",
            "Calibration before and after recalibration in the cohort itself",
            "After: intercept and slope fitted in the cohort, crosswise by patient, so that no case corrects "
            "itself. It says what could be reached there, not what was reached.",
        )
        groups = by_part(story, lambda part: [line(row) for row in after if row.part == part])
        both = [before[key] for row in after if (key := (row.reader, row.part, row.measure)) in before]
        yield heading.table(
            ("Reader", "Measure", "Before", "After", size_head(story)), groups, [*both, *after]
        )
