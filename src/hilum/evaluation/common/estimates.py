"""An estimate with its interval, a difference with its test: the two things every statistic returns."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtr

Z95 = 1.959963984540054
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval and the method that made it; None where something is not defined.

    Example:
        >>> Estimate(0.8, 0.7, 0.9, 0.05, "delong_wald").high
        0.9
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    se: float | None = None
    method: str = "not_estimable"
    statistic: float | None = None
    df: float | None = None


@dataclass(frozen=True)
class Difference:
    """A difference (or ratio) with its 95 % interval and two-sided p.

    Example:
        >>> Difference(0.1, 0.03, 0.17, 0.035, p=0.004, method="delong_paired").p
        0.004
    """

    difference: float | None
    low: float | None = None
    high: float | None = None
    se: float | None = None
    statistic: float | None = None
    df: float | None = None
    p: float | None = None
    method: str = "not_estimable"
    scale: str = "difference"


def wald(value: float, se: float, method: str, *, low: float = 0.0, high: float = 1.0) -> Estimate:
    """Value +- 1.96 standard errors, cut at the bounds of the measure.

    Example:
        >>> round(wald(0.98, 0.02, "delong_wald").high, 3)
        1.0
    """
    if not math.isfinite(value):
        return Estimate(None)
    if not math.isfinite(se):
        return Estimate(value, method="not_estimable")
    return Estimate(value, max(low, value - Z95 * se), min(high, value + Z95 * se), se, method)


def wald_difference(difference: float, se: float, method: str) -> Difference:
    """Difference +- 1.96 standard errors and the two-sided p of its z; p is 1 where nothing differs at all.

    A standard error of 0 with a difference other than 0 gives no p: the readers differ, but the data hold
    no variation to measure chance by.

    Example:
        >>> round(wald_difference(0.07342265841, 0.02162511891, "infinitesimal_jackknife_wald").p, 10)
        0.0006856627
    """
    if not (math.isfinite(difference) and math.isfinite(se)):
        return Difference(None)
    if se == 0:
        p = 1.0 if difference == 0 else None
        return Difference(difference, difference, difference, 0.0, p=p, method=method)
    z = difference / se
    p = float(2 * ndtr(-abs(z)))
    return Difference(difference, difference - Z95 * se, difference + Z95 * se, se, z, p=p, method=method)


def chi_squared_p(statistic: float, df: float) -> float:
    """Upper tail of the chi-squared distribution.

    Example:
        >>> round(chi_squared_p(10.3267, 1), 6)
        0.001311
    """
    return float(chdtrc(df, statistic))


def patient_sums(values: Floats, patient: NDArray[np.int64] | None) -> Floats:
    """Sums of cases' contributions (last axis) over each patient; unchanged without patients.

    Example:
        >>> patient_sums(np.array([1.0, 2.0, 3.0]), np.array([0, 1, 0]))
        array([4., 2.])
    """
    if patient is None:
        return values
    codes, count = patient_codes(patient)
    flat = values.reshape(-1, values.shape[-1])
    summed: Floats = np.stack([np.bincount(codes, weights=row, minlength=count) for row in flat])
    result: Floats = summed.reshape(*values.shape[:-1], count).astype(np.float64)
    return result


def repeats_patients(patient: NDArray[np.int64] | None) -> bool:
    """Whether some patient has several cases.

    Example:
        >>> repeats_patients(np.array([0, 1, 0])), repeats_patients(None)
        (True, False)
    """
    return patient is not None and len(patient) > 0 and patient_codes(patient)[1] < len(patient)


def patient_codes(patient: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """Codes 0, 1, 2 … without gaps, in the order of the given codes, and how many patients there are.

    Example:
        >>> patient_codes(np.array([7, 3, 7]))
        (array([1, 0, 1]), 2)
    """
    if len(patient) and patient.min() >= 0 and patient.max() < 8 * len(patient) + 1000:
        # Counting is ten times as fast as sorting where the codes are small, as those of a truth are.
        present = np.bincount(patient) > 0
        return (np.cumsum(present) - 1)[patient], int(present.sum())
    codes = np.unique(patient, return_inverse=True)[1].astype(np.int64)
    return codes, int(codes.max()) + 1 if len(codes) else 0
