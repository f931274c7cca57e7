"""Which differences are shown, and their rows: readers, doctors in two conditions."""

from collections.abc import Iterable
from typing import Any

from hilum.evaluation import Comparison
from hilum.reporting.colours import PALETTE
from hilum.reporting.endpoints import Endpoint
from hilum.reporting.looks import Look
from hilum.reporting.story import Story

MOST_PAIRS = 28


def comparison_rows(story: Story, endpoint: Endpoint) -> list[dict[str, Any]]:
    """Differences to show: every reader against the comparator, and combinations against their members."""
    rows = []
    for part in story.parts:
        for first, second in _pairs(story):
            row = story.compare(first, second, part, endpoint)
            if row is None or row.difference is None:
                continue
            adjusted = story.adjusted(first, second, part, endpoint)
            rows.append(_row(story, row, adjusted))
    return rows


def _row(story: Story, row: Comparison, adjusted: Comparison | None) -> dict[str, Any]:
    first, second = row.reader_a, str(row.reader_b)
    return {
        "part": row.part,
        "at": row.at,
        "reader_a": first,
        "reader_b": second,
        "label": label_of_pair(story, first, second),
        "difference": row.difference,
        "low": row.low,
        "high": row.high,
        "p": row.p,
        "p_holm": None if adjusted is None else adjusted.p,
        "method": row.method,
        "n": row.n,
        "events": row.events,
        "colour": _colour(story, first),
    }


def label_of_pair(story: Story, first: str, second: str) -> str:
    """Whom a difference is about; of one doctor in two conditions the name is said once."""
    doctors = story.doctors
    if doctors.alls in {(first, second), (second, first)}:
        return f"All doctors: {first.partition(', ')[2]} \u2212 {second.partition(', ')[2]}"
    if first in doctors.of and second in doctors.of and doctors.of[first][0] == doctors.of[second][0]:
        return f"{doctors.of[first][0]}: {doctors.of[first][1]} \u2212 {doctors.of[second][1]}"
    return f"{story.label(first)} \u2212 {story.label(second)}"


def _colour(story: Story, name: str) -> str:
    return next((look.colour for look in story.looks if look.name == name), PALETTE[0])


def _pairs(story: Story) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    names = [look.name for look in story.looks if look.role != "group"]
    if story.comparator:
        pairs += [(name, story.comparator) for name in names if name != story.comparator]
    for look in story.looks:
        if look.role == "combination":
            members = [part for part in look.name.split("+") if part in names and part != story.comparator]
            pairs += [(look.name, member) for member in members]
    pairs += _of_doctors(story)
    if not pairs:
        pairs = _each_with_each(story)
    # The ensemble repeats what its reader says; one row a pair is enough.
    own = {look.name for look in story.looks if look.ensemble_of}
    return [(a, b) for a, b in dict.fromkeys(pairs) if not {a, b} & own]


def _each_with_each(story: Story) -> list[tuple[str, str]]:
    """Every pair; of very many readers the lead against each."""
    names = [look.name for look in story.asked_of]
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    kept = [name for name in names if name != story.lead]
    return pairs if len(pairs) <= MOST_PAIRS else [(story.lead, name) for name in kept]


def _of_doctors(story: Story) -> Iterable[tuple[str, str]]:
    """All doctors with help minus without, each doctor, and other readers against the doctors' means."""
    doctors = story.doctors
    if not doctors.of or (doctors.alls is None and not doctors.means):
        return []
    others: list[Look] = [look for look in story.looks if look.role not in {"doctor", "group"}]
    pairs = [doctors.alls] if doctors.alls is not None else []
    pairs += doctors.pairs()
    return pairs + [(look.name, mean) for look in others for mean in doctors.means.values()]
