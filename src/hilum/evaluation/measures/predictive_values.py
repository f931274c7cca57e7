"""PPV and NPV at a stated prevalence, from sensitivity and specificity by Bayes' theorem."""

import math

import numpy as np

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Z95, Estimate, Floats, patient_sums, repeats_patients
from hilum.evaluation.measures.operating_point import Calls

ADDED = Z95**2


def predictive_values_at(
    true_positives: float, positives: float, true_negatives: float, negatives: float, prevalence: float
) -> tuple[Estimate, Estimate]:
    """PPV and NPV where the condition has another prevalence than among these cases.

    The interval is symmetric on the logit scale (delta method). Where sensitivity or specificity is 0 or 1
    the interval uses (count + 1.92) / (cases + 3.84) for both; the value itself does not. A value that is
    not defined, because no case at all would be called positive (or negative), is None.

    Args:
        true_positives: Cases with the condition that are called positive.
        positives: Cases with the condition.
        true_negatives: Cases without the condition that are called negative.
        negatives: Cases without the condition.
        prevalence: Share with the condition where the reader is to be used, between 0 and 1.

    Raises:
        MeasureError: the counts cannot be, or the prevalence is not between 0 and 1.

    Reference:
        Mercaldo, Lau & Zhou, Statistics in Medicine 2007; 26: 2170-2183.

    Example:
        >>> ppv, npv = predictive_values_at(297, 300, 138, 231, 0.05)
        >>> [round(number, 4) for number in (ppv.value, ppv.low, ppv.high)]
        [0.1146, 0.0996, 0.1316]
        >>> round(npv.value, 4)
        0.9991
    """
    if not 0 < prevalence < 1:
        raise MeasureError(f"a prevalence of {prevalence:g} is not between 0 and 1: give a share")
    if not (
        0 <= true_positives <= positives and 0 <= true_negatives <= negatives and positives and negatives
    ):
        raise MeasureError(
            "predictive values need cases with and without the condition, and no more right calls than cases"
        )
    raw = (true_positives / positives, true_negatives / negatives)
    edge = {0.0, 1.0} & set(raw)
    if edge:
        shares = (
            (true_positives + ADDED / 2) / (positives + ADDED),
            (true_negatives + ADDED / 2) / (negatives + ADDED),
        )
        sizes, method = (positives + ADDED, negatives + ADDED), "logit_delta_adjusted"
    else:
        shares, sizes, method = raw, (positives, negatives), "logit_delta"
    sensitivity, specificity = shares
    ill, well = sizes
    errors = (
        math.sqrt((1 - sensitivity) / sensitivity / ill + specificity / (1 - specificity) / well),
        math.sqrt(sensitivity / (1 - sensitivity) / ill + (1 - specificity) / specificity / well),
    )
    values = _by_bayes(np.array(raw[0]), np.array(raw[1]), prevalence)
    centres = _by_bayes(np.array(sensitivity), np.array(specificity), prevalence)
    first, second = (
        _on_logit_scale(float(value), float(centre), error, method)
        for value, centre, error in zip(values, centres, errors, strict=True)
    )
    return first, second


def predictive_values_of(calls: Calls, prevalence: float) -> tuple[Estimate, Estimate]:
    """PPV and NPV of calls at a stated prevalence; where patients repeat, with the variance over patients.

    Raises:
        MeasureError: as `predictive_values_at`.

    Example:
        >>> calls = Calls(np.array([True, False, True, False]), np.array([True, True, False, False]))
        >>> predictive_values_of(calls, 0.5)[0].value
        0.5
    """
    (tn, fp), (fn, tp) = calls.counts
    plain = predictive_values_at(tp, tp + fn, tn, tn + fp, prevalence)
    if calls.patient is None or not repeats_patients(calls.patient):
        return plain
    if min(tn, fp, fn, tp) == 0:
        # Of a share of 0 or 1 all that patients say is how many they are.
        ill, well = (len(np.unique(calls.patient[calls.label == kind])) for kind in (True, False))
        adjusted = predictive_values_at(tp / (tp + fn) * ill, ill, tn / (tn + fp) * well, well, prevalence)
        return adjusted[0], adjusted[1]
    positive = np.where(calls.label, 1 / tp, -1 / fp) * calls.call
    negative = np.where(calls.label, -1 / fn, 1 / tn) * ~calls.call
    among = np.where(calls.label, 1 / (tp + fn), -1 / (tn + fp))
    found = []
    for one, influence in zip(plain, (positive - among, negative + among), strict=True):
        sums = patient_sums(influence, calls.patient)
        error = math.sqrt(float(np.sum(sums**2)) * len(sums) / max(len(sums) - 1, 1))
        assert one.value is not None
        found.append(_on_logit_scale(one.value, one.value, error, "logit_delta_clustered"))
    return found[0], found[1]


def predictive_values_from(
    counts: tuple[Floats, Floats, Floats, Floats], prevalence: float
) -> tuple[Floats, Floats]:
    """PPV and NPV at a prevalence from arrays of TN, FP, FN, TP; NaN where not defined.

    Example:
        >>> counts = tuple(np.array([number]) for number in (1.0, 1.0, 1.0, 1.0))
        >>> predictive_values_from(counts, 0.25)
        (array([0.25]), array([0.75]))
    """
    tn, fp, fn, tp = counts
    ill, well = tp + fn, tn + fp
    both = (ill > 0) & (well > 0)
    sensitivity = np.divide(tp, ill, out=np.full_like(tp, np.nan), where=both)
    specificity = np.divide(tn, well, out=np.full_like(tn, np.nan), where=both)
    return _by_bayes(sensitivity, specificity, prevalence)


def _by_bayes(sensitivity: Floats, specificity: Floats, prevalence: float) -> tuple[Floats, Floats]:
    found = []
    for right, wrong in (
        (sensitivity * prevalence, (1 - specificity) * (1 - prevalence)),
        (specificity * (1 - prevalence), (1 - sensitivity) * prevalence),
    ):
        called = right + wrong
        found.append(np.divide(right, called, out=np.full_like(called, np.nan), where=called > 0))
    return found[0], found[1]


def _on_logit_scale(value: float, centre: float, error: float, method: str) -> Estimate:
    if math.isnan(value):
        return Estimate(None)
    odds = centre / (1 - centre)
    low, high = (
        odds * reach / (1 + odds * reach) for reach in (math.exp(-Z95 * error), math.exp(Z95 * error))
    )
    return Estimate(value, min(low, value), max(high, value), centre * (1 - centre) * error, method)
