"""Whether predicted probabilities are true.

Calibration in the large, slope, observed over expected, Brier, ECE, curve.

Only for scores that are probabilities. A probability of exactly 0 or 1 has no logit; it is moved by one in
a million.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import (
    Z95,
    Estimate,
    Floats,
    patient_sums,
    repeats_patients,
    wald,
)
from hilum.evaluation.measures.follow_up import FollowUp
from hilum.evaluation.measures.incidence import observed_by
from hilum.evaluation.measures.logistic import LogisticFit
from hilum.evaluation.measures.proportions import share_of_cases

EDGE = 1e-6
Flags = NDArray[np.bool_]
Patients = NDArray[np.int64]


def brier(probability: Floats, label: Flags, patient: Patients | None = None) -> Estimate:
    """Mean squared distance between probability and outcome, with the standard error of that mean.

    Raises:
        MeasureError: a number is not a probability.

    Example:
        >>> round(brier(np.array([0.2, 0.7]), np.array([False, True])).value, 3)
        0.065
    """
    check_probabilities(probability)
    squares = (probability - label) ** 2
    value = float(squares.mean())
    sums = patient_sums((squares - value) / len(squares), patient if repeats_patients(patient) else None)
    if len(sums) < 2:
        return Estimate(value)
    se = math.sqrt(float(np.sum(sums**2)) * len(sums) / (len(sums) - 1))
    return wald(value, se, "cluster_robust_wald" if repeats_patients(patient) else "influence_wald")


def calibration_in_the_large(probability: Floats, label: Flags, patient: Patients | None = None) -> Estimate:
    """Intercept of a logistic regression with the logit of the probability as offset; 0 is ideal.

    Above 0 the probabilities are too low, below 0 too high.

    Raises:
        MeasureError: a number is not a probability, or one class is missing.

    Example:
        >>> label = np.array([True, True, True, False])
        >>> round(calibration_in_the_large(np.full(4, 0.5), label).value, 4)
        1.0986
    """
    ones = np.ones((len(label), 1))
    return _coefficient(ones, logits_of(probability), label, patient)


def calibration_slope(probability: Floats, label: Flags, patient: Patients | None = None) -> Estimate:
    """Slope of the outcome on the logit of the probability.

    1 is ideal, below 1 the predictions are too extreme.

    None where the outcome is separated by the probability, which leaves no finite slope.

    Raises:
        MeasureError: a number is not a probability, or one class is missing.

    Example:
        >>> p, label = np.array([0.2, 0.2, 0.8, 0.8]), np.array([False, True, True, False])
        >>> round(abs(calibration_slope(p, label).value), 6)
        0.0
    """
    logits = logits_of(probability)
    if np.ptp(logits) == 0:
        return Estimate(None)
    design = np.stack([logits, np.ones(len(label))], axis=1)
    return _coefficient(design, np.zeros(len(label)), label, patient)


def observed_expected_ratio(probability: Floats, label: Flags, patient: Patients | None = None) -> Estimate:
    """Observed events over the sum of probabilities, with an interval on the log scale; 1 is ideal.

    Reference:
        Debray et al., BMJ 2017.

    Example:
        >>> observed_expected_ratio(np.full(4, 0.25), np.array([True, True, False, False])).value
        2.0
    """
    check_probabilities(probability)
    observed, expected = float(label.sum()), float(probability.sum())
    if expected <= 0:
        return Estimate(None)
    ratio = observed / expected
    if observed == 0:
        return Estimate(ratio)
    share = share_of_cases(label, patient)
    assert share.se is not None
    assert share.value is not None
    error = share.se / share.value
    reach = math.exp(Z95 * error)
    return Estimate(ratio, ratio / reach, ratio * reach, ratio * error, "log_wald")


def calibration_error(
    probability: Floats, label: Flags, weights: Floats | None = None, bins: int = 10
) -> Floats:
    """Expected calibration error over bins of equal size.

    One value for each row of weights, or one without weights.

    Its estimate is too high in small samples, the more so the more bins.

    Reference:
        Naeini et al., AAAI 2015; Roelofs et al., AISTATS 2022.

    Example:
        >>> calibration_error(np.array([0.1, 0.9]), np.array([False, True]), bins=2).round(3)
        array([0.1])
    """
    rows = np.ones((1, len(label))) if weights is None else weights
    error: Floats = np.abs(rows @ calibration_gaps(probability, label, bins)).sum(axis=1) / rows.sum(axis=1)
    return error


def calibration_gaps(probability: Floats, label: Flags, bins: int = 10) -> Floats:
    """(n, groups) outcome minus probability of each case, in the column of its group of equal size.

    Raises:
        MeasureError: a number is not a probability.

    Example:
        >>> calibration_gaps(np.array([0.25, 0.5]), np.array([False, True]), bins=2)
        array([[-0.25,  0.  ],
               [ 0.  ,  0.5 ]])
    """
    check_probabilities(probability)
    group = _equal_groups(probability, bins)
    gap = np.zeros((len(label), int(group.max()) + 1))
    gap[np.arange(len(label)), group] = label - probability
    return gap


@dataclass(frozen=True)
class CalibrationPoint:
    """One group of cases with like predictions: mean prediction, observed share and its 95 % interval.

    Example:
        >>> CalibrationPoint(0.2, 0.25, 0.1, 0.5, 20).n
        20
    """

    predicted: float
    observed: float | None
    low: float | None
    high: float | None
    n: int


def calibration_curve(
    probability: Floats, label: Flags, bins: int = 10, patient: Patients | None = None
) -> tuple[CalibrationPoint, ...]:
    """Observed share against mean prediction in groups of equal size, with Wilson's intervals.

    Cases of equal probability stay together, so that groups may be fewer or unequal.

    Raises:
        MeasureError: a number is not a probability.

    Example:
        >>> p, label = np.array([0.1, 0.1, 0.9]), np.array([False, True, True])
        >>> [point.n for point in calibration_curve(p, label, bins=3)]
        [2, 1]
    """
    check_probabilities(probability)
    group = _equal_groups(probability, bins)
    points = []
    for number in np.unique(group):
        inside = group == number
        share = share_of_cases(label[inside], None if patient is None else patient[inside])
        points.append(
            CalibrationPoint(
                float(probability[inside].mean()), share.value, share.low, share.high, int(inside.sum())
            )
        )
    return tuple(points)


def survival_calibration_curve(
    probability: Floats, follow_up: FollowUp, horizon: float, bins: int = 10
) -> tuple[CalibrationPoint, ...]:
    """Share with the event by a horizon against mean predicted probability.

    Cases are taken in groups of equal size; the share is Kaplan-Meier's, where events compete
    Aalen-Johansen's.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 0]))
        >>> risk = np.array([0.9, 0.9, 0.1, 0.1])
        >>> [point.observed for point in survival_calibration_curve(risk, follow_up, 2.5, bins=2)]
        [0.0, 1.0]
    """
    check_probabilities(probability)
    group = _equal_groups(probability, bins)
    points = []
    for number in np.unique(group):
        inside = group == number
        found = observed_by(follow_up.of_rows(inside), horizon)
        predicted = float(probability[inside].mean())
        points.append(CalibrationPoint(predicted, found.value, found.low, found.high, int(inside.sum())))
    return tuple(points)


def _equal_groups(probability: Floats, bins: int) -> NDArray[np.int64]:
    order = np.argsort(probability, kind="stable")
    place = np.empty(len(probability), dtype=np.int64)
    place[order] = np.arange(len(probability))
    _, code, count = np.unique(probability, return_inverse=True, return_counts=True)
    # The whole block of equal probabilities goes where its middle case lies.
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    middle = first + (count - 1) / 2
    raw = (middle[code] * bins / len(probability)).astype(np.int64)
    return np.unique(raw, return_inverse=True)[1].astype(np.int64)


def check_probabilities(probability: Floats) -> None:
    """Refuse what is not between 0 and 1.

    Raises:
        MeasureError: a number is not a probability, or missing.

    Example:
        >>> check_probabilities(np.array([0.0, 1.0]))
    """
    outside = int(np.sum(~((probability >= 0) & (probability <= 1))))
    if outside:
        raise MeasureError(
            f"{outside} predictions are not between 0 and 1: calibration needs probabilities, so do not "
            "declare these so"
        )


def logits_of(probability: Floats) -> Floats:
    """Logits, with probabilities of 0 and 1 moved by one in a million.

    Raises:
        MeasureError: a number is not a probability.

    Example:
        >>> logits_of(np.array([0.5, 1.0])).round(2)
        array([ 0.  , 13.82])
    """
    check_probabilities(probability)
    result: Floats = logit(np.clip(probability, EDGE, 1 - EDGE))
    return result


def _coefficient(design: Floats, offset: Floats, label: Flags, patient: Patients | None) -> Estimate:
    """First coefficient of a logistic regression with its Wald interval."""
    if label.all() or not label.any():
        raise MeasureError(
            "calibration needs cases with and without the condition: these have one class only"
        )
    fit = LogisticFit.of(design, offset, label.astype(np.float64))
    if fit is None:
        return Estimate(None)
    variance, method = fit.inverse[0, 0], "logistic_recalibration_wald"
    if repeats_patients(patient):
        sums = patient_sums(fit.influence[0], patient)
        variance = np.sum(sums**2) * len(sums) / max(len(sums) - 1, 1)
        method = "logistic_recalibration_clustered_wald"
    return wald(float(fit.beta[0]), math.sqrt(float(variance)), method, low=-math.inf, high=math.inf)
