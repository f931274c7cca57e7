"""Bland and Altman's analysis of two measurements: bias, limits of agreement, proportional bias."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as t_distribution

from hilum.evaluation.common.estimates import Estimate, Floats, patient_sums
from hilum.evaluation.measures.number_pairs import LIMITS, NumberPairs, Patients


@dataclass(frozen=True)
class BlandAltman:
    """How far one measurement is from another, and between which limits 95 in 100 differences lie.

    Attributes:
        bias: Mean of reader minus truth.
        limit_low: Bias - 1.96 standard deviations of the differences.
        limit_high: Bias + 1.96 standard deviations of the differences.
        proportional_bias: Slope of the difference on the mean of both, its `statistic` being Student's t with
            `df` degrees of freedom; 0 where the bias is the same for small and large numbers.
        standard_deviation: Of the differences.
        mean: (n,) mean of reader and truth of each case, for the plot.
        difference: (n,) reader minus truth of each case, for the plot.

    Example:
        >>> bland_altman(np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0])).difference
        array([0., 0., 1.])
    """

    bias: Estimate
    limit_low: Estimate
    limit_high: Estimate
    proportional_bias: Estimate
    standard_deviation: float
    mean: Floats
    difference: Floats


def bland_altman(value: Floats, truth: Floats, patient: Patients | None = None) -> BlandAltman:
    """Bias, 95 % limits of agreement and proportional bias of a reader's numbers, intervals by Student's t.

    Limits of agreement hold for differences that are about normally distributed and equally spread over the
    range. Where patients repeat, variances are summed over patients, and degrees of freedom are patients - 1.

    Args:
        value: (n,) the reader's numbers.
        truth: (n,) the true numbers, in the same unit.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: a number is missing or infinite, or there are fewer than 3 cases.

    Reference:
        Bland & Altman, Lancet 1986; Statistical Methods in Medical Research 1999; 8: 135-160.

    Example:
        >>> found = bland_altman(np.array([1.0, 2.0, 4.0, 5.0]), np.array([1.0, 3.0, 2.0, 5.0]))
        >>> round(found.bias.value, 3), round(found.limit_low.value, 3), round(found.limit_high.value, 3)
        (0.25, -2.216, 2.716)
    """
    pairs = NumberPairs.of(value, truth, patient, at_least=3)
    difference = pairs.difference
    bias, deviation = float(difference.mean()), float(difference.std(ddof=1))
    mean = pairs.truth + difference / 2
    low, high = (_limit(pairs, bias, deviation, sign) for sign in (-1, 1))
    return BlandAltman(
        _bias(pairs, bias, deviation), low, high, _slope(pairs, mean), deviation, mean, difference
    )


def _with_t(value: float, se: float, df: int, method: str, statistic: float | None = None) -> Estimate:
    if df < 1 or not se > 0:
        return Estimate(value)
    reach = float(t_distribution.ppf(0.975, df)) * se
    return Estimate(value, value - reach, value + reach, se, method, statistic, float(df))


def _clustered_se(influence: Floats, patient: Patients) -> float:
    sums = patient_sums(influence, patient)
    if len(sums) < 2:
        return math.nan
    return math.sqrt(float(np.sum(sums**2)) * len(sums) / (len(sums) - 1))


def _bias(pairs: NumberPairs, bias: float, deviation: float) -> Estimate:
    n = len(pairs.value)
    if pairs.patient is None:
        return _with_t(bias, deviation / math.sqrt(n), n - 1, "bland_altman_t")
    se = _clustered_se((pairs.difference - bias) / n, pairs.patient)
    return _with_t(bias, se, pairs.clusters - 1, "bland_altman_clustered_t")


def _limit(pairs: NumberPairs, bias: float, deviation: float, sign: int) -> Estimate:
    n, limit = len(pairs.value), bias + sign * LIMITS * deviation
    if pairs.patient is None:
        se = deviation * math.sqrt(1 / n + LIMITS**2 / (2 * (n - 1)))
        return _with_t(limit, se, n - 1, "bland_altman_t")
    if deviation == 0:
        return Estimate(limit)
    apart = pairs.difference - bias
    influence = (apart + sign * LIMITS * (apart**2 - deviation**2) / (2 * deviation)) / n
    se = _clustered_se(influence, pairs.patient)
    return _with_t(limit, se, pairs.clusters - 1, "bland_altman_clustered_t")


def _slope(pairs: NumberPairs, mean: Floats) -> Estimate:
    n, x = len(mean), mean - mean.mean()
    whole = float(x @ x)
    if np.ptp(mean) == 0 or whole == 0:
        return Estimate(None)
    y = pairs.difference - pairs.difference.mean()
    slope = float(x @ y) / whole
    residual = y - slope * x
    if pairs.patient is None:
        se = math.sqrt(float(residual @ residual) / (n - 2) / whole)
        df, method = n - 2, "least_squares_t"
    else:
        se = _clustered_se(x * residual / whole, pairs.patient) * math.sqrt((n - 1) / (n - 2))
        df, method = pairs.clusters - 1, "least_squares_clustered_t"
    # All points on one line, up to rounding: nothing to measure chance by.
    se = se if se > 1e-12 * max(abs(slope), 1.0) else 0.0
    return _with_t(slope, se, df, method, slope / se if se > 0 else None)
