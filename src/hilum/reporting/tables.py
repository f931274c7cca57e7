"""The main table as plain rows of numbers; the page prints it, its CSV holds it."""

from collections.abc import Iterable, Sequence
from typing import Any

from hilum.evaluation import Comparison
from hilum.reporting.endpoints import Endpoint
from hilum.reporting.format import listed
from hilum.reporting.looks import Look
from hilum.reporting.names_of_tests import name_of_test
from hilum.reporting.operating import operating_row
from hilum.reporting.sizes import events_of
from hilum.reporting.story import SIGNIFICANT, Story

TURNED_FROM = 3


def main_table(story: Story) -> dict[str, Any]:
    """The form of a paper's main table: readers in rows, one block a measure, parts in columns.

    With three measures or more, and more measures than parts, the measures stand in columns and each part has
    a block, as papers print several horizons.

    A cell is bold where the reader's estimate is the best of the column and differs from every other
    reader's (p < .05);
    it is starred where the reader differs from the comparator to the better (p < .05).
    """
    by_measure = [(endpoint, part) for endpoint in story.endpoints for part in story.parts]
    turned = len(story.endpoints) >= TURNED_FROM and len(story.endpoints) > len(story.parts)
    cells = {
        (look.name, endpoint, part): _cell(story, look, part, endpoint)
        for look in story.looks
        for endpoint, part in by_measure
    }
    across: list[Any] = list(story.endpoints if turned else story.parts)
    down: list[Any] = list(story.parts if turned else story.endpoints)
    blocks = []
    for one in down:
        places = [(other, one) if turned else (one, other) for other in across]
        rows: list[dict[str, Any]] = [
            {
                "reader": look.name,
                "label": look.label,
                "role": look.role,
                "cells": [cells[look.name, endpoint, part] for endpoint, part in places],
            }
            for look in story.looks
        ]
        blocks.append(
            {
                "label": one if turned else one.label,
                "sizes": [_column_size(story, part, endpoint) for endpoint, part in places],
                "rows": [row for row in rows if any(cell["value"] is not None for cell in row["cells"])],
            }
        )
    columns = [{"label": one.label if turned else one} for one in across]
    return {"columns": columns, "blocks": blocks, "notes": _main_notes(story, blocks)}


def _cell(story: Story, look: Look, part: str, endpoint: Endpoint) -> dict[str, Any]:
    row = story.measure(look.name, part, endpoint)
    against = story.compare(look.name, story.comparator, part, endpoint) if story.comparator else None
    return {
        "measure": endpoint.measure,
        "at": endpoint.at,
        "part": part,
        "value": None if row is None else row.value,
        "low": None if row is None else row.low,
        "high": None if row is None else row.high,
        "n": None if row is None else row.n,
        "events": None if row is None else row.events,
        "bold": row is not None and _is_best(story, look, part, endpoint),
        "star": row is not None and against is not None and _is_better(against, endpoint),
    }


def _is_better(row: Comparison, endpoint: Endpoint) -> bool:
    if row.p is None or row.difference is None or row.p >= SIGNIFICANT:
        return False
    return endpoint.is_improvement(row.difference)


def _is_best(story: Story, look: Look, part: str, endpoint: Endpoint) -> bool:
    """Whether the test says that this reader is better than every other reader of the column."""
    if look.role == "group":
        return False
    own = {look.ensemble_of, look.name} | {o.name for o in story.looks if o.ensemble_of == look.name}
    others = [other for other in story.looks if other.name not in own and other.role != "group"]
    others = [other for other in others if story.measure(other.name, part, endpoint) is not None]
    compared = [story.compare(look.name, other.name, part, endpoint) for other in others]
    return bool(others) and all(row is not None and _is_better(row, endpoint) for row in compared)


def _column_size(story: Story, part: str, endpoint: Endpoint) -> dict[str, int | None]:
    """Cases and events of the reader that has most of them."""
    rows = [row for look in story.looks if (row := story.measure(look.name, part, endpoint)) is not None]
    if not rows:
        return {"n": None, "events": None}
    most = max(rows, key=lambda row: row.n)
    return {"n": most.n, "events": events_of(story.outcome, most.events)}


def _main_notes(story: Story, blocks: Sequence[dict[str, Any]]) -> list[str]:
    notes = ["Estimate (95 % confidence interval)."]
    cells = [cell for block in blocks for row in block["rows"] for cell in row["cells"]]
    if any(cell["bold"] for cell in cells):
        notes.append("Bold: better than every other reader of the column (p < .05).")
    if any(cell["star"] for cell in cells) and story.comparator:
        tests = listed(sorted({name_of_test(r.method) for r in _against(story)}))
        notes.append(
            f"* better than {story.label(story.comparator)} on the same cases (p < .05, two-sided; "
            f"{tests}); p values are "
            "not adjusted for multiple comparisons."
        )
    if any(look.role == "group" for look in story.looks):
        notes.append("The mean of doctors is over the cases that all of them read.")
    repeated = [look for look in story.looks if look.repeats > 1 and not look.ensemble_of]
    if repeated:
        names = listed([f"{look.label} ({look.repeats})" for look in repeated])
        notes.append(
            f"Repeated trainings: {names}. Their row is the mean over repeats, its interval over patients "
            "and repeats; an "
            "ensemble is the mean score of all repeats."
        )
    notes += _unranked(story) + _fewer_cases(story)
    return notes


def _unranked(story: Story) -> list[str]:
    """Readers that say yes or no only have no area under a curve."""
    ranked = [endpoint for endpoint in story.endpoints if endpoint.measure == "auroc"]
    if not ranked:
        return []
    named = [
        look.label
        for look in story.looks
        if not any(story.measure(look.name, part, ranked[0]) for part in story.parts)
        and any(operating_row(story, look.name, part, "sensitivity") for part in story.parts)
    ]
    return [f"{listed(named)}: decisions only, which have no area under a curve."] if named else []


def _against(story: Story) -> Iterable[Comparison]:
    for endpoint in story.endpoints:
        for part in story.parts:
            for look in story.looks:
                row = story.compare(look.name, str(story.comparator), part, endpoint)
                if row is not None and _is_better(row, endpoint):
                    yield row


def _fewer_cases(story: Story) -> list[str]:
    """Readers that were measured on fewer cases than the column's head says."""
    if not story.endpoints:
        return []
    said = []
    for look in story.looks:
        missing = []
        for part in story.parts:
            row, n = (
                story.measure(look.name, part, story.endpoints[0]),
                _column_size(story, part, story.endpoints[0])["n"],
            )
            if row is not None and n is not None and row.n < n:
                missing.append(f"{row.n:,} of {n:,} in {part}")
        if missing:
            said.append(f"{look.label}: {listed(missing)}")
    if not said:
        return []
    return [f"Measured on fewer cases, because the others have no score: {'; '.join(said)}."]
