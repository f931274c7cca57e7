"""How many events, or cases of every class, each part has."""

from collections.abc import Iterator

import pandas as pd

from hilum.cohorts.checks.record import Check, Look, counted
from hilum.cohorts.cohort import Cohort
from hilum.cohorts.findings import Finding

FEWEST_EVENTS = 10
RARE = 0.1


def look(what: Look) -> Iterator[Finding]:
    """Count by part; warn of parts with none or few, and of a rare class."""
    if what.cohort.task.kind not in {"survival", "classification"}:
        return
    counts = by_part(what.cohort)
    one, many = ("event", "events") if what.cohort.task.kind == "survival" else ("case", "cases")
    for part in what.cohort.parts:
        for outcome, count in zip(counts.columns, _row(counts, part), strict=True):
            of = "" if what.cohort.task.kind == "survival" else f" of `{outcome}`"
            if count == 0:
                text = f"the part {part} has no {many}{of}: what needs both outcomes cannot be measured there"
                yield Finding("part_without_events", "warning", text, 0)
            elif count < FEWEST_EVENTS:
                few = counted(count, one, many)
                text = f"the part {part} has only {few}{of}: its intervals will be wide"
                yield Finding("few_events", "warning", text, count)
    yield from _rare(what.cohort, counts)


def by_part(cohort: Cohort) -> pd.DataFrame:
    """Events (survival) or cases of every class (classification) by part.

    Args:
        cohort: The cohort.

    Returns:
        One row a part, one column an outcome.
    """
    cases = cohort.cases
    if cohort.task.kind == "survival":
        return cases.assign(event=(cases["event"] == 1).astype(int)).groupby("part")[["event"]].sum()
    return pd.crosstab(cases["part"], cases["label"]).reindex(columns=list(cohort.classes), fill_value=0)


def _row(counts: pd.DataFrame, part: str) -> list[int]:
    return [int(count) for count in counts.loc[[part]].to_numpy()[0]]


def _rare(cohort: Cohort, counts: pd.DataFrame) -> Iterator[Finding]:
    total = len(cohort)
    parts = ", ".join(f"{part} " + " / ".join(f"{n:,}" for n in _row(counts, part)) for part in cohort.parts)
    if cohort.task.kind == "survival":
        events = int(counts["event"].sum())
        yield Finding(
            "event_counts",
            "note",
            f"{counted(events, 'event', 'events')} in {total:,} cases ({parts})",
            events,
        )
        return
    names = " / ".join(cohort.classes)
    yield Finding("class_counts", "note", f"cases of {names}: {parts}", total)
    for name, count in zip(cohort.classes, counts.to_numpy().sum(axis=0).tolist(), strict=True):
        if 0 < count < RARE * total:
            share = f"{counted(count, 'case', 'cases')} of {total:,} ({100 * count / total:.1f} %)"
            text = f"`{name}` is rare, {share}: accuracy says little here"
            yield Finding("imbalance", "warning", text, count)


CHECK = Check(
    "events",
    "Every part has enough events, or cases of every class, to measure anything.",
    ("part_without_events", "few_events", "event_counts", "class_counts", "imbalance"),
    look,
    "Collins 2016, at least 100 events for validation (doi 10.1002/sim.6787); ten is where intervals "
    "become useless",
)
