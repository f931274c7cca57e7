"""Measures of survival over the whole follow-up."""

from collections.abc import Iterable

from hilum.reporting.details.frame import Heading, Table, readers_by_measure, shown_measures
from hilum.reporting.labels import measure_label
from hilum.reporting.story import Story

WANTED = ("harrell_c", "uno_c", "integrated_brier")


def whole_follow_up(story: Story) -> Iterable[Table]:
    """Uno's C and the integrated Brier score, beside Harrell's C."""
    if story.evaluation.task != "survival":
        return
    rows = shown_measures(story, lambda row: row.measure in WANTED)
    if {row.measure for row in rows} <= {"harrell_c"}:
        return
    heading = Heading(
        "whole-follow-up",
        "discrimination",
        "Over the whole follow-up",
        "Estimate and 95 % confidence interval. Higher C is better, and a lower Brier score; Uno\u2019s C "
        "looks as far as the day named.",
    )
    rows.sort(key=lambda row: WANTED.index(row.measure))
    yield from readers_by_measure(story, heading, rows, lambda row: measure_label(row.measure, row.at))
