"""Cumulative incidence where something else may happen first: Aalen-Johansen, exact where times are tied."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation.common.estimates import Z95, Estimate, Floats, repeats_patients
from hilum.evaluation.measures.censoring_weights import (
    CensoringWeights,
    Patients,
    influence_se,
    ipcw_of_weights,
)
from hilum.evaluation.measures.follow_up import FollowUp
from hilum.evaluation.measures.survival_curves import Events, kaplan_meier

METHOD = "aalen_johansen_log_log"


@dataclass(frozen=True)
class CumulativeIncidence:
    """Share that has had the event, with its 95 % interval and the numbers behind it.

    Attributes:
        time: (k,) distinct times in days, ascending.
        incidence: (k,) share with the event by each time.
        low: (k,) lower limits (on the scale of log(-log F)); NaN where not defined.
        high: (k,) upper limits.
        se: (k,) standard errors by the delta method (Greenwood's where nothing competes).
        event_free: (k,) share without any event after each time.
        at_risk: (k,) cases under observation just before each time.
        events: (k,) events at each time.
        competing: (k,) competing events at each time.
        censored: (k,) cases censored at each time.

    Example:
        >>> aalen_johansen(np.array([1.0, 2.0, 3.0]), np.array([1, 2, 1])).incidence.round(3)
        array([0.333, 0.333, 0.667])
    """

    time: Floats
    incidence: Floats
    low: Floats
    high: Floats
    se: Floats
    event_free: Floats
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    competing: NDArray[np.int64]
    censored: NDArray[np.int64]

    def at(self, day: float) -> Estimate:
        """Share with the event by a day; None after the last follow-up unless all have had some event.

        Example:
            >>> aalen_johansen(np.array([1.0, 2.0]), np.array([1, 2])).at(1.5).value
            0.5
        """
        place = int(np.searchsorted(self.time, day, "right")) - 1
        if place < 0:
            return Estimate(0.0, 0.0, 0.0, 0.0, METHOD)
        if day > self.time[-1] and self.event_free[-1] > 0:
            return Estimate(None)
        value, low, high = (float(curve[place]) for curve in (self.incidence, self.low, self.high))
        if math.isnan(low):
            return Estimate(value)
        return Estimate(value, low, high, float(self.se[place]), METHOD)


def aalen_johansen(time: Floats, event: Events) -> CumulativeIncidence:
    """Share with the event over time where another event may come first.

    All that happens on one day is counted together, whatever the order of rows; nothing is jittered. A case
    censored on the day of an event counts as under observation there. The variance is the delta method's
    (Marubini & Valsecchi), which is Greenwood's where nothing competes; the interval is made on the scale of
    log(-log F).

    Args:
        time: (n,) days of follow-up.
        event: (n,) 1 the event, 2 a competing event, 0 censored.

    Raises:
        MeasureError: there are no cases, or a time or an event is missing or impossible.

    Reference:
        Aalen & Johansen, Scandinavian Journal of Statistics 1978; Marubini & Valsecchi 1995, chapter 10.

    Example:
        >>> aalen_johansen(np.array([5.0, 5.0, 5.0, 5.0]), np.array([1, 2, 2, 0])).incidence
        array([0.25])
    """
    follow_up = FollowUp.of(time, event)
    moments = follow_up.moments
    count = len(moments.time)
    own: Floats = np.bincount(moments.code, weights=follow_up.event, minlength=count).astype(np.float64)
    every, at_risk = moments.failed, moments.at_risk
    event_free: Floats = np.cumprod(1 - every / at_risk, dtype=np.float64)
    before = np.concatenate([[1.0], event_free[:-1]])
    incidence = np.cumsum(before * own / at_risk)
    se: Floats = np.sqrt(_variance(incidence, before, own, every, at_risk))
    low, high = _limits(incidence, se)
    numbers = (at_risk, own, every - own, moments.censored)
    counts = [np.asarray(number, dtype=np.int64) for number in numbers]
    return CumulativeIncidence(moments.time, incidence, low, high, se, event_free, *counts)


def observed_by(follow_up: FollowUp, day: float, patient: Patients | None = None) -> Estimate:
    """Share with the event by a day: 1 - Kaplan-Meier, or Aalen-Johansen where other events compete.

    Each with its own log(-log) interval; where patients repeat, from the sums of their cases' influences.

    Args:
        follow_up: Time and event of the cases.
        day: Days.
        patient: (n,) patient codes where patients may repeat.

    Example:
        >>> observed_by(FollowUp.of(np.array([1.0, 2.0, 3.0]), np.array([1, 0, 1])), 1.5).method
        'kaplan_meier_log_log'
        >>> observed_by(FollowUp.of(np.array([1.0, 2.0, 3.0]), np.array([1, 2, 1])), 1.5).method
        'aalen_johansen_log_log'
    """
    if follow_up.competes:
        found = aalen_johansen(follow_up.time, follow_up.code).at(day)
        return found if found.se is None else _clustered(found, follow_up, day, patient)
    return complement(survival_by(follow_up, day, patient))


def survival_by(follow_up: FollowUp, day: float, patient: Patients | None = None) -> Estimate:
    """Kaplan-Meier share without the event at a day, a competing event counting as censored.

    Where patients repeat, the interval is made from the sums of their cases' influences.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0]), np.array([1, 0, 1]))
        >>> survival_by(follow_up, 2.5, np.array([0, 0, 1])).method
        'kaplan_meier_log_log_clustered'
    """
    found = kaplan_meier(follow_up.time, follow_up.event).at(day)
    return found if found.se is None else _clustered(found, follow_up, day, patient)


def complement(estimate: Estimate) -> Estimate:
    """1 minus a share, its limits changing places.

    Example:
        >>> complement(Estimate(0.75, 0.5, 1.0)).high
        0.5
    """
    low, high = (None if limit is None else 1 - limit for limit in (estimate.high, estimate.low))
    value = None if estimate.value is None else 1 - estimate.value
    return Estimate(value, low, high, estimate.se, estimate.method)


def _clustered(found: Estimate, follow_up: FollowUp, day: float, patient: Patients | None) -> Estimate:
    if not repeats_patients(patient) or found.value is None or not 0 < found.value < 1:
        return found
    own = FollowUp.of(follow_up.time, follow_up.event) if found.method.startswith("kaplan") else follow_up
    se = influence_se(incidence_influence(own, day)[1], patient)
    if not math.isfinite(se):
        return Estimate(found.value)
    reach = Z95 * se / (found.value * abs(math.log(found.value)))
    low, high = found.value ** math.exp(reach), found.value ** math.exp(-reach)
    return Estimate(found.value, low, high, se, f"{found.method}_clustered")


def incidence_influence(follow_up: FollowUp, day: float) -> tuple[float, Floats]:
    """Share with the event by a day and each case's influence on it (they sum to 0).

    Raises:
        MeasureError: follow-up ends before that day.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0]))
        >>> incidence_influence(follow_up, 3.5)[0]
        0.625
    """
    weights = CensoringWeights.of(follow_up, day, both_needed=False)
    part = weights.case / len(weights.case)
    value = float(part.sum())
    return value, part - value / len(part) + weights.estimation_influence(part)


def weighted_incidence(follow_up: FollowUp, day: float, weights: Floats) -> Floats:
    """Share with the event by a day for each row of (b, n) weights; NaN where a row has no weight.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0]))
        >>> weighted_incidence(follow_up, 3.5, np.array([[1.0, 1.0, 1.0, 1.0]]))
        array([0.625])
    """
    happened = (follow_up.event == 1) & (follow_up.time <= day)
    total = weights.sum(axis=1)
    sums = ipcw_of_weights(follow_up, day, weights) @ happened.astype(np.float64)
    share: Floats = np.divide(sums, total, out=np.full(len(weights), np.nan), where=total > 0)
    return share


def _variance(incidence: Floats, before: Floats, own: Floats, every: Floats, at_risk: Floats) -> Floats:
    """Sums over all times up to each, of squares and products that hold the incidence at the end."""
    left = at_risk - every
    hazard = np.where(left > 0, every / (at_risk * np.maximum(left, 1)), 0.0)
    cross = before * own / at_risk**2
    squares = incidence**2 * hazard.cumsum()
    squares += -2 * incidence * (incidence * hazard).cumsum() + (incidence**2 * hazard).cumsum()
    own_part = (before**2 * own * (at_risk - own) / at_risk**3).cumsum()
    products = incidence * cross.cumsum() - (incidence * cross).cumsum()
    variance: Floats = np.maximum(squares + own_part - 2 * products, 0.0)
    return variance


def _limits(incidence: Floats, se: Floats) -> tuple[Floats, Floats]:
    inner = (incidence > 0) & (incidence < 1)
    value = np.where(inner, incidence, 0.5)
    reach = Z95 * se / (value * np.abs(np.log(value)))
    outside = np.where(incidence <= 0, 0.0, np.nan)
    low = np.where(inner, value ** np.exp(reach), outside)
    high = np.where(inner, value ** np.exp(-reach), outside)
    return low, high
