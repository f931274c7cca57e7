"""Predictive values of two readers on the same cases: relative PPV and NPV."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Z95, Difference, Floats, patient_sums, repeats_patients
from hilum.evaluation.measures.operating_point import SHARES

Flags = NDArray[np.bool_]
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


def relative_predictive_value(
    measure: str,
    call_a: Flags,
    call_b: Flags,
    label: Flags,
    patient: NDArray[np.int64] | None = None,
) -> Difference:
    """PPV (or NPV) of reader a over that of reader b on the same cases.

    Where patients repeat, the variance of the logarithm is summed over patients. Two readers that are never
    wrong, in different cases, have the ratio 1 and nothing to measure chance by: no interval, no p.

    Args:
        measure: `ppv` or `npv`.
        call_a: (n,) cases that a calls positive.
        call_b: (n,) cases that b calls positive.
        label: (n,) cases with the condition.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: a predictive value is 0 or not defined.

    Reference:
        Moskowitz & Pepe, Clinical Trials 2006; 3: 272-279.

    Example:
        >>> a, b = np.array([True, True, True, False]), np.array([True, True, False, False])
        >>> result = relative_predictive_value("ppv", a, b, np.array([True, False, True, False]))
        >>> round(result.difference, 4), result.scale
        (1.3333, 'ratio')
    """
    sides = []
    for call in (call_a, call_b):
        success, among = SHARES[measure](call, label)
        sides.append(_log_value(np.ones(len(label)), success & among, among))
    (value_a, influence_a), (value_b, influence_b) = sides
    clustered = repeats_patients(patient)
    sums = patient_sums(influence_a - influence_b, patient if clustered else None)
    factor = len(sums) / max(len(sums) - 1, 1) if clustered else 1.0
    se = math.sqrt(factor * float(np.sum(sums**2)))
    if se == 0 and not np.array_equal(call_a, call_b):
        return Difference(math.exp(value_a - value_b), scale="ratio")
    return _ratio(value_a - value_b, se, "moskowitz_pepe_clustered" if clustered else "moskowitz_pepe")


def _log_ratio(counts: Floats, first: tuple[Flags, Flags], second: tuple[Flags, Flags]) -> Difference:
    value_a, influence_a = _log_value(counts, *first)
    value_b, influence_b = _log_value(counts, *second)
    se = math.sqrt(float(np.sum(counts * (influence_b - influence_a) ** 2)))
    return _ratio(value_b - value_a, se, "moskowitz_pepe")


def _ratio(log_ratio: float, se: float, method: str) -> Difference:
    statistic = log_ratio / se if se > 0 else 0.0
    return Difference(
        math.exp(log_ratio),
        math.exp(log_ratio - Z95 * se),
        math.exp(log_ratio + Z95 * se),
        se,
        statistic,
        p=float(2 * ndtr(-abs(statistic))),
        method=method,
        scale="ratio",
    )


def _log_value(counts: Floats, right: Flags, called: Flags) -> tuple[float, Floats]:
    number_right, number_called = float(counts[right].sum()), float(counts[called].sum())
    if number_right == 0:
        raise MeasureError("a predictive value is 0 or not defined: its ratio cannot be formed")
    share = number_right / number_called
    influence: Floats = (right - share * called) / number_right
    return math.log(share), influence
