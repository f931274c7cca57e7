"""How much two cohorts differ: standardised differences of characteristics, distance between scores."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Z95, Estimate, Floats

# Above this a difference is commonly called meaningful (Austin 2009).
NOTABLE = 0.1
WALD = "standardised_difference_wald"
BAND = "dvoretzky_kiefer_wolfowitz"
Patients = NDArray[np.int64]


def standardised_difference(
    here: Floats,
    there: Floats,
    patients: tuple[int, int] | None = None,
) -> Estimate:
    """Mean here less mean there, in standard deviations (root of the mean of both variances).

    Unlike a p value it does not grow with the number of cases. Above 0.1 it is commonly called meaningful. Of
    values that are all 0 or 1 the variance is that of a share, p (1 - p).

    Args:
        here: (n,) values of one cohort, without missing ones.
        there: (m,) values of the other.
        patients: How many patients each cohort has, where some have several cases.

    Returns:
        None as value where both cohorts are constant and differ.

    Raises:
        MeasureError: a cohort is empty, or a value is missing.

    Reference:
        Austin, Statistics in Medicine 2009; 28: 3083-3107; its error Hedges & Olkin 1985.

    Example:
        >>> estimate = standardised_difference(np.array([1.0, 2, 3]), np.array([2.0, 3, 4]))
        >>> estimate.value, round(estimate.se, 4)
        (-1.0, 0.866)
    """
    for values in (here, there):
        if len(values) == 0 or not np.isfinite(values).all():
            raise MeasureError("two cohorts can be compared where both have values: one has none, or gaps")
    difference = float(here.mean() - there.mean())
    both = np.concatenate([here, there])
    lost = 0 if np.isin(both, (0.0, 1.0)).all() else 1
    spread = math.sqrt((_variance(here, lost) + _variance(there, lost)) / 2)
    if spread <= 1e-12 * max(abs(float(here.mean())), abs(float(there.mean())), 1e-300):
        return Estimate(0.0) if difference == 0 else Estimate(None)
    return _with_error(difference / spread, patients or (len(here), len(there)))


def standardised_difference_of_groups(
    here: Sequence[float], there: Sequence[float], patients: tuple[int, int] | None = None
) -> Estimate:
    """How far apart two cohorts' shares of k categories are: their Mahalanobis distance, never negative.

    With two categories it is the standardised difference of the share, without its sign. Categories that
    nobody has are left out.

    Args:
        here: (k,) cases of one cohort in each category.
        there: (k,) cases of the other.
        patients: How many patients each cohort has, where some have several cases.

    Returns:
        None as value where the cohorts share no category.

    Raises:
        MeasureError: a cohort has no case.

    Reference:
        Yang & Dalton, SAS Global Forum 2012, paper 335; R stddiff.

    Example:
        >>> round(standardised_difference_of_groups([40, 60], [50, 50]).value, 4)
        0.202
    """
    counts = np.array([here, there], dtype=np.float64)
    totals = counts.sum(axis=1)
    if (totals <= 0).any():
        raise MeasureError("two cohorts can be compared where both have cases: one has none")
    counts = counts[:, counts.sum(axis=0) > 0]
    numbers = patients or (int(totals[0]), int(totals[1]))
    if counts.shape[1] < 2:
        return Estimate(0.0)
    if not (counts > 0).all(axis=0).any():
        return Estimate(None)
    first, second = counts / totals[:, None]
    spread = (_multinomial(first) + _multinomial(second)) / 2
    apart = (first - second)[1:]
    squared = float(apart @ np.linalg.solve(spread[1:, 1:], apart))
    estimate = _with_error(math.sqrt(max(squared, 0.0)), numbers)
    assert estimate.low is not None
    return Estimate(estimate.value, max(0.0, estimate.low), estimate.high, estimate.se, WALD)


def ks_distance(here: Floats, there: Floats, patients: tuple[int, int] | None = None) -> Estimate:
    """Largest distance between two cohorts' cumulative distributions of a score; 0 alike, 1 apart.

    Only the order of the scores counts. The interval is the conservative one that holds for any
    distribution: a band around each cohort's curve, 97.5 % each.

    Args:
        here: (n,) scores of one cohort, without missing ones.
        there: (m,) scores of the other.
        patients: How many patients each cohort has, where some have several cases.

    Raises:
        MeasureError: a cohort is empty, or a value is missing.

    Reference:
        Smirnov, Annals of Mathematical Statistics 1948; Massart, Annals of Probability 1990, on the band.

    Example:
        >>> ks_distance(np.array([1.0, 2, 3, 4]), np.array([3.0, 4, 5, 6])).value
        0.5
    """
    for values in (here, there):
        if len(values) == 0 or not np.isfinite(values).all():
            raise MeasureError("two cohorts can be compared where both have values: one has none, or gaps")
    both = np.unique(np.concatenate([here, there]))
    first = np.searchsorted(np.sort(here), both, "right") / len(here)
    second = np.searchsorted(np.sort(there), both, "right") / len(there)
    distance = float(np.abs(first - second).max())
    numbers = patients or (len(here), len(there))
    reach = sum(math.sqrt(math.log(2 / 0.025) / (2 * number)) for number in numbers)
    return Estimate(distance, max(0.0, distance - reach), min(1.0, distance + reach), None, BAND)


def notable(estimate: Estimate) -> bool:
    """Whether a standardised difference is above 0.1 and its interval excludes 0.

    In small cohorts differences above 0.1 arise by chance alone.

    Reference:
        Austin, Statistics in Medicine 2009.

    Example:
        >>> notable(Estimate(0.3, 0.1, 0.5, 0.1)), notable(Estimate(0.3, -0.1, 0.7, 0.2))
        (True, False)
    """
    if estimate.value is None or estimate.se is None or estimate.se <= 0:
        return False
    p = 2 * float(ndtr(-abs(estimate.value) / estimate.se))
    return abs(estimate.value) > NOTABLE and p < 0.05


def _variance(values: Floats, lost: int) -> float:
    return float(values.var(ddof=lost)) if len(values) > lost else 0.0


def _multinomial(share: Floats) -> Floats:
    covariance: Floats = np.diag(share) - np.outer(share, share)
    return covariance


def _with_error(value: float, numbers: tuple[int, int]) -> Estimate:
    total, product = sum(numbers), numbers[0] * numbers[1]
    se = math.sqrt(total / product + value**2 / (2 * total))
    return Estimate(value, value - Z95 * se, value + Z95 * se, se, WALD)
