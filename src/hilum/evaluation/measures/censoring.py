"""Discrimination and calibration at a horizon when follow-up is cut off.

Inverse probability of censoring weights, with exact influence.
"""

import math

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation.common.estimates import (
    Z95,
    Difference,
    Estimate,
    Floats,
    wald,
    wald_difference,
)
from hilum.evaluation.common.weighted import OrderedScores
from hilum.evaluation.measures.censoring_weights import (
    CensoringWeights,
    KnownStatus,
    Patients,
    influence_se,
    ipcw_method,
    known_status,
)
from hilum.evaluation.measures.concordance import risk_ranks
from hilum.evaluation.measures.follow_up import FollowUp, refuse_no_probability, same_cases
from hilum.evaluation.measures.incidence import observed_by
from hilum.evaluation.measures.survival_brier import brier_t, brier_t_influence

__all__ = [
    "CensoringWeights",
    "KnownStatus",
    "auc_t",
    "auc_t_difference",
    "auc_t_influence",
    "brier_t",
    "brier_t_influence",
    "known_status",
    "observed_over_expected",
    "weighted_auc_t",
    "weighted_observed_over_expected",
]


def auc_t(risk: Floats, follow_up: FollowUp, horizon: float, patient: Patients | None = None) -> Estimate:
    """Cumulative/dynamic AUROC at a horizon.

    Events by then against those known to be without, weighted for censoring. With competing events (2) the
    event is that of cause 1, and a case with another event by the horizon is a control (definition 2 of the
    paper, which R riskRegression takes).

    Args:
        risk: (n,) any finite numbers, higher meaning an earlier event; ties count one half.
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
    return wald(value, influence_se(influence, patient), ipcw_method(patient))


def auc_t_difference(
    risk_a: Floats, risk_b: Floats, follow_up: FollowUp, horizon: float, patient: Patients | None = None
) -> Difference:
    """AUC(t) of a minus that of b on the same cases, with the variance of the difference of their influences.

    Raises:
        MeasureError: as `auc_t`.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0]))
        >>> auc_t_difference(np.array([4.0, 3, 2, 1]), np.array([4.0, 3, 2, 1]), follow_up, 3.5).p
        1.0
    """
    first, influence_a = auc_t_influence(risk_a, follow_up, horizon)
    second, influence_b = auc_t_influence(risk_b, follow_up, horizon)
    se = influence_se(influence_a - influence_b, patient)
    return wald_difference(first - second, se, ipcw_method(patient))


def auc_t_influence(risk: Floats, follow_up: FollowUp, horizon: float) -> tuple[float, Floats]:
    """AUC(t) and each case's influence on it (they sum to 0).

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0]))
        >>> value, influence = auc_t_influence(np.array([1.0, 3.0, 2.0, 1.5]), follow_up, 3.5)
        >>> round(value, 2), round(abs(float(influence.sum())), 12)
        (0.6, 0.0)
    """
    same_cases(risk, follow_up)
    weights = CensoringWeights.of(follow_up, horizon)
    case, control = weights.case, weights.control
    rank = risk_ranks(risk)
    over_controls = _weighted_share_below(rank, control)
    over_cases = 1 - _weighted_share_below(rank, case)
    value = float(np.sum(case * over_controls) / case.sum())
    case_part = case * (over_controls - value) / case.sum()
    control_part = control * (over_cases - value) / control.sum()
    return value, case_part + control_part + weights.estimation_influence(case_part, control_part)


def weighted_auc_t(ordered: OrderedScores, ipcw: Floats) -> Floats:
    """AUC(t) for each row of (b, n) weights, NaN where there are no events or no controls.

    Args:
        ordered: The risks, with the cases that have the event by the horizon as labels.
        ipcw: (b, n) weights of `ipcw_of_weights`.

    Example:
        >>> ordered = OrderedScores.of(np.array([1.0, 3.0, 2.0]), np.array([True, True, False]))
        >>> weighted_auc_t(ordered, np.array([[1.0, 1.0, 1.0]]))
        array([0.5])
    """
    return ordered.areas(ipcw)[0]


def observed_over_expected(
    probability: Floats, follow_up: FollowUp, horizon: float, patient: Patients | None = None
) -> Estimate:
    """Share with the event by a horizon over the mean predicted probability; 1 is ideal.

    The share is Kaplan-Meier's, with competing events Aalen-Johansen's. The interval is made on the log
    scale, from the variance of the share; where patients repeat, from the sums of their cases' influences.

    Raises:
        MeasureError: a number is not a probability, or the numbers do not fit the cases.

    Reference:
        Debray et al., BMJ 2017.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 0]))
        >>> observed_over_expected(np.full(4, 0.25), follow_up, 2.5).value
        2.0
    """
    refuse_no_probability(probability, follow_up)
    observed, expected = observed_by(follow_up, horizon, patient), float(probability.mean())
    if observed.value is None or expected <= 0:
        return Estimate(None)
    ratio = observed.value / expected
    if observed.value <= 0 or observed.se is None:
        return Estimate(ratio)
    error = observed.se / observed.value
    reach = math.exp(Z95 * error)
    return Estimate(ratio, ratio / reach, ratio * reach, ratio * error, "log_wald")


def weighted_observed_over_expected(
    probability: Floats, happened: NDArray[np.bool_], ipcw: Floats, weights: Floats
) -> Floats:
    """Observed over expected for each row of (b, n) weights; NaN where nothing is expected.

    The share with the event that the weights for censoring give is Kaplan-Meier's (Aalen-Johansen's) exactly.

    Example:
        >>> happened, one = np.array([True, False]), np.ones((1, 2))
        >>> weighted_observed_over_expected(np.array([0.25, 0.25]), happened, one, one)
        array([2.])
    """
    observed, expected = ipcw @ happened.astype(np.float64), weights @ probability
    ratio: Floats = np.divide(observed, expected, out=np.full(len(weights), np.nan), where=expected > 0)
    return ratio


def _weighted_share_below(rank: NDArray[np.int64], weight: Floats) -> Floats:
    """For each case the share of the weight at lower risks, plus half of that at its own."""
    at_rank = np.bincount(rank, weights=weight)
    below = np.cumsum(at_rank) - at_rank / 2
    share: Floats = below[rank] / at_rank.sum()
    return share
