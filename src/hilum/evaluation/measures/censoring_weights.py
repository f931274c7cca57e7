"""Inverse probability of censoring weights at a horizon.

With what their estimation adds to the variance, and for many bootstrap samples at once.

Conventions are R riskRegression's: the chance of being uncensored is that just before each time, and at equal
times events come before censored cases. A case with a competing event by the horizon is known to be without
the event there: it is a control, weighted like a case (definition 2 of Blanche et al. 2013).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Floats, patient_sums, repeats_patients
from hilum.evaluation.measures.follow_up import COMPETING, FollowUp
from hilum.study.tasks import horizon_in_words

Patients = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class KnownStatus:
    """Who is known to have had the event by a horizon, and who is known not to.

    Attributes:
        known: (n,) false for cases censored before the horizon.
        event: (n,) true for cases with the event by the horizon, the horizon's day included.

    Example:
        >>> known_status(np.array([5.0, 40.0, 10.0]), np.array([1, 0, 0]), 30).known
        array([ True,  True, False])
    """

    known: Flags
    event: Flags


def known_status(time: Floats, event: NDArray[np.int64] | Floats, horizon: float) -> KnownStatus:
    """Status at a horizon in days.

    A case censored on the horizon's day itself is known to be without the event, and so is a case with a
    competing event (2) by then.

    Example:
        >>> known_status(np.array([30.0]), np.array([0]), 30).known
        array([ True])
        >>> known_status(np.array([5.0]), np.array([2]), 30).event
        array([False])
    """
    codes = np.asarray(event)
    happened = (codes == 1) & (time <= horizon)
    return KnownStatus(happened | (codes == COMPETING) & (time <= horizon) | (time >= horizon), happened)


@dataclass(frozen=True)
class CensoringWeights:
    """Weights at one horizon.

    Attributes:
        case: (n,) weight of cases with the event by the horizon, else 0.
        control: (n,) weight of cases known to be without it, else 0.
        early: (n,) whose weight is that of their own time: all with an event of any kind by the horizon.
        until: How many of the distinct times enter the survivors' weight.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0]))
        >>> CensoringWeights.of(follow_up, 3.5).case.round(2)
        array([1. , 0. , 1.5, 0. ])
    """

    follow_up: FollowUp
    horizon: float
    case: Floats
    control: Floats
    early: Flags
    until: int

    @classmethod
    def of(cls, follow_up: FollowUp, horizon: float, *, both_needed: bool = True) -> "CensoringWeights":
        """Weights at a horizon.

        Where nobody is followed beyond the horizon (all are censored on its very day), those cases are the
        controls, weighted by the chance just before the day.

        Args:
            follow_up: Time and event of the cases.
            horizon: Days.
            both_needed: Whether a horizon by which nobody, or everyone, has the event is refused.

        Raises:
            MeasureError: nobody has the event by the horizon, or nobody is followed so long.

        Example:
            >>> follow_up = FollowUp.of(np.array([1.0, 30.0, 30.0]), np.array([1, 0, 0]))
            >>> CensoringWeights.of(follow_up, 30).control
            array([0., 1., 1.])
        """
        before = follow_up.moments.uncensored_before[follow_up.moments.code]
        is_case = (follow_up.event == 1) & (follow_up.time <= horizon)
        is_competing = (follow_up.competing == 1) & (follow_up.time <= horizon)
        survives, until = _survivors(follow_up, horizon)
        _refuse_unknown(follow_up, horizon)
        if both_needed:
            _refuse_one_kind(follow_up, horizon, is_case, survives | is_competing)
        chance = float(follow_up.moments.uncensored[until - 1]) if until else 1.0
        control = np.where(is_competing, 1 / np.where(is_competing, before, 1.0), 0.0)
        control = np.where(survives, 1 / chance if chance > 0 else 0.0, control)
        case = np.where(is_case, 1 / np.where(is_case, before, 1.0), 0.0)
        return cls(follow_up, horizon, case, control, is_case | is_competing, until)

    def estimation_influence(self, case_part: Floats, control_part: Floats | None = None) -> Floats:
        """What estimating the weights adds to each case's influence.

        Args:
            case_part: (n,) each weighted case's contribution to the estimate (which its weight multiplies).
            control_part: (n,) the same of each weighted control.

        Example:
            >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0]))
            >>> weights = CensoringWeights.of(follow_up, 3.5)
            >>> round(abs(float(weights.estimation_influence(weights.case).sum())), 12)
            0.0
        """
        moments = self.follow_up.moments
        parts = np.zeros_like(case_part) if control_part is None else control_part
        own = case_part + np.where(self.early, parts, 0.0)
        sums = np.bincount(moments.code, weights=own, minlength=len(moments.time))
        by_moment: Floats = sums.astype(np.float64)
        later: Floats = by_moment[::-1].cumsum()[::-1] - by_moment
        later[: self.until] += float(parts[~self.early].sum())
        jump = later / moments.at_risk
        drift = np.cumsum(jump * moments.censored / moments.at_risk)
        code, follow_up = moments.code, self.follow_up
        censored = (follow_up.event == 0) & (follow_up.competing == 0)
        influence: Floats = np.where(censored, jump[code], 0.0) - drift[code]
        return influence


def ipcw_of_weights(follow_up: FollowUp, horizon: float, weights: Floats) -> Floats:
    """(b, n) case weights times the censoring weights that each row of (b, n) case weights gives.

    The chance of being uncensored is estimated anew in each row; a row whose follow-up ends before the
    horizon is NaN.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0]))
        >>> ipcw_of_weights(follow_up, 3.5, np.array([[1.0, 1.0, 1.0, 1.0], [1.0, 0.0, 1.0, 1.0]]))
        array([[1. , 0. , 1.5, 1.5],
               [1. , 0. , 1. , 1. ]])
    """
    moments = follow_up.moments
    survives, until = _survivors(follow_up, horizon)
    chance = uncensored_of_weights(follow_up, weights, max(until, moments.place(horizon) + 1))
    early = ((follow_up.event == 1) | (follow_up.competing == 1)) & (follow_up.time <= horizon)
    result = np.zeros(weights.shape)
    _divide(weights[:, early], chance[:, moments.code[early]], result, early)
    _divide(weights[:, survives], chance[:, [until]], result, survives)
    # Together they weigh as much as the cases unless follow-up of the row ends before the horizon.
    result[result.sum(axis=1) < (1 - 1e-9) * weights.sum(axis=1)] = np.nan
    return result


def uncensored_of_weights(follow_up: FollowUp, weights: Floats, until: int) -> Floats:
    """Chance of being uncensored for each row of (b, n) weights.

    Returns:
        (b, until + 1) before the first distinct time, after the first, after the second and so on.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0]), np.array([1, 0, 1]))
        >>> uncensored_of_weights(follow_up, np.array([[1.0, 1.0, 1.0]]), 3)
        array([[1. , 1. , 0.5, 0.5]])
    """
    moments, order = follow_up.moments, follow_up.order
    starts = np.searchsorted(moments.code[order], np.arange(len(moments.time)))
    ordered = weights[:, order]
    leaving = np.add.reduceat(ordered, starts, axis=1)
    at_risk = leaving[:, ::-1].cumsum(axis=1)[:, ::-1][:, :until]
    lost = (follow_up.event + follow_up.competing)[order] == 0
    censored = np.add.reduceat(ordered * lost, starts, axis=1)[:, :until]
    left = at_risk - (leaving[:, :until] - censored)
    share = np.divide(censored, left, out=np.zeros_like(left), where=left > 0)
    return np.concatenate([np.ones((len(weights), 1)), np.cumprod(1 - share, axis=1)], axis=1)


def influence_se(influence: Floats, patient: Patients | None) -> float:
    """Standard error of an estimate from each case's influence, summed over each patient's cases.

    Example:
        >>> round(influence_se(np.array([0.1, -0.1]), None), 2)
        0.2
    """
    sums = patient_sums(influence, patient if repeats_patients(patient) else None)
    count = len(sums)
    if count < 2:
        return math.nan
    return math.sqrt(float(np.sum(sums**2)) * count / (count - 1))


def ipcw_method(patient: Patients | None) -> str:
    """Name of the method in the results.

    Example:
        >>> ipcw_method(None)
        'ipcw_influence_wald'
    """
    return "ipcw_influence_clustered_wald" if repeats_patients(patient) else "ipcw_influence_wald"


def _survivors(follow_up: FollowUp, horizon: float) -> tuple[Flags, int]:
    """Who is known to be without any event, and how many distinct times their weight rests on."""
    until = follow_up.moments.place(horizon) + 1
    survives = follow_up.time > horizon
    if survives.any():
        return survives, until
    last = (follow_up.time == horizon) & (follow_up.event == 0) & (follow_up.competing == 0)
    return last, until - 1 if last.any() else until


def _refuse_one_kind(follow_up: FollowUp, horizon: float, case: Flags, control: Flags) -> None:
    if not case.any():
        raise MeasureError(f"at {horizon_in_words(horizon)} there are no events: choose a later horizon")
    if not control.any():
        raise MeasureError(
            f"at {horizon_in_words(horizon)} nobody without an event is followed any more (the last "
            f"follow-up ends on day {follow_up.time.max():g}): choose an earlier horizon"
        )


def _refuse_unknown(follow_up: FollowUp, horizon: float) -> None:
    """Follow-up that ends before the horizon leaves the status there unknown, unless its end is an event."""
    last = float(follow_up.time.max())
    at_the_end = follow_up.time == last
    if last < horizon and ((follow_up.event + follow_up.competing)[at_the_end] == 0).any():
        raise MeasureError(
            f"nobody is followed for {horizon_in_words(horizon)} (the last follow-up ends on day "
            f"{last:g}): choose an earlier horizon"
        )


def _divide(weight: Floats, chance: Floats, result: Floats, where: Flags) -> None:
    """Weight over chance into some columns; 0 where there is no weight."""
    wide = np.broadcast_to(chance, weight.shape)
    result[:, where] = np.divide(weight, wide, out=np.zeros(weight.shape), where=(weight > 0) & (wide > 0))
