"""Net benefit of acting on a probability, at one threshold and along the decision curve.

A case with the condition that is acted on counts 1, one without it -t / (1 - t), where t is the probability
from which on one would act; the net benefit is the mean over all cases.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import (
    Z95,
    Estimate,
    Floats,
    patient_sums,
    repeats_patients,
    wald,
)
from hilum.evaluation.measures.calibration import check_probabilities

Flags = NDArray[np.bool_]
Patients = NDArray[np.int64]


def net_benefit(
    probability: Floats, label: Flags, threshold: float, patient: Patients | None = None
) -> Estimate:
    """Net benefit of acting on the cases with probability >= threshold.

    The standard error is that of the mean of the cases' contributions, which counts the chance in the
    prevalence too; where patients repeat it is summed over patients.

    Args:
        probability: (n,) predicted probabilities.
        label: (n,) true for cases with the condition.
        threshold: Probability from which on one would act, between 0 and 1.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: there are no cases, a number is not a probability, or the threshold is not between 0
            and 1.

    Reference:
        Vickers & Elkin, Medical Decision Making 2006; 26: 565-574.

    Example:
        >>> p, label = np.array([0.9, 0.6, 0.3, 0.1]), np.array([True, False, True, False])
        >>> round(net_benefit(p, label, 0.2).value, 4)
        0.4375
    """
    check_probabilities(probability)
    return _mean(contributions(probability >= threshold, label, threshold), patient)


def net_benefit_of_all(label: Flags, threshold: float, patient: Patients | None = None) -> Estimate:
    """Net benefit of acting on every case.

    Raises:
        MeasureError: there are no cases, or the threshold is not between 0 and 1.

    Example:
        >>> net_benefit_of_all(np.array([True, False, False, False]), 0.2).value
        0.0625
    """
    return _mean(contributions(np.ones(len(label), dtype=np.bool_), label, threshold), patient)


def net_benefit_from_counts(
    true_positives: float, false_positives: float, total: float, threshold: float
) -> Estimate:
    """Net benefit from the counts of cases that are acted on, one case a patient.

    Raises:
        MeasureError: the counts cannot be, or the threshold is not between 0 and 1.

    Example:
        >>> round(net_benefit_from_counts(65, 225, 750, 0.1).value, 6)
        0.053333
    """
    odds = _odds(threshold)
    if not (true_positives >= 0 and false_positives >= 0 and true_positives + false_positives <= total):
        raise MeasureError("more cases are acted on than there are: correct the counts")
    if total <= 0:
        raise MeasureError("net benefit needs at least one case: there is none")
    value = (true_positives - odds * false_positives) / total
    if total < 2:
        return Estimate(value)
    squares = true_positives + odds**2 * false_positives - total * value**2
    se = math.sqrt(max(squares, 0.0) / (total * (total - 1)))
    return wald(value, se, "influence_wald", low=-math.inf)


def contributions(acted: Flags, label: Flags, threshold: float) -> Floats:
    """What each case adds: 1, -t / (1 - t), or 0 where nothing is done.

    Raises:
        MeasureError: the threshold is not between 0 and 1.

    Example:
        >>> contributions(np.array([True, True, False]), np.array([True, False, True]), 0.5)
        array([ 1., -1.,  0.])
    """
    return np.where(acted, np.where(label, 1.0, -_odds(threshold)), 0.0)


@dataclass(frozen=True)
class DecisionCurve:
    """Net benefit along thresholds with pointwise 95 % limits, and that of acting on all; on none it is 0.

    Example:
        >>> DecisionCurve(*(np.array([0.1]) for _ in range(5))).treat_all
        array([0.1])
    """

    threshold: Floats
    net_benefit: Floats
    low: Floats
    high: Floats
    treat_all: Floats


def decision_curve(
    probability: Floats, label: Flags, thresholds: Floats | None = None, patient: Patients | None = None
) -> DecisionCurve:
    """Net benefit at many thresholds, for a figure; 1 % to 99 % where none are named.

    Raises:
        MeasureError: as `net_benefit`.

    Reference:
        Vickers et al., Diagnostic and Prognostic Research 2019; 3: 18.

    Example:
        >>> p, label = np.array([0.9, 0.6, 0.3, 0.1]), np.array([True, False, True, False])
        >>> decision_curve(p, label, np.array([0.2, 0.5])).net_benefit
        array([0.4375, 0.    ])
    """
    at = np.arange(1, 100) / 100 if thresholds is None else thresholds
    check_probabilities(probability)
    if repeats_patients(patient):
        found = [net_benefit(probability, label, float(t), patient) for t in at]
    else:
        ill, well = np.sort(probability[label]), np.sort(probability[~label])
        found = [
            net_benefit_from_counts(
                len(ill) - int(np.searchsorted(ill, t, "left")),
                len(well) - int(np.searchsorted(well, t, "left")),
                len(label),
                float(t),
            )
            for t in at
        ]
    value = np.array([one.value for one in found], dtype=np.float64)
    reach = Z95 * np.array([one.se or 0.0 for one in found])
    prevalence = float(label.mean())
    odds = at / (1 - at)
    return DecisionCurve(
        at, value, value - reach, np.minimum(value + reach, 1.0), prevalence - (1 - prevalence) * odds
    )


def _odds(threshold: float) -> float:
    if not 0 < threshold < 1:
        raise MeasureError(
            f"one cannot act from a probability of {threshold:g} on: it must lie between 0 and 1"
        )
    return threshold / (1 - threshold)


def _mean(values: Floats, patient: Patients | None) -> Estimate:
    if len(values) == 0:
        raise MeasureError("net benefit needs at least one case: there is none")
    value, clustered = float(values.mean()), repeats_patients(patient)
    sums = patient_sums((values - value) / len(values), patient if clustered else None)
    if len(sums) < 2:
        return Estimate(value)
    se = math.sqrt(float(np.sum(sums**2)) * len(sums) / (len(sums) - 1))
    return wald(value, se, "cluster_robust_wald" if clustered else "influence_wald", low=-math.inf)
