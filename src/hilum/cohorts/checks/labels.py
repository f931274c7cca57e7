"""Patients whose images have different labels."""

from collections.abc import Iterator

from hilum.cohorts.checks.record import Check, Look, counted
from hilum.cohorts.findings import Finding


def look(what: Look) -> Iterator[Finding]:
    """Find patients with more than one label."""
    cases = what.cohort.cases
    if "label" not in what.cohort.truth_columns:
        return
    several = cases.groupby("patient")["label"].nunique()
    patients = set(several[several > 1].index)
    if patients:
        yield Finding(
            "label_conflict",
            "warning",
            f"{counted(len(patients), 'patient has', 'patients have')} images with different labels: this "
            "can be true (a "
            "disease came or went) or a slip of labelling; look at them",
            len(patients),
            tuple(cases.loc[cases["patient"].isin(patients), "case"]),
        )


CHECK = Check("labels", "Images of one patient have one label.", ("label_conflict",), look)
