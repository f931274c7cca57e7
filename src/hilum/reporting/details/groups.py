"""Who is served worse, and how the cohorts differ."""

from collections.abc import Iterable

from hilum.reporting.answer import name_of_test
from hilum.reporting.details.frame import MOST_ROWS, Heading, Line, Table, apart, by_part, cell, who
from hilum.reporting.format import count, p_value
from hilum.reporting.labels import measure_label
from hilum.reporting.story import Story


def subgroup_tests(story: Story) -> Iterable[Table]:
    """Whether a measure differs between the groups of a column."""
    rows = [row for row in story.evaluation.comparisons if row.method.startswith("subgroup")]
    rows = [row for row in rows if row.p is not None and row.part in story.parts]

    def lines(part: str) -> list[Line]:
        return [
            {
                "label": f"{row.of}: {who(story, row)}",
                "cells": [
                    measure_label(row.measure, row.at if (row.at or "").endswith("d") else None),
                    "" if row.difference is None else apart(row),
                    p_value(row.p),
                    name_of_test(row.method),
                    count(row.n),
                ],
            }
            for row in rows
            if row.part == part
        ]

    if rows:
        heading = Heading(
            "subgroup-tests",
            "subgroups",
            "Does it differ between groups?",
            "Tests of interaction, not adjusted for their number. A test that finds nothing in few cases is "
            "no proof that groups are served alike.",
        )
        columns = ("Column and reader", "Measure", "Largest gap", "p", "Test", "n")
        yield heading.table(columns, by_part(story, lines), rows)


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
        groups = [{"label": "", "rows": lines[:MOST_ROWS]}]
        yield heading.table(("Characteristic", *story.parts), groups, rows)
