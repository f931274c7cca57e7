"""What became of each risk group by each horizon, with the log-rank test."""

from collections.abc import Iterable, Sequence

from hilum.evaluation import Measure
from hilum.reporting.details.frame import Heading, Line, Table, by_part, cell
from hilum.reporting.format import at_words, count
from hilum.reporting.story import Story

GROUP = "risk_group="
INCIDENCE, SURVIVAL = "cumulative_incidence_t", "survival_t"


def risk_groups_table(story: Story) -> Iterable[Table]:
    """Risk groups of the lead and its comparator in rows, horizons in columns."""
    wanted = [story.drawn_for(story.lead)] + ([story.comparator] if story.comparator else [])
    rows = [row for row in story.evaluation.measures if (row.of or "").startswith(GROUP)]
    rows = [row for row in rows if row.reader in wanted and row.part in story.parts]
    measure = INCIDENCE if any(row.measure == INCIDENCE for row in rows) else SURVIVAL
    rows = [row for row in rows if row.measure == measure and row.value is not None]
    if not rows:
        return
    horizons = list(dict.fromkeys(row.at for row in rows))
    what = "Share with the event" if measure == INCIDENCE else "Share without the event"
    how = "Aalen-Johansen" if measure == INCIDENCE else "Kaplan-Meier"
    heading = Heading(
        "risk-groups",
        "survival",
        f"{what} by risk group",
        f"{how} estimate and 95 % confidence interval; risk groups were frozen before these cases were read.",
    )
    columns = ("Reader", "Risk", "n, events", *(at_words(at).removeprefix(" at ") for at in horizons))
    yield heading.table(columns, by_part(story, lambda part: _lines(story, rows, horizons, part)), rows)


def _lines(story: Story, rows: Sequence[Measure], horizons: Sequence[str | None], part: str) -> list[Line]:
    inside = {(row.reader, row.of, row.at): row for row in reversed(rows) if row.part == part}
    lines = []
    for reader, group in dict.fromkeys((reader, of) for reader, of, _ in reversed(inside)):
        found = [inside.get((reader, group, at)) for at in horizons]
        most = max((row for row in found if row is not None), key=lambda row: row.events)
        name = str(group).removeprefix(GROUP)
        size = f"{count(most.n)}, {count(most.events)}"
        lines.append({"label": story.label(reader), "cells": [name, size, *map(cell, found)]})
    return lines
