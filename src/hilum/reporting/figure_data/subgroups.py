"""Who is served worse: the headline measure in every group, as a forest."""

from collections.abc import Iterable
from typing import Any

from hilum.evaluation import Measure
from hilum.reporting.curves import Aligned
from hilum.reporting.format import listed
from hilum.reporting.groups import RISK_GROUP, group_endpoint
from hilum.reporting.sizes import events_of
from hilum.reporting.story import Story

MOST_GROUPS = 40


def subgroups(story: Story, data: Aligned) -> Iterable[dict[str, Any]]:
    """One figure: the lead and what it is compared with, on the part of the headline."""
    del data  # Everything drawn was measured.
    endpoint = group_endpoint(story)
    if endpoint is None:
        return
    wanted = [story.drawn_for(story.lead)]
    if story.comparator is not None:
        wanted.append(story.comparator)
    found = [
        row
        for row in story.evaluation.measures
        if row.part == story.main_part
        and row.measure == endpoint.measure
        and endpoint.is_at(row.at)
        and row.of is not None
        and "=" in row.of
        and not row.of.startswith(RISK_GROUP)
        and row.reader in wanted
    ]
    if not found:
        return
    groups = list(dict.fromkeys(str(row.of) for row in found))[:MOST_GROUPS]
    rows = [_row(story, row) for group in groups for row in found if row.of == group]
    whole = story.measure(wanted[0], story.main_part, endpoint)
    yield {
        "id": "estimates-by-group",
        "kind": "estimates",
        "title": f"{endpoint.label} by group, {story.main_part}",
        "caption": f"{endpoint.label} with 95 % confidence interval in each group; the dotted line is "
        f"{story.label(wanted[0])} in all cases. Groups with few cases have wide intervals: a difference "
        "there may be chance.",
        "alt": f"{endpoint.label} of {listed([story.label(name) for name in wanted])} in "
        f"{len(groups)} groups.",
        "x_label": endpoint.label,
        "whole": None if whole is None else whole.value,
        "noun": story.outcome.few,
        "rows": rows,
    }


def _row(story: Story, row: Measure) -> dict[str, Any]:
    column, _, value = str(row.of).partition("=")
    look = story.look(row.reader)
    return {
        "column": column,
        "group": value,
        "reader": row.reader,
        "label": look.short,
        "colour": look.colour,
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "n": row.n,
        "events": events_of(story.outcome, row.events),
    }
