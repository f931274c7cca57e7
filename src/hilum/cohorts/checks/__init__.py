"""Looks at a cohort before anything is learnt from it; one check a file."""

from hilum.cohorts.checks import (
    copies,
    events,
    giveaway,
    labels,
    leakage,
    missing,
    numbers,
    rare_findings,
    view,
)
from hilum.cohorts.checks.record import Check, Look
from hilum.cohorts.cohort import Cohort
from hilum.cohorts.findings import LEVELS, Findings
from hilum.cohorts.near_duplicates import NearDuplicates, near_duplicate_groups
from hilum.progress import Progress, silent

CHECKS: tuple[Check, ...] = (
    leakage.CHECK,
    copies.CHECK,
    labels.CHECK,
    giveaway.CHECK,
    missing.CHECK,
    events.CHECK,
    rare_findings.CHECK,
    numbers.CHECK,
    view.CHECK,
)


def check(cohort: Cohort, progress: Progress = silent, copies: NearDuplicates | None = None) -> Findings:
    """Look at a cohort for what would make its results wrong.

    Args:
        cohort: The cohort.
        progress: Told how many images are read.
        copies: What `near_duplicate_groups` found, when it was asked already; saves reading the images again.

    Returns:
        The findings, the most serious first.

    Example:
        >>> [check.name for check in CHECKS]
        ['leakage', 'copies', 'labels', 'giveaway', 'missing', 'events', 'findings', 'numbers', 'view']
    """
    found = near_duplicate_groups(cohort, progress) if copies is None else copies
    here = set(cohort.cases["case"])
    groups = tuple(group for group in found if here.issuperset(group.cases))
    look = Look(cohort, NearDuplicates(groups, tuple(case for case in found.unreadable if case in here)))
    items = [finding for one in CHECKS for finding in one.look(look)]
    items.sort(key=lambda finding: LEVELS.index(finding.level))
    return Findings(tuple(items), tuple(group.cases for group in groups))


__all__ = ["CHECKS", "Check", "Look", "check"]
