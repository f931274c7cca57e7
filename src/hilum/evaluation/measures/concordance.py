"""Harrell's C with its infinitesimal jackknife, in O(n log n).

The same numbers as R's survival::concordance.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import (
    Difference,
    Estimate,
    Floats,
    patient_sums,
    repeats_patients,
    wald,
    wald_difference,
)
from hilum.evaluation.measures.follow_up import FollowUp, same_cases

__all__ = [
    "Concordance",
    "FollowUp",
    "Pairs",
    "harrell_c",
    "harrell_c_difference",
    "risk_ranks",
    "weighted_harrell_c",
]

Patients = NDArray[np.int64]


@dataclass(frozen=True)
class Concordance:
    """Harrell's C and each case's influence on it.

    Attributes:
        c: (concordant + half of the pairs tied in risk) / all comparable pairs.
        influence: (n,) how much C changes with the weight of each case; sums to 0.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0]), np.array([1, 1, 0]))
        >>> round(Concordance.of(np.array([3.0, 2.0, 2.0]), follow_up).c, 4)
        0.8333
    """

    c: float
    influence: Floats

    @classmethod
    def of(cls, risk: Floats, follow_up: FollowUp) -> "Concordance":
        """Compare every case that had an event with every case known to have been without one for longer.

        Raises:
            MeasureError: no pair can be compared, or a risk is not a number.

        Example:
            >>> follow_up = FollowUp.of(np.array([1.0, 2.0]), np.array([1, 0]))
            >>> Concordance.of(np.array([2.0, 1.0]), follow_up).c
            1.0
        """
        same_cases(risk, follow_up)
        won, pairs = _sweep(risk_ranks(risk), follow_up.staying)
        total = pairs.sum()
        c = float(won.sum() / total)
        return cls(c, (won - c * pairs) / (total / 2))

    def se(self, patient: Patients | None = None) -> float:
        """Standard error: root of the sum of squared influences.

        Where patients repeat, their influences are summed first.

        Example:
            >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0]), np.array([1, 1, 1]))
            >>> Concordance.of(np.array([3.0, 2.0, 1.0]), follow_up).se()
            0.0
        """
        return _root_of_sum(self.influence, patient)


@dataclass(frozen=True)
class Pairs:
    """How many pairs of cases can be compared, by what the risks say of them.

    Attributes:
        concordant: The earlier event has the higher risk.
        discordant: The earlier event has the lower risk.
        tied: Both have the same risk.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0]), np.array([1, 1, 0]))
        >>> Pairs.of(np.array([3.0, 2.0, 2.0]), follow_up)
        Pairs(concordant=2, discordant=0, tied=1)
    """

    concordant: int
    discordant: int
    tied: int

    @classmethod
    def of(cls, risk: Floats, follow_up: FollowUp) -> "Pairs":
        """Count the pairs, as R's survival::concordance prints them.

        Raises:
            MeasureError: no pair can be compared, or a risk is not a number.

        Example:
            >>> Pairs.of(np.array([1.0, 2.0]), FollowUp.of(np.array([1.0, 1.0]), np.array([1, 0]))).discordant
            1
        """
        same_cases(risk, follow_up)
        rank, staying = risk_ranks(risk), follow_up.staying
        won, pairs = _sweep(rank, staying)
        tied = _tied_pairs(staying, rank)
        concordant = round(won.sum() / 2 - tied / 2)
        return cls(concordant, round(pairs.sum() / 2) - concordant - tied, tied)


def harrell_c(risk: Floats, follow_up: FollowUp, patient: Patients | None = None) -> Estimate:
    """Harrell's C with the standard error of the infinitesimal jackknife and its Wald interval.

    The interval is cut at 0 and 1.

    A pair counts when the shorter time ends with an event; a case censored at the time of another's event
    outlives it; two events at the same time do not count. Higher risk means an earlier event; equal risks
    count one half. A case with a competing event (2) can no longer have the event: it outlives every case
    that has it, before or after (Wolbers).

    Args:
        risk: (n,) any finite numbers.
        follow_up: Time and event of the cases.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: no pair can be compared, or a risk is not a number.

    Reference:
        Harrell et al., JAMA 1982; Therneau & Watson 2017 (R survival::concordance); Wolbers et al.,
        Epidemiology 2009 (competing events).

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 1]))
        >>> harrell_c(np.array([4.0, 1.0, 2.0, 3.0]), follow_up).value
        0.6
    """
    found = Concordance.of(risk, follow_up)
    clustered = repeats_patients(patient)
    method = "infinitesimal_jackknife_clustered_wald" if clustered else "infinitesimal_jackknife_wald"
    return wald(found.c, found.se(patient if clustered else None), method)


def harrell_c_difference(
    risk_a: Floats, risk_b: Floats, follow_up: FollowUp, patient: Patients | None = None
) -> Difference:
    """C of a minus C of b on the same cases, with the variance of the difference of their influences.

    Raises:
        MeasureError: as `harrell_c`.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 1]))
        >>> harrell_c_difference(np.array([4.0, 3, 2, 1]), np.array([4.0, 3, 2, 1]), follow_up).p
        1.0
    """
    first, second = Concordance.of(risk_a, follow_up), Concordance.of(risk_b, follow_up)
    clustered = repeats_patients(patient)
    method = "infinitesimal_jackknife_clustered_wald" if clustered else "infinitesimal_jackknife_wald"
    se = _root_of_sum(first.influence - second.influence, patient if clustered else None)
    return wald_difference(first.c - second.c, se, method)


def weighted_harrell_c(risk: Floats, follow_up: FollowUp, weights: Floats) -> Floats:
    """Harrell's C for each row of (b, n) weights, as the bootstrap asks for.

    NaN where no pair can be compared.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0]), np.array([1, 1, 0]))
        >>> weighted_harrell_c(np.array([1.0, 3.0, 2.0]), follow_up, np.array([[1.0, 1, 1], [0, 1, 1]]))
        array([0.3333..., 1.        ])
    """
    from hilum.evaluation.common._kernels import concordance_of_weights

    result, staying = np.empty(len(weights)), follow_up.staying
    concordance_of_weights(
        staying.order,
        staying.stop,
        staying.event,
        risk_ranks(risk),
        np.ascontiguousarray(weights, dtype=np.float64),
        result,
    )
    return result


def risk_ranks(risk: Floats) -> NDArray[np.int64]:
    """Ranks from 1, equal risks having equal ranks.

    Raises:
        MeasureError: a risk is not a number.

    Example:
        >>> risk_ranks(np.array([0.5, 0.1, 0.5]))
        array([2, 1, 2])
    """
    if not np.isfinite(risk).all():
        raise MeasureError("concordance needs a risk for every case: leave out cases without one first")
    order = np.argsort(risk, kind="stable")
    steps = np.concatenate([[1], np.diff(risk[order]) > 0]).astype(np.int64)
    ranks = np.empty(len(risk), dtype=np.int64)
    ranks[order] = np.cumsum(steps)
    return ranks


def _sweep(rank: NDArray[np.int64], follow_up: FollowUp) -> tuple[Floats, Floats]:
    from hilum.evaluation.common._kernels import concordance_counts

    won, pairs = np.empty(len(rank)), np.empty(len(rank))
    ones = np.ones(len(rank))
    concordance_counts(follow_up.order, follow_up.stop, follow_up.event, rank, ones, won, pairs)
    if pairs.sum() == 0:
        raise MeasureError("no two cases can be compared: an event and a longer follow-up are needed")
    return won, pairs


def _root_of_sum(influence: Floats, patient: Patients | None) -> float:
    return math.sqrt(float(np.sum(patient_sums(influence, patient) ** 2)))


def _tied_pairs(follow_up: FollowUp, rank: NDArray[np.int64]) -> int:
    """Comparable pairs of equal risk: within each risk, each event with all that comes later in time.

    Among equal times events come first: a censored case at the time of an event outlives it, another event
    does not count.
    """
    order = np.lexsort((1 - follow_up.event, follow_up.time, rank))
    ranks, times, events = rank[order], follow_up.time[order], follow_up.event[order]
    place = np.arange(len(order))
    group_end = np.searchsorted(ranks, ranks, "right")
    new_time = np.concatenate([[True], (ranks[1:] != ranks[:-1]) | (times[1:] != times[:-1])])
    moment = np.cumsum(new_time)
    moment_end = np.searchsorted(moment, moment, "right")
    events_before = np.concatenate([[0], np.cumsum(events)])
    simultaneous = events_before[moment_end] - events_before[place + 1]
    return int(np.sum(np.where(events == 1, group_end - 1 - place - simultaneous, 0)))
