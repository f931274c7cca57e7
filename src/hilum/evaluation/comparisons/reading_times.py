"""Reading times: mean of a reader, and the same reader in two conditions case by case."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Difference, Estimate, Floats, patient_sums, repeats_patients
from hilum.evaluation.comparisons.obuchowski_rockette import t_difference

Patients = NDArray[np.int64]


def mean_seconds(seconds: Floats, patient: Patients | None = None) -> Estimate:
    """Mean reading time with the t interval over cases; over patients where they repeat.

    Args:
        seconds: (n,) seconds for each case, above 0.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: there are no cases, or a time is not above 0.

    Example:
        >>> estimate = mean_seconds(np.array([30.0, 50.0, 40.0]))
        >>> estimate.value, round(estimate.high, 1)
        (40.0, 64.8)
    """
    _refuse_impossible(seconds)
    mean, se, df, clustered = _mean(seconds, patient)
    if df < 1:
        return Estimate(mean)
    reach = float(stdtrit(df, 0.975)) * se
    method = "mean_t_clustered" if clustered else "mean_t"
    return Estimate(mean, max(0.0, mean - reach), mean + reach, se, method, df=df)


def seconds_difference(first: Floats, second: Floats, patient: Patients | None = None) -> Difference:
    """Mean time of the first minus that of the second, paired by case, with Student's t.

    Raises:
        MeasureError: as `mean_seconds`.

    Example:
        >>> result = seconds_difference(np.array([30.0, 50.0, 40.0]), np.array([40.0, 55.0, 60.0]))
        >>> round(result.difference, 2), round(result.p, 3), result.method
        (-11.67, 0.118, 'paired_t')
    """
    _refuse_impossible(first)
    _refuse_impossible(second)
    mean, se, df, clustered = _mean(first - second, patient)
    return _paired(mean, se, df, "paired_t_clustered" if clustered else "paired_t")


def seconds_ratio(first: Floats, second: Floats, patient: Patients | None = None) -> Difference:
    """How many times as long the first takes as the second: geometric mean of the cases' ratios.

    `se` is that of the logarithm.

    Raises:
        MeasureError: as `mean_seconds`.

    Example:
        >>> result = seconds_ratio(np.array([30.0, 50.0, 40.0]), np.array([40.0, 55.0, 60.0]))
        >>> round(result.difference, 3), result.scale
        (0.769, 'ratio')
    """
    _refuse_impossible(first)
    _refuse_impossible(second)
    mean, se, df, clustered = _mean(np.log(first) - np.log(second), patient)
    return as_ratio(_paired(mean, se, df, "paired_t_log_clustered" if clustered else "paired_t_log"))


def as_ratio(result: Difference, method: str | None = None) -> Difference:
    """A difference of logarithms as a ratio with its interval; `se`, statistic and p stay.

    Example:
        >>> as_ratio(Difference(0.0, -0.1, 0.1)).difference
        1.0
    """
    if result.difference is None:
        return Difference(None, scale="ratio")
    return Difference(
        math.exp(result.difference),
        None if result.low is None else math.exp(result.low),
        None if result.high is None else math.exp(result.high),
        result.se,
        result.statistic,
        result.df,
        result.p,
        result.method if method is None or result.method == "not_estimable" else method,
        "ratio",
    )


def _paired(mean: float, se: float, df: float, method: str) -> Difference:
    return t_difference(mean, se, df, method) if df >= 1 else Difference(mean)


def _mean(values: Floats, patient: Patients | None) -> tuple[float, float, float, bool]:
    """Mean, its standard error over cases or patients, degrees of freedom, whether patients repeat."""
    mean, clustered = float(values.mean()), repeats_patients(patient)
    sums = patient_sums(values - mean, patient if clustered else None)
    count = len(sums)
    se = math.sqrt(count / max(count - 1, 1) * float(np.sum(sums**2))) / len(values)
    return mean, se, float(count - 1), clustered


def _refuse_impossible(seconds: Floats) -> None:
    if len(seconds) == 0:
        raise MeasureError("a mean reading time needs at least one case: there is none")
    if not np.isfinite(seconds).all() or (seconds <= 0).any():
        raise MeasureError("a reading time is not above 0 seconds: correct `seconds`")
