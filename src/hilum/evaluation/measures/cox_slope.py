"""Cox regression on one number, by Newton's method, for the recalibration slope at a horizon."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Estimate, Floats, patient_sums, repeats_patients, wald
from hilum.evaluation.measures.censoring_weights import Patients
from hilum.evaluation.measures.follow_up import FollowUp, refuse_no_probability, same_cases

Places = NDArray[np.int64]
EDGE = 1e-6
LARGEST_STEP = 5.0


def calibration_slope_t(
    probability: Floats, follow_up: FollowUp, horizon: float, patient: Patients | None = None
) -> Estimate:
    """Cox recalibration slope of predicted risks by a horizon; 1 is ideal, below 1 they are too extreme.

    Slope of a Cox regression on log(-log(1 - p)), the linear predictor of a proportional hazards model, with
    follow-up cut at the horizon. A probability within one in a million of 0 or 1 is moved that far from it.
    None where all probabilities are equal, or where they separate the events so that no slope is finite.

    Args:
        probability: (n,) predicted probability of the event by the horizon.
        follow_up: Time and event of the cases.
        horizon: Days.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: a number is not a probability, there are no events by the horizon, or events compete
            (a probability of one of them is then no function of its hazard).

    Reference:
        van Houwelingen, Statistics in Medicine 2000; Crowson et al., Statistical Methods in Medical Research
        2016.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 0]))
        >>> round(calibration_slope_t(np.array([0.3, 0.6, 0.5, 0.2]), follow_up, 3.5).value, 2)
        0.44
    """
    refuse_no_probability(probability, follow_up)
    if follow_up.competes:
        raise MeasureError(
            f"{int(follow_up.competing.sum())} cases have a competing event: a Cox recalibration slope of "
            "probabilities is not defined there"
        )
    clipped = np.clip(probability, EDGE, 1 - EDGE)
    predictor = np.log(-np.log1p(-clipped))
    by_then = (follow_up.event == 1) & (follow_up.time <= horizon)
    cut = FollowUp.of(np.minimum(follow_up.time, horizon), by_then)
    return cox_slope(predictor, cut, patient)


def cox_slope(predictor: Floats, follow_up: FollowUp, patient: Patients | None = None) -> Estimate:
    """Coefficient of a Cox regression on one number, tied events by Efron's method, with its Wald interval.

    Where patients repeat, the variance is the robust one over patients. None where no finite coefficient
    fits best.

    Args:
        predictor: (n,) finite numbers.
        follow_up: Time and event; a competing event counts as censored.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: there are no events, or a number is missing.

    Reference:
        Cox, JRSS B 1972; Efron, JASA 1977; Lin & Wei, JASA 1989.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 1]))
        >>> round(cox_slope(np.array([1.0, 3.0, 2.0, 0.0]), follow_up).value, 2)
        0.32
    """
    same_cases(predictor, follow_up)
    if follow_up.event.sum() == 0:
        raise MeasureError("a Cox regression needs events: nobody has one by then")
    spread = float(predictor.std())
    if spread <= 1e-12 * max(1.0, float(np.abs(predictor).max())):
        return Estimate(None)
    risk_sets = _RiskSets.of((predictor - predictor.mean()) / spread, follow_up)
    fitted = _newton(risk_sets)
    if fitted is None:
        return Estimate(None)
    beta, information = fitted
    if repeats_patients(patient):
        sums = patient_sums(risk_sets.residuals(beta), patient)
        se, method = math.sqrt(float(np.sum(sums**2))) / information, "cox_efron_clustered_wald"
    else:
        se, method = 1 / math.sqrt(information), "cox_efron_wald"
    return wald(beta / spread, se / spread, method, low=-math.inf, high=math.inf)


@dataclass(frozen=True)
class _RiskSets:
    """Cases by time, and for each event its place among those of its time.

    Attributes:
        order: (n,) the follow-up's order of cases.
        value: (n,) the standardised predictor, in the order of the follow-up.
        event: (n,) in the same order.
        start: (n,) first place of each case's time.
        stop: (n,) first place of the next time.
        share: (events,) Efron's share of the tied events taken out for each event: 0, 1/d, 2/d …
    """

    order: Places
    value: Floats
    event: NDArray[np.bool_]
    start: Places
    stop: Places
    share: Floats

    @classmethod
    def of(cls, value: Floats, follow_up: FollowUp) -> "_RiskSets":
        order = follow_up.order
        ordered, event = follow_up.time[order], follow_up.event[order] == 1
        start = np.searchsorted(ordered, ordered, "left").astype(np.int64)
        stop = follow_up.stop
        # Events come first among equal times, so that their number is their place within the time.
        number = (np.arange(len(order)) - start)[event]
        tied = np.bincount(start[event], minlength=len(order))[start[event]]
        return cls(order, value[order], event, start, stop, number / tied)

    def means(self, beta: float) -> tuple[Floats, Floats, Floats, Floats]:
        """For each event the sum of hazards, the mean and the variance of the predictor; and each hazard."""
        linear = beta * self.value
        hazard = np.exp(linear - linear.max())
        powers = np.stack([hazard, hazard * self.value, hazard * self.value**2])
        at_risk = powers[:, ::-1].cumsum(axis=1)[:, ::-1][:, self.start[self.event]]
        dying = np.where(self.event, powers, 0.0)
        upto = np.concatenate([np.zeros((3, 1)), dying.cumsum(axis=1)], axis=1)
        own = upto[:, self.stop[self.event]] - upto[:, self.start[self.event]]
        left = at_risk - self.share * own
        mean = left[1] / left[0]
        return left[0], mean, np.maximum(left[2] / left[0] - mean**2, 0.0), hazard

    def residuals(self, beta: float) -> Floats:
        """(n,) score residual of each case, in the order of the cases; they sum to the score."""
        total, mean, _, hazard = self.means(beta)
        count = len(self.value)
        first = self.start[self.event]

        def by_time(values: Floats) -> Floats:
            return np.bincount(first, weights=values, minlength=count).astype(np.float64)

        upto_0, upto_1 = by_time(1 / total).cumsum(), by_time(mean / total).cumsum()
        # The place of the last event that is not later than each case.
        reach = self.start
        result = -hazard * (self.value * upto_0[reach] - upto_1[reach])
        tied = np.maximum(by_time(np.ones(len(first))), 1)
        back_0, back_1 = by_time(self.share / total), by_time(self.share * mean / total)
        own = hazard * (self.value * back_0[reach] - back_1[reach])
        own += self.value - (by_time(mean) / tied)[reach]
        result += np.where(self.event, own, 0.0)
        unordered = np.empty(count)
        unordered[self.order] = result
        return unordered


def _newton(risk_sets: _RiskSets) -> tuple[float, float] | None:
    """The coefficient and its information; None where it does not settle."""
    beta = 0.0
    for _ in range(60):
        _, mean, variance, _ = risk_sets.means(beta)
        score = float(np.sum(risk_sets.value[risk_sets.event] - mean))
        information = float(variance.sum())
        if information < 1e-9 or abs(beta) > 50:
            return None
        step = score / information
        beta += max(-LARGEST_STEP, min(LARGEST_STEP, step))
        if abs(step) < 1e-9:
            return beta, information
    return None
