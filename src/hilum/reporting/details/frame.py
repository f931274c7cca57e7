"""The one form of every further table: rows with printed cells, grouped by part, and the numbers behind."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from hilum.evaluation import Comparison, Measure
from hilum.reporting.answer import name_of_test
from hilum.reporting.format import at_words, count, difference, estimate, number, p_value
from hilum.reporting.labels import measure_label
from hilum.reporting.story import Story

Table = dict[str, Any]
Rows = Sequence[Measure] | Sequence[Comparison]
Line = dict[str, Any]
MOST_ROWS = 200


@dataclass(frozen=True)
class Heading:
    """What a table is called and where it stands.

    Attributes:
        id: Unique in the page.
        section: The section that it belongs to.
    """

    id: str
    section: str
    title: str
    caption: str

    def table(self, columns: Sequence[str], groups: Sequence[Table], data: Rows) -> Table:
        """The whole table.

        Args:
            columns: Heads of the columns, that of the rows' names first.
            groups: `label` and `rows` each; a row has a `label` and `cells`.
            data: The rows of the evaluation that stand behind it.
        """
        plain = [asdict(row) for row in data]
        return {
            **asdict(self),
            "columns": list(columns),
            "groups": list(groups),
            "data": {"columns": list(plain[0]), "rows": [list(row.values()) for row in plain]},
        }


def by_part(story: Story, lines: Callable[[str], list[Line]]) -> list[Table]:
    """Groups of rows, one a part, without those that have none."""
    made = [{"label": part, "rows": lines(part)[:MOST_ROWS]} for part in story.parts]
    return [group for group in made if group["rows"]]


def cell(row: Measure | None) -> str:
    """An estimate with its interval, or a dash."""
    return estimate(row.value, row.low, row.high) if row is not None else estimate(None, None, None)


def who(story: Story, row: Comparison) -> str:
    """Whom a comparison is about."""
    if row.reader_b is None:
        return story.label(row.reader_a)
    return f"{story.label(row.reader_a)} \u2212 {story.label(row.reader_b)}"


def apart(row: Comparison) -> str:
    """A difference, or a ratio that says so."""
    if row.scale != "difference":
        return f"ratio {estimate(row.difference, row.low, row.high)}"
    return difference(row.difference, row.low, row.high)


def table_of_measures(story: Story, heading: Heading, wanted: Callable[[Measure], bool]) -> Iterable[Table]:
    """Readers and measures in rows, one estimate a row."""
    rows = [row for row in story.evaluation.measures if row.of is None and row.reader and wanted(row)]
    rows = [row for row in rows if row.value is not None and row.part in story.parts]

    def lines(part: str) -> list[Line]:
        return [
            {
                "label": story.label(row.reader),
                "cells": [measure_label(row.measure, row.at), cell(row), count(row.n)],
            }
            for row in rows
            if row.part == part
        ]

    if rows:
        yield heading.table(("Reader", "Measure", "Estimate", "n"), by_part(story, lines), rows)


def table_of_comparisons(
    story: Story, heading: Heading, wanted: Callable[[Comparison], bool]
) -> Iterable[Table]:
    """Pairs of readers in rows, with difference, test and p."""
    rows = [row for row in story.evaluation.comparisons if row.part in story.parts and wanted(row)]
    margins = any(row.margin is not None for row in rows)

    def line(row: Comparison) -> Line:
        about = f", {row.of}" if row.of else ""
        margin = [number(row.margin, 3)] if margins else []
        test = [p_value(row.p), name_of_test(row.method), count(row.n)]
        measure = measure_label(row.measure) + at_words(row.at) + about
        return {"label": who(story, row), "cells": [measure, apart(row), *margin, *test]}

    if rows:
        columns = ["Readers", "Measure", "Difference", *(["Margin"] if margins else []), "p", "Test", "n"]
        groups = by_part(story, lambda part: [line(row) for row in rows if row.part == part])
        yield heading.table(columns, groups, rows)
