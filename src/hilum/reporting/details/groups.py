"""Who is served worse, and how the cohorts differ."""

from collections.abc import Iterable

from hilum.evaluation import Comparison
from hilum.reporting.details.frame import Heading, Line, Table, by_part, cell, who
from hilum.reporting.format import count, difference, p_value
from hilum.reporting.groups import group_endpoint
from hilum.reporting.labels import measure_label
from hilum.reporting.story import Story

HETEROGENEITY, GAP = "subgroup_heterogeneity", "largest_gap_bonferroni"
SECOND = ("sensitivity", "specificity")
MOST_READERS = 4


def subgroup_tests(story: Story) -> Iterable[Table]:
    """Whether a measure differs between the groups of a column: of the lead, its comparator, and the two."""
    rows = [row for row in story.evaluation.comparisons if row.method == HETEROGENEITY]
    rows = [row for row in rows if row.p is not None and row.part in story.parts and _is_shown(story, row)]
    gaps = {_key(row): row for row in story.evaluation.comparisons if row.method == GAP}

    def lines(part: str) -> list[Line]:
        return [_line(story, row, gaps.get(_key(row))) for row in rows if row.part == part]

    if rows:
        heading = Heading(
            "subgroup-tests",
            "subgroups",
            "Tests of a difference between groups",
            "Largest gap: largest less smallest estimate, its interval adjusted for all pairs of groups "
            "(Bonferroni). p: test of interaction, not adjusted for the number of columns. A test that finds "
            "nothing in few cases is no proof that groups are served alike.",
        )
        columns = ("Column", "Reader", "Measure", "Largest gap", "p", "n")
        data = [found for row in rows for found in (row, gaps.get(_key(row))) if found is not None]
        yield heading.table(columns, by_part(story, lines), data)


def _line(story: Story, row: Comparison, gap: Comparison | None) -> Line:
    size = "\u2014" if gap is None else difference(gap.difference, gap.low, gap.high).removeprefix("+")
    at = row.at if (row.at or "").endswith("d") else None
    column = str(row.of).replace("_", " ")
    return {
        "label": column,
        "cells": [who(story, row), measure_label(row.measure, at), size, p_value(row.p), count(row.n)],
    }


def _key(row: Comparison) -> tuple[str | None, ...]:
    return (row.reader_a, row.reader_b, row.part, row.measure, row.of, row.at)


def _is_shown(story: Story, row: Comparison) -> bool:
    """Of the lead the headline and its operating point; of the lead and its comparator the headline."""
    first = group_endpoint(story)
    headline = first is not None and row.measure == first.measure and first.is_at(row.at)
    if row.reader_b is not None:
        pair = {row.reader_a, row.reader_b}
        lead = {story.lead, story.drawn_for(story.lead)}
        return headline and story.comparator in pair and bool(lead & pair)
    shown = {story.drawn_for(story.lead), story.lead}
    if story.comparator is None:
        shown |= {look.name for look in story.asked_of[:MOST_READERS]}
    return row.reader_a in shown and (headline or row.measure in SECOND)


def shift(story: Story) -> Iterable[Table]:
    """Characteristics in rows, parts in columns."""
    rows = [row for row in story.evaluation.measures if row.measure == "standardised_difference"]
    rows = [row for row in rows if row.part in story.parts and row.value is not None]
    found = {(row.reader, row.of, row.part): row for row in reversed(rows)}
    lines = [
        {
            "label": str(of) if not reader else f"{story.label(reader)}: {of or 'score'}",
            "cells": [cell(found.get((reader, of, part))) for part in story.parts],
        }
        for reader, of in dict.fromkeys((row.reader, row.of) for row in rows)
    ]
    if rows:
        heading = Heading(
            "shift",
            "subgroups",
            "How the cohorts differ from the one that was learnt from",
            "Standardised difference and 95 % confidence interval; beyond 0.1 it is usually called a "
            "difference that matters (Austin 2009).",
        )
        yield heading.table(("Characteristic", *story.parts), [{"label": "", "rows": lines}], rows)
