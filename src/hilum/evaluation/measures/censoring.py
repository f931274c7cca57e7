"""Measures at a horizon when follow-up is cut off.

Inverse probability of censoring weights, with exact influence.

Conventions are R riskRegression's: the chance of being uncensored is that just before each time, at equal
times events come before censored cases, and the estimation of the weights is part of the variance.
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
from hilum.evaluation.measures.concordance import risk_ranks
from hilum.evaluation.measures.follow_up import FollowUp
from hilum.evaluation.measures.survival_curves import kaplan_meier

Patients = NDArray[np.int64]


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

    known: NDArray[np.bool_]
    event: NDArray[np.bool_]


def known_status(time: Floats, event: NDArray[np.int64] | Floats, horizon: float) -> KnownStatus:
    """Status at a horizon in days.

    A case censored on the horizon's day itself is known to be without the event.

    Example:
        >>> known_status(np.array([30.0]), np.array([0]), 30).known
        array([ True])
    """
    happened = (np.asarray(event) == 1) & (time <= horizon)
    return KnownStatus(happened | (time >= horizon), happened)


@dataclass(frozen=True)
class CensoringWeights:
    """Inverse probability of censoring weights at one horizon.

    What their estimation adds to the variance comes with them.

    Attributes:
        case: (n,) weight of cases with the event by the horizon, else 0.
        control: (n,) weight of cases without it, else 0.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0]))
        >>> CensoringWeights.of(follow_up, 3.5).case.round(2)
        array([1. , 0. , 1.5, 0. ])
    """

    follow_up: FollowUp
    horizon: float
    case: Floats
    control: Floats

    @classmethod
    def of(cls, follow_up: FollowUp, horizon: float) -> "CensoringWeights":
        """Weights at a horizon.

        Where nobody is followed beyond the horizon (all are censored on its very day), those cases are the
        controls, weighted by the chance just before the day.

        Raises:
            MeasureError: nobody has the event by the horizon, or nobody is known to be without it.

        Example:
            >>> follow_up = FollowUp.of(np.array([1.0, 30.0, 30.0]), np.array([1, 0, 0]))
            >>> CensoringWeights.of(follow_up, 30).control
            array([0., 1., 1.])
        """
        time, event, moments = follow_up.time, follow_up.event, follow_up.moments
        chance = moments.uncensored
        before = np.concatenate([[1.0], chance[:-1]])
        is_case = (event == 1) & (time <= horizon)
        is_control = time > horizon
        at_horizon = int(np.searchsorted(moments.time, horizon, "right")) - 1
        control_chance = chance[at_horizon] if at_horizon >= 0 else 1.0
        if not is_control.any():
            is_control = (time == horizon) & (event == 0)
            control_chance = before[at_horizon] if at_horizon >= 0 else 1.0
        if not is_case.any() or not is_control.any():
            raise MeasureError(
                f"at {horizon:g} days there are no events, or nobody is followed so long: choose another "
                "horizon"
            )
        case = np.where(is_case, 1 / before[moments.code], 0.0)
        control = np.where(is_control, 1 / control_chance, 0.0)
        return cls(follow_up, horizon, case, control)

    def estimation_influence(self, case_part: Floats, control_part: float) -> Floats:
        """What estimating the weights adds to each case's influence.

        Args:
            case_part: (n,) each weighted case's contribution to the estimate (which its weight multiplies).
            control_part: Sum of the weighted controls' contributions.

        Example:
            >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0]))
            >>> weights = CensoringWeights.of(follow_up, 3.5)
            >>> round(abs(float(weights.estimation_influence(weights.case, 0.0).sum())), 12)
            0.0
        """
        moments = self.follow_up.moments
        by_moment = np.bincount(moments.code, weights=case_part, minlength=len(moments.time))
        later = by_moment[::-1].cumsum()[::-1] - by_moment
        later += np.where(moments.time <= self.horizon, control_part, 0.0)
        jump = later / moments.at_risk
        drift = np.cumsum(jump * moments.censored / moments.at_risk)
        code, event = moments.code, self.follow_up.event
        influence: Floats = np.where(event == 0, jump[code], 0.0) - drift[code]
        return influence


def auc_t(risk: Floats, follow_up: FollowUp, horizon: float, patient: Patients | None = None) -> Estimate:
    """Cumulative/dynamic AUROC at a horizon.

    Events by then against those still without, weighted for censoring.

    Args:
        risk: (n,) any finite numbers, higher meaning an earlier event.
        follow_up: Time and event of the cases.
        horizon: Days.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: nobody has the event by the horizon, or nobody is followed so long.

    Reference:
        Blanche, Dartigues & Jacqmin-Gadda, Statistics in Medicine 2013; R riskRegression.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0]))
        >>> auc_t(np.array([4.0, 3.0, 2.0, 1.0]), follow_up, 3.5).value
        1.0
    """
    value, influence = auc_t_influence(risk, follow_up, horizon)
    return wald(value, _se(influence, patient), _method(patient))


def auc_t_difference(
    risk_a: Floats, risk_b: Floats, follow_up: FollowUp, horizon: float, patient: Patients | None = None
) -> Difference:
    """AUC(t) of a minus that of b on the same cases, with the variance of the difference of their influences.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0]))
        >>> auc_t_difference(np.array([4.0, 3, 2, 1]), np.array([4.0, 3, 2, 1]), follow_up, 3.5).p
        1.0
    """
    first, influence_a = auc_t_influence(risk_a, follow_up, horizon)
    second, influence_b = auc_t_influence(risk_b, follow_up, horizon)
    return wald_difference(first - second, _se(influence_a - influence_b, patient), _method(patient))


def auc_t_influence(risk: Floats, follow_up: FollowUp, horizon: float) -> tuple[float, Floats]:
    """AUC(t) and each case's influence on it (they sum to 0).

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0]))
        >>> value, influence = auc_t_influence(np.array([1.0, 3.0, 2.0, 1.5]), follow_up, 3.5)
        >>> round(value, 2), round(abs(float(influence.sum())), 12)
        (0.6, 0.0)
    """
    weights = CensoringWeights.of(follow_up, horizon)
    case, control = weights.case, weights.control
    rank = risk_ranks(risk)
    over_controls = _weighted_share_below(rank, control)
    over_cases = 1 - _weighted_share_below(rank, case)
    value = float(np.sum(case * over_controls) / case.sum())
    case_part = case * (over_controls - value) / case.sum()
    control_part = control * (over_cases - value) / control.sum()
    return value, case_part + control_part + weights.estimation_influence(case_part, 0.0)


def brier_t(
    probability: Floats, follow_up: FollowUp, horizon: float, patient: Patients | None = None
) -> Estimate:
    """Brier score at a horizon, weighted for censoring.

    Args:
        probability: (n,) predicted probability of the event by the horizon.
        follow_up: Time and event of the cases.
        horizon: Days.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: nobody has the event by the horizon, or nobody is followed so long.

    Reference:
        Graf et al., Statistics in Medicine 1999; Gerds & Schumacher, Biometrical Journal 2006.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 0]))
        >>> brier_t(np.array([1.0, 1.0, 0.0, 0.0]), follow_up, 2.5).value
        0.0
    """
    value, influence = brier_t_influence(probability, follow_up, horizon)
    return wald(value, _se(influence, patient), _method(patient), high=math.inf)


def brier_t_influence(probability: Floats, follow_up: FollowUp, horizon: float) -> tuple[float, Floats]:
    """The Brier score at a horizon and each case's influence on it.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 0]))
        >>> brier_t_influence(np.array([0.5, 0.5, 0.5, 0.5]), follow_up, 2.5)[0]
        0.25
    """
    weights = CensoringWeights.of(follow_up, horizon)
    count = len(probability)
    case_part = weights.case * (1 - probability) ** 2 / count
    control_part = weights.control * probability**2 / count
    value = float(case_part.sum() + control_part.sum())
    influence = case_part + control_part - value / count
    return value, influence + weights.estimation_influence(case_part, float(control_part.sum()))


def observed_over_expected(probability: Floats, follow_up: FollowUp, horizon: float) -> Estimate:
    """Kaplan-Meier share with the event by a horizon over the mean predicted probability.

    The interval is made on the log scale.

    Reference:
        Debray et al., BMJ 2017.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 0]))
        >>> observed_over_expected(np.full(4, 0.25), follow_up, 2.5).value
        2.0
    """
    survival = kaplan_meier(follow_up.time, follow_up.event).at(horizon)
    expected = float(probability.mean())
    if survival.value is None or expected <= 0:
        return Estimate(None)
    observed = 1 - survival.value
    ratio = observed / expected
    if observed <= 0 or survival.se is None:
        return Estimate(ratio)
    error = survival.se / observed
    reach = math.exp(1.959963984540054 * error)
    return Estimate(ratio, ratio / reach, ratio * reach, ratio * error, "log_wald")


def _weighted_share_below(rank: NDArray[np.int64], weight: Floats) -> Floats:
    """For each case the share of the weight at lower risks, plus half of that at its own."""
    at_rank = np.bincount(rank, weights=weight)
    below = np.cumsum(at_rank) - at_rank / 2
    share: Floats = below[rank] / at_rank.sum()
    return share


def _se(influence: Floats, patient: Patients | None) -> float:
    sums = patient_sums(influence, patient if repeats_patients(patient) else None)
    count = len(sums)
    if count < 2:
        return math.nan
    return math.sqrt(float(np.sum(sums**2)) * count / (count - 1))


def _method(patient: Patients | None) -> str:
    return "ipcw_influence_clustered_wald" if repeats_patients(patient) else "ipcw_influence_wald"
