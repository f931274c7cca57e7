"""Kaplan-Meier curves with log-log intervals, numbers at risk, risk groups with frozen cuts.

The log-rank test.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Z95, Difference, Estimate, Floats, chi_squared_p

Events = NDArray[np.int64] | NDArray[np.bool_] | Floats
GROUP_NAMES = {2: ("low", "high"), 3: ("low", "intermediate", "high")}


@dataclass(frozen=True)
class KaplanMeier:
    """A survival curve: value after each distinct time, with its 95 % interval and the numbers behind it.

    Attributes:
        time: (k,) distinct times in days, ascending.
        survival: (k,) share without the event after each time.
        low: (k,) lower limits (log-log); NaN where not defined.
        high: (k,) upper limits.
        se: (k,) Greenwood's standard errors.
        at_risk: (k,) cases under observation just before each time.
        events: (k,) events at each time.
        censored: (k,) cases censored at each time.

    Example:
        >>> kaplan_meier(np.array([1.0, 2.0, 3.0]), np.array([1, 0, 1])).survival.round(3)
        array([0.667, 0.667, 0.   ])
    """

    time: Floats
    survival: Floats
    low: Floats
    high: Floats
    se: Floats
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    censored: NDArray[np.int64]

    def at(self, day: float) -> Estimate:
        """Share without the event at a day; None after the last follow-up unless all have had the event.

        Example:
            >>> round(kaplan_meier(np.array([1.0, 2.0, 3.0]), np.array([1, 0, 1])).at(2.5).value, 3)
            0.667
        """
        place = int(np.searchsorted(self.time, day, "right")) - 1
        if place < 0:
            return Estimate(1.0, 1.0, 1.0, 0.0, "kaplan_meier_log_log")
        if day > self.time[-1] and self.survival[-1] > 0:
            return Estimate(None)
        value, se = float(self.survival[place]), float(self.se[place])
        low, high = float(self.low[place]), float(self.high[place])
        if math.isnan(low):
            return Estimate(value, method="not_estimable")
        return Estimate(value, low, high, se, "kaplan_meier_log_log")

    def median(self) -> Estimate:
        """Day at which half have had the event, limits where the curve's limits cross one half.

        None if not reached.

        Reference:
            Brookmeyer & Crowley, Biometrics 1982.

        Example:
            >>> kaplan_meier(np.array([1.0, 2.0, 3.0]), np.array([1, 1, 1])).median().value
            2.0
        """
        value = _first_at_half(self.time, self.survival)
        low, high = _first_at_half(self.time, self.low), _first_at_half(self.time, self.high)
        return Estimate(value, low, high, method="kaplan_meier_log_log")

    def numbers_at_risk(self, days: Floats) -> NDArray[np.int64]:
        """Cases still under observation just before each of the given days.

        Example:
            >>> curve = kaplan_meier(np.array([1.0, 2.0, 3.0]), np.array([1, 0, 1]))
            >>> curve.numbers_at_risk(np.array([0.0, 2.0, 9.0]))
            array([3, 2, 0])
        """
        place = np.searchsorted(self.time, days, "left")
        numbers: NDArray[np.int64] = np.append(self.at_risk, 0)[place]
        return numbers


def kaplan_meier(time: Floats, event: Events) -> KaplanMeier:
    """Share without the event over time, with Greenwood's error and intervals on the log(-log) scale.

    A case censored at the time of an event counts as under observation there.

    Args:
        time: (n,) days of follow-up.
        event: (n,) 1 where the event was observed.

    Raises:
        MeasureError: there are no cases, or a time is missing.

    Reference:
        Kaplan & Meier, JASA 1958; Kalbfleisch & Prentice 1980.

    Example:
        >>> kaplan_meier(np.array([5.0, 5.0]), np.array([1, 0])).survival
        array([0.5])
    """
    times, happened = np.asarray(time, dtype=np.float64), np.asarray(event) == 1
    if len(times) == 0 or not np.isfinite(times).all():
        raise MeasureError(
            "a survival curve needs the follow-up time of at least one case, and of every case"
        )
    distinct, code = np.unique(times, return_inverse=True)
    events = np.bincount(code[happened], minlength=len(distinct))
    leaving = np.bincount(code, minlength=len(distinct))
    at_risk = len(times) - np.concatenate([[0], np.cumsum(leaving)[:-1]])
    survival = np.cumprod(1 - events / at_risk)
    left = at_risk - events
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.cumsum(np.where(left > 0, events / (at_risk * np.maximum(left, 1)), 0.0))
        se = survival * np.sqrt(hazard)
        log_survival = np.log(survival)
        reach = Z95 * np.sqrt(hazard) / np.abs(log_survival)
        low, high = survival ** np.exp(reach), survival ** np.exp(-reach)
    undefined = (survival <= 0) | (survival >= 1)
    low = np.where(undefined, np.where(survival >= 1, 1.0, np.nan), low)
    high = np.where(undefined, np.where(survival >= 1, 1.0, np.nan), high)
    return KaplanMeier(distinct, survival, low, high, se, at_risk, events, leaving - events)


def log_rank(time: Floats, event: Events, group: NDArray[np.int64]) -> Difference:
    """Whether survival differs between groups.

    Chi-squared with one degree of freedom less than there are groups.

    Raises:
        MeasureError: there is only one group.

    Reference:
        Mantel, Cancer Chemotherapy Reports 1966.

    Example:
        >>> log_rank(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 1, 1]), np.array([0, 0, 1, 1])).df
        1.0
    """
    names, code = np.unique(group, return_inverse=True)
    if len(names) < 2:
        raise MeasureError("the log-rank test needs two groups: all cases are in one")
    happened = np.asarray(event) == 1
    distinct, moment = np.unique(time, return_inverse=True)
    shape = (len(distinct), len(names))
    leaving, died = np.zeros(shape), np.zeros(shape)
    np.add.at(leaving, (moment, code), 1)
    np.add.at(died, (moment[happened], code[happened]), 1)
    at_risk = leaving[::-1].cumsum(axis=0)[::-1]
    total, deaths = at_risk.sum(axis=1), died.sum(axis=1)
    share = at_risk / total[:, None]
    surplus = (died - deaths[:, None] * share).sum(axis=0)
    factor = np.where(total > 1, deaths * (total - deaths) / np.maximum(total - 1, 1), 0.0)
    spread = np.diag((factor[:, None] * share).sum(axis=0)) - (factor[:, None] * share).T @ share
    statistic = float(surplus @ np.linalg.pinv(spread, hermitian=True) @ surplus)
    df = float(len(names) - 1)
    return Difference(None, statistic=statistic, df=df, p=chi_squared_p(statistic, df), method="log_rank")


def choose_risk_cuts(risk: Floats, groups: int = 3) -> tuple[float, ...]:
    """Limits of risk groups at quantiles of these (validation or training) risks.

    Equal limits are taken once.

    A limit is an observed risk; cases at or above it belong to the higher group.

    Raises:
        MeasureError: no limit separates anything, because all risks are equal or missing, or there are fewer
            cases than groups.

    Example:
        >>> choose_risk_cuts(np.arange(9.0), 3)
        (3.0, 6.0)
        >>> choose_risk_cuts(np.array([0.0, 0, 0, 0, 1, 2]), 3)
        (1.0,)
    """
    values = np.sort(risk[np.isfinite(risk)])
    if len(values) == 0 or values[0] == values[-1]:
        raise MeasureError("risk groups need different risks: all are equal or missing")
    if len(values) < groups:
        raise MeasureError(f"{groups} risk groups need as many cases, and there are {len(values)}")
    places = np.ceil(np.arange(1, groups) * len(values) / groups).astype(int)
    cuts = sorted({float(cut) for cut in values[places] if cut > values[0]})
    return tuple(cuts) if cuts else (float(values[values > values[0]][0]),)


def risk_groups(risk: Floats, cuts: tuple[float, ...]) -> NDArray[np.int64]:
    """Group of each case, 0 the lowest; -1 where the risk is missing.

    Example:
        >>> risk_groups(np.array([0.1, 0.5, 0.9, np.nan]), (0.5, 0.8))
        array([ 0,  1,  2, -1])
    """
    found = np.searchsorted(np.asarray(cuts), risk, "right").astype(np.int64)
    return np.where(np.isfinite(risk), found, -1)


def group_names(count: int) -> tuple[str, ...]:
    """Names of risk groups from low to high.

    Example:
        >>> group_names(3), group_names(4)
        (('low', 'intermediate', 'high'), ('1', '2', '3', '4'))
    """
    return GROUP_NAMES.get(count, tuple(str(number + 1) for number in range(count)))


def _first_at_half(time: Floats, curve: Floats) -> float | None:
    below = np.flatnonzero(np.nan_to_num(curve, nan=1.0) <= 0.5 + 1e-12)
    if len(below) == 0:
        return None
    first = int(below[0])
    # Where the curve lies on one half exactly, the median is the middle of that step, as R prints it.
    if abs(curve[first] - 0.5) <= 1e-12:
        after = np.flatnonzero(np.nan_to_num(curve, nan=0.0) < 0.5 - 1e-12)
        if len(after):
            return float((time[first] + time[int(after[0])]) / 2)
    return float(time[first])
