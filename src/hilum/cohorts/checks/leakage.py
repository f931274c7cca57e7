"""Patients that are in more than one part."""

from collections.abc import Iterator

from hilum.cohorts.checks.record import Check, Look, counted
from hilum.cohorts.findings import Finding


def look(what: Look) -> Iterator[Finding]:
    """Find patients with cases in more than one part."""
    cases = what.cohort.cases
    parts = cases.groupby("patient")["part"].nunique()
    across = set(parts[parts > 1].index)
    if across:
        found = cases[cases["patient"].isin(across)]
        names = " and ".join(dict.fromkeys(part for part in what.cohort.parts if part in set(found["part"])))
        yield Finding(
            "patient_across_parts",
            "serious",
            f"{counted(len(across), 'patient is', 'patients are')} in more than one part ({names}): "
            "results on them would "
            "be too good; put every patient into one part",
            len(across),
            tuple(found["case"]),
        )


CHECK = Check(
    "leakage",
    "A patient is in one part only.",
    ("patient_across_parts",),
    look,
    "CLAIM 2024, item 21 (doi 10.1148/ryai.240300)",
)
