"""Difference of two shares of the same cases by the score: test against a margin and interval that agree."""

import math

from scipy.optimize import brentq
from scipy.special import ndtr

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Z95, Difference

EDGE = 1e-12


def tango_non_inferiority(only_a: int, only_b: int, n: int, margin: float) -> Difference:
    """Whether the share right of a is not lower than that of b by the margin or more, on the same cases.

    p is one-sided, for the hypothesis that a's share is lower by the margin or more; the interval is the
    two-sided 95 % score interval of a minus b.

    Args:
        only_a: Cases that only a has right.
        only_b: Cases that only b has right.
        n: All cases.
        margin: Largest difference that would still be accepted, between 0 and 1.

    Raises:
        MeasureError: the counts or the margin are impossible.

    Reference:
        Tango, Statistics in Medicine 1998; 17: 891-908.

    Example:
        >>> result = tango_non_inferiority(1, 7, 21, 0.1)
        >>> round(result.low, 3), round(result.high, 3)
        (-0.517, -0.026)
    """
    if n <= 0 or only_a < 0 or only_b < 0 or only_a + only_b > n:
        raise MeasureError("the counts of a paired comparison are impossible: check them")
    if not 0 < margin < 1:
        raise MeasureError("a margin for a difference of shares lies between 0 and 1: correct it")
    difference = (only_a - only_b) / n
    statistic = _score(only_a, only_b, n, -margin)
    variance = (only_a + only_b - (only_a - only_b) ** 2 / n) / n**2
    return Difference(
        difference,
        _limit(only_a, only_b, n, Z95),
        _limit(only_a, only_b, n, -Z95),
        math.sqrt(max(variance, 0.0)),
        statistic,
        p=float(ndtr(-statistic)),
        method="non_inferiority_tango",
    )


def _score(only_a: int, only_b: int, n: int, supposed: float) -> float:
    """The observed less the supposed difference in units of its standard error under that supposition."""
    linear = -only_a - only_b + (2 * n - only_a + only_b) * supposed
    constant = -only_b * supposed * (1 - supposed)
    of_b = (math.sqrt(max(linear**2 - 8 * n * constant, 0.0)) - linear) / (4 * n)
    variance = n * (2 * of_b + supposed * (1 - supposed))
    apart = only_a - only_b - n * supposed
    if variance <= 0:
        return 0.0 if apart == 0 else math.copysign(math.inf, apart)
    return apart / math.sqrt(variance)


def _limit(only_a: int, only_b: int, n: int, z: float) -> float:
    """The supposed difference from which the observed one is z standard errors away."""
    difference = (only_a - only_b) / n
    end = -1 + EDGE if z > 0 else 1 - EDGE
    at_end = _score(only_a, only_b, n, end) - z
    if abs(difference - end) < 2 * EDGE or at_end * z <= 0:
        return math.copysign(1.0, end)
    return float(
        brentq(lambda supposed: _score(only_a, only_b, n, supposed) - z, end, difference, xtol=1e-13)
    )
