"""Intervals of shares: Wilson's by default, Clopper and Pearson's on request.

Where a patient has several cases, the interval counts what they are worth.
"""

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import (
    Z95,
    Difference,
    Estimate,
    patient_sums,
    repeats_patients,
)

Patients = NDArray[np.int64]
ShareInterval = Literal["wilson", "clopper_pearson"]


def wilson(successes: float, total: float) -> Estimate:
    """A share with Wilson's score interval; the standard error is the binomial one.

    Raises:
        MeasureError: there are no cases.

    Reference:
        Wilson, JASA 1927.

    Example:
        >>> estimate = wilson(281, 300)
        >>> round(estimate.low, 9), round(estimate.high, 9)
        (0.903208688, 0.959083118)
    """
    if total <= 0:
        raise MeasureError("a share needs at least one case: there is none")
    share = successes / total
    low, high = _wilson_limits(share, total)
    return Estimate(share, low, high, math.sqrt(share * (1 - share) / total), "wilson")


def clopper_pearson(successes: int, total: int) -> Estimate:
    """A share with the exact (conservative) interval of Clopper and Pearson.

    Raises:
        MeasureError: there are no cases.

    Example:
        >>> estimate = clopper_pearson(281, 300)
        >>> round(estimate.low, 9), round(estimate.high, 9)
        (0.902861803, 0.96144198)
    """
    if total <= 0:
        raise MeasureError("a share needs at least one case: there is none")
    low = 0.0 if successes == 0 else float(betaincinv(successes, total - successes + 1, 0.025))
    high = 1.0 if successes == total else float(betaincinv(successes + 1, total - successes, 0.975))
    share = successes / total
    return Estimate(share, low, high, math.sqrt(share * (1 - share) / total), "clopper_pearson")


def share_of_cases(
    success: NDArray[np.bool_], patient: Patients | None = None, interval: ShareInterval = "wilson"
) -> Estimate:
    """A share of cases; where patients repeat, Wilson's interval for the number of cases that they are worth.

    With one case a patient the interval may also be `clopper_pearson`. The design effect is the variance of
    the ratio estimate over patients by the binomial one, at least 1; where all cases succeed or all fail, the
    number of patients counts.

    Raises:
        MeasureError: there are no cases.

    Reference:
        Rao & Scott, Biometrics 1992.

    Example:
        >>> share_of_cases(np.array([True, True, False]), np.array([0, 0, 1])).method
        'wilson_clustered'
    """
    total = len(success)
    plain = wilson(float(success.sum()), float(total))
    if patient is None or not repeats_patients(patient):
        return plain if interval == "wilson" else clopper_pearson(int(success.sum()), total)
    assert plain.value is not None
    assert plain.se is not None
    share = plain.value
    residual = patient_sums(success.astype(np.float64) - share, patient)
    clusters = len(residual)
    if plain.se == 0 or clusters < 2:
        worth, se = float(clusters), plain.se
    else:
        variance = clusters / (clusters - 1) * float(np.sum(residual**2)) / total**2
        effect = max(1.0, variance / plain.se**2)
        worth, se = total / effect, plain.se * math.sqrt(effect)
    low, high = _wilson_limits(share, worth)
    return Estimate(share, low, high, se, "wilson_clustered")


def newcombe_paired(
    both: int, only_a: int, only_b: int, neither: int, *, method: str, p: float
) -> Difference:
    """Difference of two shares of the same cases with Newcombe's interval (method 10).

    The p comes from the test that is named.

    Args:
        both: Cases in which both succeed.
        only_a: Cases in which only a succeeds.
        only_b: Cases in which only b succeeds.
        neither: Cases in which neither succeeds.
        method: Name of the test that gave `p`.
        p: Two-sided p.

    Reference:
        Newcombe, Statistics in Medicine 1998; 17: 2635-2650.

    Example:
        >>> result = newcombe_paired(36, 12, 2, 0, method="mcnemar_exact", p=0.0129)
        >>> round(result.low, 4), round(result.high, 4)
        (0.0569, 0.3404)
    """
    total = both + only_a + only_b + neither
    if total == 0:
        return Difference(None)
    first, second = wilson(both + only_a, total), wilson(both + only_b, total)
    assert first.value is not None
    assert first.low is not None
    assert first.high is not None
    assert second.value is not None
    assert second.low is not None
    assert second.high is not None
    correlation = _phi(both, only_a, only_b, neither)
    difference = first.value - second.value
    down, up = (first.value - first.low, second.high - second.value)
    below = math.sqrt(max(down**2 - 2 * correlation * down * up + up**2, 0.0))
    down, up = (second.value - second.low, first.high - first.value)
    above = math.sqrt(max(down**2 - 2 * correlation * down * up + up**2, 0.0))
    variance = (only_a + only_b - (only_a - only_b) ** 2 / total) / total**2
    return Difference(
        difference, difference - below, difference + above, math.sqrt(variance), p=p, method=method
    )


def mean_of_shares(first: Estimate, second: Estimate) -> Estimate:
    """Mean of two shares of different cases, as the balanced accuracy is: Wilson's limits, squared and added.

    Example:
        >>> estimate = mean_of_shares(wilson(297, 300), wilson(138, 231))
        >>> round(estimate.value, 4), round(estimate.low, 3), round(estimate.high, 3)
        (0.7937, 0.76, 0.824)
    """
    assert first.value is not None
    assert first.low is not None
    assert first.high is not None
    assert second.value is not None
    assert second.low is not None
    assert second.high is not None
    value = (first.value + second.value) / 2
    below = math.hypot(first.value - first.low, second.value - second.low) / 2
    above = math.hypot(first.high - first.value, second.high - second.value) / 2
    se = math.hypot(first.se or 0.0, second.se or 0.0) / 2
    return Estimate(value, value - below, value + above, se, "newcombe_sum")


def _wilson_limits(share: float, total: float) -> tuple[float, float]:
    z2 = Z95**2
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    reach = Z95 / (1 + z2 / total) * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2))
    low = 0.0 if share == 0 else middle - reach
    high = 1.0 if share == 1 else middle + reach
    return low, high


def _phi(both: int, only_a: int, only_b: int, neither: int) -> float:
    total = both + only_a + only_b + neither
    margins = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    if margins == 0:
        return 0.0
    product = both * neither - only_a * only_b
    # Newcombe's continuity correction: it only weakens a positive correlation.
    corrected = max(product - total / 2, 0.0) if product > 0 else float(product)
    return corrected / math.sqrt(margins)
