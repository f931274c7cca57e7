"""How often every finding is there, and not known, in each part."""

from collections.abc import Iterator, Sequence

import pandas as pd

from hilum.cohorts.checks.events import FEWEST_EVENTS
from hilum.cohorts.checks.record import Check, Look, counted
from hilum.cohorts.findings import Finding
from hilum.study.words import listed

MANY_UNKNOWN = 0.2
_Counts = dict[str, int]


def look(what: Look) -> Iterator[Finding]:
    """Count the findings; warn of those that never differ, are rare in a part, or are often not known."""
    task = what.cohort.task
    if task.kind != "findings":
        return
    cases = what.cohort.cases
    yield from _constant(cases, task.findings)
    for part in what.cohort.parts:
        yield from _by_part(cases[cases["part"] == part], task.findings, part)
    yield from _unknown(cases, task.findings)
    counts = {name: int((cases[name] == 1).sum()) for name in task.findings}
    words = ", ".join(f"{name} {count:,}" for name, count in counts.items())
    yield Finding(
        "finding_counts", "note", f"cases with each finding, of {len(cases):,}: {words}", len(cases)
    )


def _constant(cases: pd.DataFrame, names: Sequence[str]) -> Iterator[Finding]:
    for name in names:
        known = cases[name].dropna()
        if len(set(known)) == 1:
            said = "there" if known.iloc[0] == 1 else "absent"
            yield Finding(
                "constant_finding",
                "warning",
                f"the finding `{name}` is {said} in all {len(known):,} cases in which it is "
                "known: it cannot be "
                "learnt or measured; take it out of findings",
                len(known),
            )


def _by_part(cases: pd.DataFrame, names: Sequence[str], part: str) -> Iterator[Finding]:
    """One sentence for findings that are missing in a part, and one for those that are rare there."""
    there: _Counts = {name: int((cases[name] == 1).sum()) for name in names}
    absent: _Counts = {name: int((cases[name] == 0).sum()) for name in names}
    never = {name: 0 for name in names if there[name] == 0 or absent[name] == 0}
    fewest = {name: min(there[name], absent[name]) for name in names if name not in never}
    rare = {name: count for name, count in fewest.items() if count < FEWEST_EVENTS}
    if never:
        text = (
            f"the part {part} has no case with and without {listed(never)}: what needs both "
            "cannot be measured "
            "there"
        )
        yield Finding("part_without_finding", "warning", text, len(never))
    if rare:
        words = ", ".join(f"`{name}` {count}" for name, count in rare.items())
        text = f"the part {part} has few cases with, or without, {words}: these intervals will be wide"
        yield Finding("few_of_finding", "warning", text, min(rare.values()))


def _unknown(cases: pd.DataFrame, names: Sequence[str]) -> Iterator[Finding]:
    unknown = {name: int(cases[name].isna().sum()) for name in names}
    if not any(unknown.values()):
        return
    many = any(count >= MANY_UNKNOWN * len(cases) for count in unknown.values())
    words = ", ".join(f"{name} {count:,}" for name, count in unknown.items() if count)
    labels = counted(sum(unknown.values()), "label is", "labels are")
    yield Finding(
        "unknown_labels",
        "warning" if many else "note",
        f"{labels} not known ({words}): such a case is not learnt from, nor measured, for that finding, and "
        "counts for the others",
        sum(unknown.values()),
    )


CHECK = Check(
    "findings",
    "Every part has enough cases with and without each finding, and most labels are known.",
    ("constant_finding", "part_without_finding", "few_of_finding", "unknown_labels", "finding_counts"),
    look,
    "Rajpurkar 2018, fourteen findings at once (doi 10.1371/journal.pmed.1002686); ten cases is "
    "where intervals "
    "become useless",
)
