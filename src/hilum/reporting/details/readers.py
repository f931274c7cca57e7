"""Readers set against each other in other ways than one by one: doctors as a group, agreement, margins."""

from collections.abc import Iterable

from hilum.evaluation import Comparison
from hilum.reporting.details.frame import Heading, Line, Table, by_part, table_of_comparisons, who
from hilum.reporting.format import count, estimate
from hilum.reporting.labels import measure_label
from hilum.reporting.story import Story

AGREEMENT = frozenset({"kappa", "weighted_kappa", "fleiss_kappa", "krippendorff_alpha"})


def several_readers(story: Story) -> Iterable[Table]:
    """Doctors as one group: without and with AI, or against a model."""
    heading = Heading(
        "several-readers",
        "readers",
        "Doctors as one group",
        "Difference of the mean over doctors. Doctors and cases both count as drawn at random (Obuchowski "
        "and Rockette), with the degrees of freedom of Hillis.",
    )
    return table_of_comparisons(story, heading, _is_of_group)


def _is_of_group(row: Comparison) -> bool:
    return row.method.startswith("obuchowski_rockette") and row.measure != "reading_seconds"


def times(story: Story) -> Iterable[Table]:
    """Reading times in two conditions."""
    heading = Heading(
        "reading-times",
        "readers",
        "Reading times",
        "Difference in seconds a case, or their ratio, on the cases that were read in both conditions.",
    )
    return table_of_comparisons(story, heading, lambda row: row.measure == "reading_seconds")


def not_worse(story: Story) -> Iterable[Table]:
    """Whether a reader is not worse than another by more than a margin."""
    heading = Heading(
        "non-inferiority",
        "results",
        "Not worse by more than a margin",
        "Shown where the whole interval lies above minus the margin; p is one-sided for that question.",
    )
    return table_of_comparisons(story, heading, lambda row: row.margin is not None)


def agreement(story: Story) -> Iterable[Table]:
    """Agreement of readers with each other, beyond chance."""
    rows = [row for row in story.evaluation.comparisons if row.measure in AGREEMENT and row.of is None]
    rows = [row for row in rows if row.part in story.parts]

    def lines(part: str) -> list[Line]:
        return [
            {
                "label": who(story, row).replace(" \u2212 ", " and "),
                "cells": [
                    measure_label(row.measure),
                    estimate(row.statistic, row.low, row.high),
                    count(row.n),
                ],
            }
            for row in rows
            if row.part == part
        ]

    if rows:
        heading = Heading(
            "agreement",
            "readers",
            "Agreement between readers",
            "Beyond chance, with 95 % confidence interval: 0 is chance, 1 is perfect agreement.",
        )
        yield heading.table(("Readers", "Measure", "Agreement", "n"), by_part(story, lines), rows)
