"""Net reclassification and integrated discrimination improvement, given on request only.

Cases with and without the condition are kept apart and never added up. Statisticians advise against both
measures: a reader that knows nothing can seem to improve on another (Hilden & Gerds 2014; Pepe et al. 2015).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import (
    Difference,
    Floats,
    patient_sums,
    repeats_patients,
    wald_difference,
)
from hilum.evaluation.measures.calibration import check_probabilities

Flags = NDArray[np.bool_]
Patients = NDArray[np.int64]


@dataclass(frozen=True)
class Reclassification:
    """What the first reader adds to the second, above 0 where it is better.

    Example:
        >>> Reclassification(Difference(0.1), Difference(-0.05)).events.difference
        0.1
    """

    events: Difference
    non_events: Difference
    of_calls: bool = False


def net_reclassification(
    probability_a: Floats, probability_b: Floats, label: Flags, patient: Patients | None = None
) -> Reclassification:
    """Category-free net reclassification of a against b.

    Among cases with the condition the share that a rates higher minus the share that it rates lower; among
    those without it the other way round. Equal probabilities count for neither.

    Raises:
        MeasureError: one class is missing, or a number is not a probability.

    Reference:
        Pencina et al., Statistics in Medicine 2011; 30: 11-21.

    Example:
        >>> a, b = np.array([0.9, 0.4, 0.2, 0.1]), np.array([0.8, 0.5, 0.2, 0.3])
        >>> found = net_reclassification(a, b, np.array([True, True, False, False]))
        >>> found.events.difference, found.non_events.difference
        (0.0, 0.5)
    """
    check_probabilities(probability_a)
    check_probabilities(probability_b)
    return _apart(np.sign(probability_a - probability_b), label, patient, "nri_wald")


def net_reclassification_of_calls(
    call_a: Flags, call_b: Flags, label: Flags, patient: Patients | None = None
) -> Reclassification:
    """Net reclassification of two calls: the differences of sensitivity and of specificity.

    Raises:
        MeasureError: one class is missing.

    Reference:
        Pencina et al., Statistics in Medicine 2008; 27: 157-172.

    Example:
        >>> label = np.array([True, True, False, False])
        >>> a, b = np.array([True, True, False, True]), np.array([True, False, False, False])
        >>> found = net_reclassification_of_calls(a, b, label)
        >>> found.events.difference, found.non_events.difference
        (0.5, -0.5)
    """
    found = _apart(call_a.astype(np.float64) - call_b, label, patient, "nri_wald")
    return Reclassification(found.events, found.non_events, of_calls=True)


def integrated_discrimination(
    probability_a: Floats, probability_b: Floats, label: Flags, patient: Patients | None = None
) -> Reclassification:
    """Integrated discrimination improvement of a over b.

    Among cases with the condition the mean of a's probability minus b's, among those without it the mean of
    b's minus a's.

    Raises:
        MeasureError: one class is missing, or a number is not a probability.

    Reference:
        Pencina et al., Statistics in Medicine 2008; 27: 157-172.

    Example:
        >>> a, b = np.array([0.9, 0.1]), np.array([0.7, 0.2])
        >>> found = integrated_discrimination(a, b, np.array([True, False]))
        >>> round(found.events.difference, 2), round(found.non_events.difference, 2)
        (0.2, 0.1)
    """
    check_probabilities(probability_a)
    check_probabilities(probability_b)
    return _apart(probability_a - probability_b, label, patient, "idi_wald")


def _apart(change: Floats, label: Flags, patient: Patients | None, method: str) -> Reclassification:
    if len(label) == 0 or label.all() or not label.any():
        raise MeasureError(
            "reclassification needs cases with and without the condition: these have one class only"
        )
    found = []
    for kind, sign in ((label, 1.0), (~label, -1.0)):
        values = sign * change[kind]
        among = None if patient is None else patient[kind]
        clustered = repeats_patients(among)
        mean = float(values.mean())
        sums = patient_sums(values - mean, among if clustered else None)
        count = len(sums)
        se = (
            math.sqrt(float(np.sum(sums**2)) * (count / (count - 1) if clustered else 1)) / len(values)
            if count > 1
            else math.nan
        )
        result = wald_difference(mean, se, "cluster_robust_wald" if clustered else method)
        found.append(result if result.method != "not_estimable" else Difference(mean))
    return Reclassification(found[0], found[1])
