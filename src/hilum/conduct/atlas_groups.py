"""Whom an atlas sets against whom: the positive class and the other, or each class and the rest."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.cohorts.cohort import PARTS

TOO_FEW = 5  # patients a group below which a part is not compared alone
ALL = "all"


@dataclass(frozen=True)
class Pair:
    """Two groups of cases.

    Attributes:
        first: what the first group is called; where it is higher, maps are red.
        second: what the second group is called; blue.
        known: (cases,) whether it is known to which of them a case belongs.
        is_first: (cases,) whether it belongs to the first.
    """

    first: str
    second: str
    known: NDArray[np.bool_]
    is_first: NDArray[np.bool_]

    def fewest(self, cohort: Cohort, part: NDArray[np.bool_]) -> int:
        """How many patients the smaller group has among some cases.

        Args:
            cohort: all cases.
            part: (cases,) which are looked at.
        """
        patients = cohort.cases["patient"].astype(str)
        groups = [self.known & part & (self.is_first == first) for first in (True, False)]
        return min(int(patients[rows].nunique()) for rows in groups)


def pairs_of(cohort: Cohort) -> tuple[Pair, ...]:
    """The groups that a cohort's truth makes.

    Two classes make one pair, the positive one first; more classes one pair each, with the rest. A finding is
    set against its absence, an event by the first horizon against none by then, a number above the median
    against one that is not.

    Args:
        cohort: with its truth.
    """
    cases = cohort.cases
    if cohort.task.kind == "classification":
        return _of_classes(cohort)
    if cohort.task.kind == "findings":
        return tuple(_pair(name, f"no {name}", cases[name].to_numpy(float)) for name in cohort.task.findings)
    if cohort.task.kind == "survival":
        return (_of_events(cohort),)
    values = cases["value"].to_numpy(dtype=np.float64)
    middle = float(np.nanmedian(values))
    above = np.where(np.isfinite(values), values > middle, np.nan)
    return (_pair(f"above {middle:g}", f"{middle:g} or below", above),)


def _of_classes(cohort: Cohort) -> tuple[Pair, ...]:
    labels = cohort.cases["label"].astype(str).to_numpy()
    known = np.isin(labels, cohort.classes)
    if len(cohort.classes) == 2:
        positive = cohort.positive or cohort.classes[1]
        other = next(name for name in cohort.classes if name != positive)
        return (Pair(positive, other, known, labels == positive),)
    return tuple(Pair(name, "all others", known, labels == name) for name in cohort.classes)


def _of_events(cohort: Cohort) -> Pair:
    """As far as it is known: who left before the horizon without an event belongs to neither group."""
    time, event = (cohort.cases[name].to_numpy(dtype=np.float64) for name in ("time", "event"))
    horizons = cohort.task.horizons_days if cohort.task.kind == "survival" else ()
    day = min(horizons, default=float(np.nanmedian(time)))
    happened = (time <= day) & (event == 1)
    clear = np.isfinite(time) & np.isfinite(event) & (happened | (time >= day) | (event == 2))
    return Pair(f"event by day {day:g}", f"no event by day {day:g}", clear, happened)


def _pair(first: str, second: str, one_or_zero: NDArray[np.float64]) -> Pair:
    return Pair(first, second, np.isfinite(one_or_zero), one_or_zero == 1)


def cases_looked_at(
    cohort: Cohort, pairs: tuple[Pair, ...], part: str | None = None
) -> tuple[str, NDArray[np.bool_]]:
    """The part whose maps are compared: the test part, or all where that is too small.

    Args:
        cohort: all cases.
        pairs: the groups.
        part: a part's name, `all` for train, validation and test together, or None for the choice just told.

    Returns:
        The part's name and (cases,) which belong to it.

    Raises:
        CohortError: the cohort has no part of that name.
    """
    every = cohort.cases["part"].isin(PARTS).to_numpy()
    if part == ALL:
        return ALL, every
    if part is not None:
        cohort.part(part)  # refuses what is not there
        return part, (cohort.cases["part"] == part).to_numpy()
    test = (cohort.cases["part"] == "test").to_numpy()
    enough = all(pair.fewest(cohort, test) >= TOO_FEW for pair in pairs)
    return ("test", test) if enough else (ALL, every)


def cases_compared_as_images(
    cohort: Cohort, part: str, chosen: NDArray[np.bool_]
) -> tuple[str, NDArray[np.bool_]]:
    """Whose images are compared as they are: no model comes between, so the training part may be among them.

    Args:
        cohort: all cases.
        part: whose maps are compared.
        chosen: (cases,) which belong to it.

    Returns:
        As `cases_looked_at`: all parts, but for an external cohort, which stays alone.
    """
    if part in PARTS:
        return cases_looked_at(cohort, (), ALL)
    return part, chosen
