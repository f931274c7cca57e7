"""Brier scores at horizons when follow-up is cut off: one horizon, a grid of them, and against the null.

The weights and their influence are those of `censoring_weights`.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Difference, Estimate, Floats, wald, wald_difference
from hilum.evaluation.measures.censoring_weights import (
    CensoringWeights,
    Patients,
    influence_se,
    ipcw_method,
)
from hilum.evaluation.measures.follow_up import FollowUp, refuse_no_probability
from hilum.study.tasks import horizon_in_words


@dataclass(frozen=True)
class Influenced:
    """A value and each case's influence on it (they sum to 0).

    Example:
        >>> Influenced(0.2, np.array([0.1, -0.1])).estimate(None).value
        0.2
    """

    value: float
    influence: Floats

    def estimate(self, patient: Patients | None, *, low: float = 0.0, high: float = math.inf) -> Estimate:
        """The value with its Wald interval, cut at the bounds of the measure.

        Example:
            >>> Influenced(0.2, np.array([0.0, 0.0])).estimate(None).high
            0.2
        """
        se = influence_se(self.influence, patient)
        return wald(self.value, se, ipcw_method(patient), low=low, high=high)

    def minus(self, other: "Influenced", patient: Patients | None) -> Difference:
        """The difference on the same cases, with the variance of the difference of the influences.

        Example:
            >>> one = Influenced(0.2, np.array([0.1, -0.1]))
            >>> one.minus(one, None).p
            1.0
        """
        se = influence_se(self.influence - other.influence, patient)
        return wald_difference(self.value - other.value, se, ipcw_method(patient))


def brier_t(
    probability: Floats, follow_up: FollowUp, horizon: float, patient: Patients | None = None
) -> Estimate:
    """Brier score at a horizon, weighted for censoring.

    With competing events (2) the outcome is the event of cause 1 by the horizon; a case with another event by
    then is known to be without it.

    Args:
        probability: (n,) predicted probability of the event by the horizon.
        follow_up: Time and event of the cases.
        horizon: Days.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: a number is not a probability, nobody has the event by the horizon, or nobody is
            followed so long.

    Reference:
        Graf et al., Statistics in Medicine 1999; Gerds & Schumacher, Biometrical Journal 2006.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 0]))
        >>> brier_t(np.array([1.0, 1.0, 0.0, 0.0]), follow_up, 2.5).value
        0.0
    """
    return Influenced(*brier_t_influence(probability, follow_up, horizon)).estimate(patient)


def brier_t_difference(
    probability_a: Floats,
    probability_b: Floats,
    follow_up: FollowUp,
    horizon: float,
    patient: Patients | None = None,
) -> Difference:
    """Brier score of a minus that of b at a horizon, on the same cases; below 0 a is better.

    Raises:
        MeasureError: as `brier_t`.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 0]))
        >>> brier_t_difference(np.full(4, 0.5), np.full(4, 0.4), follow_up, 2.5).difference
        -0.01...
    """
    first = Influenced(*brier_t_influence(probability_a, follow_up, horizon))
    return first.minus(Influenced(*brier_t_influence(probability_b, follow_up, horizon)), patient)


def brier_t_influence(probability: Floats, follow_up: FollowUp, horizon: float) -> tuple[float, Floats]:
    """The Brier score at a horizon and each case's influence on it.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 0]))
        >>> brier_t_influence(np.array([0.5, 0.5, 0.5, 0.5]), follow_up, 2.5)[0]
        0.25
    """
    return _brier(probability, CensoringWeights.of(follow_up, horizon))


def brier_null_t(follow_up: FollowUp, horizon: float, patient: Patients | None = None) -> Estimate:
    """Brier score at a horizon of giving everyone the share with the event, Kaplan-Meier's.

    It is F (1 - F) with F that share (with competing events Aalen-Johansen's): what a reader must stay below
    to be of any use. The variance takes in that the share is estimated from the same cases; where the share
    is near one half the score is near its largest, 0.25, and the interval is too narrow.

    Raises:
        MeasureError: as `brier_t`.

    Reference:
        Graf et al., Statistics in Medicine 1999; R riskRegression (null model).

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 0]))
        >>> brier_null_t(follow_up, 2.5).value
        0.25
    """
    return _null(CensoringWeights.of(follow_up, horizon)).estimate(patient, high=0.25)


def scaled_brier_t(
    probability: Floats, follow_up: FollowUp, horizon: float, patient: Patients | None = None
) -> Estimate:
    """1 - Brier / null Brier at a horizon: 1 is perfect, 0 no better than giving everyone the same.

    Below 0 worse than that; also called index of prediction accuracy.

    Raises:
        MeasureError: as `brier_t`, or everyone has the event by the horizon.

    Reference:
        Steyerberg et al., Epidemiology 2010; Kattan & Gerds, Diagnostic and Prognostic Research 2018.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 0]))
        >>> scaled_brier_t(np.array([1.0, 1.0, 0.0, 0.0]), follow_up, 2.5).value
        1.0
    """
    weights = CensoringWeights.of(follow_up, horizon)
    value, influence = _brier(probability, weights)
    null = _null(weights)
    if null.value <= 0:
        raise MeasureError(
            f"everyone has the event by {horizon_in_words(horizon)}: there is nothing to explain"
        )
    change = value * null.influence / null.value**2 - influence / null.value
    return Influenced(1 - value / null.value, change).estimate(patient, low=-math.inf, high=1.0)


def integrated_brier(
    probability: Floats, follow_up: FollowUp, grid: Floats, patient: Patients | None = None
) -> Estimate:
    """Brier score averaged over a stated grid of days.

    The area under the Brier scores at the days of the grid by the trapezoidal rule, over the length of the
    grid. The variance is that of the same mean of the cases' influences.

    Args:
        probability: (n, k) predicted probability of the event by each day of the grid.
        follow_up: Time and event of the cases.
        grid: (k,) days, ascending, two or more. A day before the first event is allowed.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: the grid is not ascending or not that of the probabilities, a number is not a
            probability, or nobody is followed to the last day.

    Reference:
        Graf et al., Statistics in Medicine 1999.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 0]))
        >>> integrated_brier(np.full((4, 2), 0.5), follow_up, np.array([1.5, 2.5])).value
        0.25
    """
    days = np.asarray(grid, dtype=np.float64)
    if days.ndim != 1 or len(days) < 2 or not (np.diff(days) > 0).all():
        raise MeasureError("an integrated Brier score needs two days or more, in ascending order")
    if probability.ndim != 2 or probability.shape[1] != len(days):
        raise MeasureError(
            f"the probabilities do not have one column for each of the {len(days)} days of the grid"
        )
    share = _trapezoid(days)
    total = Influenced(0.0, np.zeros(len(follow_up.time)))
    for number, day in enumerate(days):
        weights = CensoringWeights.of(follow_up, float(day), both_needed=False)
        value, influence = _brier(probability[:, number], weights)
        total = Influenced(
            total.value + float(share[number]) * value, total.influence + share[number] * influence
        )
    return total.estimate(patient)


def weighted_brier_t(
    probability: Floats, happened: NDArray[np.bool_], ipcw: Floats, weights: Floats
) -> Floats:
    """Brier score at a horizon for each row of (b, n) weights.

    Args:
        probability: (n,) predicted probability of the event by the horizon.
        happened: (n,) who had the event by then.
        ipcw: (b, n) weights of `ipcw_of_weights`.
        weights: (b, n) weights of the cases.

    Example:
        >>> one = np.ones((1, 2))
        >>> weighted_brier_t(np.array([0.5, 0.5]), np.array([True, False]), one, one)
        array([0.25])
    """
    squares = (probability - happened) ** 2
    mean: Floats = (ipcw @ squares) / weights.sum(axis=1)
    return mean


def weighted_brier_null_t(happened: NDArray[np.bool_], ipcw: Floats, weights: Floats) -> Floats:
    """Null Brier score for each row of (b, n) weights; NaN where it is 0.

    Example:
        >>> weighted_brier_null_t(np.array([True, False]), np.ones((1, 2)), np.ones((1, 2)))
        array([0.25])
    """
    share = (ipcw @ happened.astype(np.float64)) / weights.sum(axis=1)
    null: Floats = np.where(share * (1 - share) > 0, share * (1 - share), np.nan)
    return null


def _brier(probability: Floats, weights: CensoringWeights) -> tuple[float, Floats]:
    refuse_no_probability(probability, weights.follow_up)
    count = len(probability)
    case_part = weights.case * (1 - probability) ** 2 / count
    control_part = weights.control * probability**2 / count
    value = float(case_part.sum() + control_part.sum())
    influence = case_part + control_part - value / count
    return value, influence + weights.estimation_influence(case_part, control_part)


def _null(weights: CensoringWeights) -> Influenced:
    """Everyone's share minimises the Brier score, so that estimating it adds nothing to the influence."""
    share = float(weights.case.mean())
    return Influenced(*_brier(np.full(len(weights.case), min(share, 1.0)), weights))


def _trapezoid(days: Floats) -> Floats:
    """What each day counts for in the trapezoidal mean."""
    steps = np.diff(days)
    share: Floats = (np.append(steps, 0.0) + np.insert(steps, 0, 0.0)) / (2 * (days[-1] - days[0]))
    return share
