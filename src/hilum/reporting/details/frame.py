"""The one form of every further table: rows with printed cells, grouped by part, and the numbers behind."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from hilum.evaluation import Comparison, Measure
from hilum.reporting.cells import sides_of
from hilum.reporting.differences import label_of_pair
from hilum.reporting.format import count, difference, estimate
from hilum.reporting.story import Story

Table = dict[str, Any]
Rows = Sequence[Measure] | Sequence[Comparison]
Line = dict[str, Any]
MOST_ROWS = 120
MOST_COLUMNS = 6


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
        shown = [{**group, "rows": group["rows"][:MOST_ROWS]} for group in groups]
        cut = any(len(group["rows"]) > MOST_ROWS for group in groups)
        more = f" The first {MOST_ROWS} rows of a part are shown; all are in the data." if cut else ""
        return {
            **asdict(self),
            "caption": self.caption + more,
            "columns": list(columns),
            "sides": sides_of([row["cells"] for group in shown for row in group["rows"]]),
            "groups": shown,
            "data": {"columns": list(plain[0]), "rows": [list(row.values()) for row in plain]},
        }


def by_part(story: Story, lines: Callable[[str], list[Line]]) -> list[Table]:
    """Groups of rows, one a part, without those that have none."""
    made = [{"label": part, "rows": lines(part)} for part in story.parts]
    return [group for group in made if group["rows"]]


def cell(row: Measure | None) -> str:
    """An estimate with its interval, or a dash."""
    return estimate(row.value, row.low, row.high) if row is not None else estimate(None, None, None)


def who(story: Story, row: Comparison) -> str:
    """Whom a comparison is about."""
    if row.reader_b is None:
        return story.label(row.reader_a)
    return label_of_pair(story, row.reader_a, row.reader_b)


def apart(row: Comparison) -> str:
    """A difference, or a ratio that says so."""
    if row.scale != "difference":
        return f"ratio {estimate(row.difference, row.low, row.high)}"
    return difference(row.difference, row.low, row.high)


def size_of(story: Story, row: Measure | Comparison) -> str:
    """Cases, and events where there are any."""
    return count(row.n) + (f", {count(row.events)}" if story.outcome.event else "")


def size_head(story: Story) -> str:
    """The head of the column of sizes."""
    return f"n, {story.outcome.few}" if story.outcome.event else "n"


def readers_by_measure(
    story: Story,
    heading: Heading,
    rows: Sequence[Measure],
    label: Callable[[Measure], str],
    sizes: str = "",
) -> Iterable[Table]:
    """Readers in rows and measures in columns; of many measures the measures stand in rows too.

    Args:
        story: Who is compared.
        heading: What the table is called.
        rows: The rows of the evaluation to show.
        label: The head of the column that a row belongs to.
        sizes: The head of the column of sizes; left out, that of the task.
    """
    if not rows:
        return
    heads = list(dict.fromkeys(label(row) for row in rows))
    if len(heads) > MOST_COLUMNS:
        yield _long(story, heading, rows, label)
        return

    def lines(part: str) -> list[Line]:
        inside = {(row.reader, label(row)): row for row in reversed(rows) if row.part == part}
        named = [look for look in story.looks if any((look.name, head) in inside for head in heads)]
        return [_across(story, look.name, heads, inside) for look in named]

    yield heading.table(("Reader", *heads, sizes or size_head(story)), by_part(story, lines), rows)


def _across(story: Story, reader: str, heads: Sequence[str], inside: dict[tuple[str, str], Measure]) -> Line:
    found = [inside.get((reader, head)) for head in heads]
    sizes = dict.fromkeys(size_of(story, row) for row in found if row is not None)
    return {"label": story.label(reader), "cells": [*map(cell, found), " / ".join(sizes)]}


def _long(story: Story, heading: Heading, rows: Sequence[Measure], label: Callable[[Measure], str]) -> Table:
    def lines(part: str) -> list[Line]:
        return [
            {"label": story.label(row.reader), "cells": [label(row), cell(row), size_of(story, row)]}
            for row in rows
            if row.part == part
        ]

    return heading.table(("Reader", "Measure", "Estimate", size_head(story)), by_part(story, lines), rows)


def shown_measures(story: Story, wanted: Callable[[Measure], bool]) -> list[Measure]:
    """Rows of all cases, of readers, in the parts shown."""
    rows = [row for row in story.evaluation.measures if row.of is None and row.reader and wanted(row)]
    return [row for row in rows if row.value is not None and row.part in story.parts]
