"""Predictive values of two readers on the same cases: relative PPV and NPV."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Z95, Difference, Floats

Counts = tuple[int, int, int, int]


@dataclass(frozen=True)
class RelativePredictiveValues:
    """PPV and NPV of reader b over those of reader a.

    `difference` holds the ratio, `se` that of its logarithm.

    Example:
        >>> result = moskowitz_pepe((319, 78, 22, 32), (31, 53, 22, 155))
        >>> round(result.ppv.difference, 8), round(result.npv.difference, 7)
        (1.04860694, 0.8536403)
    """

    ppv: Difference
    npv: Difference


def moskowitz_pepe(diseased: Counts, healthy: Counts) -> RelativePredictiveValues:
    """Predictive values of reader b over those of reader a from how they agree.

    The interval is made by the delta method on the logarithm.

    Args:
        diseased: Cases with the condition called ++, +-, -+, -- (first sign reader a, second reader b).
        healthy: The same for cases without the condition.

    Raises:
        MeasureError: a reader never calls a case of one kind, so that a ratio is not defined.

    Reference:
        Moskowitz & Pepe, Clinical Trials 2006; 3: 272-279.

    Example:
        >>> result = moskowitz_pepe((319, 78, 22, 32), (31, 53, 22, 155))
        >>> round(result.ppv.p, 8)
        0.01714612
    """
    counts = np.array([*diseased, *healthy], dtype=np.float64)
    ill = np.array([1, 1, 1, 1, 0, 0, 0, 0]) == 1
    call_a = np.array([1, 1, 0, 0] * 2) == 1
    call_b = np.array([1, 0, 1, 0] * 2) == 1
    ppv = _log_ratio(counts, (ill & call_a, call_a), (ill & call_b, call_b))
    npv = _log_ratio(counts, (~ill & ~call_a, ~call_a), (~ill & ~call_b, ~call_b))
    return RelativePredictiveValues(ppv, npv)


def _log_ratio(counts: Floats, first: tuple[Floats, Floats], second: tuple[Floats, Floats]) -> Difference:
    value_a, influence_a = _log_value(counts, *first)
    value_b, influence_b = _log_value(counts, *second)
    log_ratio = value_b - value_a
    se = math.sqrt(float(np.sum(counts * (influence_b - influence_a) ** 2)))
    statistic = log_ratio / se if se > 0 else 0.0
    return Difference(
        math.exp(log_ratio),
        math.exp(log_ratio - Z95 * se),
        math.exp(log_ratio + Z95 * se),
        se,
        statistic,
        p=float(2 * ndtr(-abs(statistic))),
        method="moskowitz_pepe",
        scale="ratio",
    )


def _log_value(counts: Floats, right: Floats, called: Floats) -> tuple[float, Floats]:
    number_right, number_called = float(counts[right].sum()), float(counts[called].sum())
    if number_right == 0:
        raise MeasureError("a predictive value is 0 or not defined: its ratio cannot be formed")
    share = number_right / number_called
    return math.log(share), (right - share * called) / number_right
