"""Weighted alternative free-response ROC: lesions found against the worst false positive of healthy cases.

Where FROC asks how many false marks a lesion costs, this asks how often a lesion is rated above the highest
mark on a case without lesions. It lies between 0 and 1; a reader who marks nothing has 0.5.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import (
    Difference,
    Estimate,
    Floats,
    repeats_patients,
    wald,
    wald_difference,
)
from hilum.evaluation.common.placement_covariance import placement_covariance
from hilum.evaluation.measures.detections import Detections

Patients = NDArray[np.int64]


def wafroc(detections: Detections, patient: Patients | None = None) -> Estimate:
    """Area under the weighted AFROC curve with its standard error and Wald interval.

    The mean, over every pair of a case without lesions and a case with lesions, of the share of the latter's
    lesions whose mark is rated above the highest mark on the former; ties count one half. A lesion without a
    mark and a case without a mark are rated minus infinity, and so tie with each other. All lesions of a
    case weigh the same, 1 / number of its lesions, so that each case with lesions weighs the same. False
    positives on cases with lesions do not count (in the name of RJafroc: `wAFROC`, not `wAFROC1`).

    The standard error is DeLong's, from the placements of cases; where patients repeat, Obuchowski's.

    Args:
        detections: What the marks came to.
        patient: (cases,) code of the patient of each case, where patients may repeat.

    Raises:
        MeasureError: there are no cases with, or none without, lesions.

    Reference:
        Chakraborty & Berbaum, Medical Physics 2004; Chakraborty, Observer Performance Methods for Diagnostic
        Imaging 2017; DeLong et al., Biometrics 1988.

    Example:
        Case 0 has two lesions, one found; case 1 has one, missed; case 2 has a false mark; case 3 nothing.

        >>> made = Detections.of(
        ...     [0, 2], [0.8, 0.9], [1, 0], [0, 0, 1], [0.8, -np.inf, -np.inf], images=[1, 1, 1, 1]
        ... )
        >>> wafroc(made).value  # (0 + (1 + 0.5) / 2 + 0 + 0.5) / 4
        0.3125
    """
    areas, covariance = wafroc_covariance([detections], patient)
    method = "wafroc_clustered_wald" if repeats_patients(patient) else "wafroc_wald"
    return wald(float(areas[0]), _root(covariance[0, 0], covariance), method)


def wafroc_difference(first: Detections, second: Detections, patient: Patients | None = None) -> Difference:
    """Area of the first reader minus that of the second, on the same cases and lesions, with a paired test.

    Raises:
        MeasureError: as `wafroc`, or the two did not read the same cases with the same lesions.

    Example:
        >>> one = Detections.of([0, 2], [0.8, 0.9], [1, 0], [0, 1], [0.8, -np.inf], images=[1, 1, 1, 1])
        >>> wafroc_difference(one, one).p
        1.0
    """
    areas, covariance = wafroc_covariance([first, second], patient)
    variance = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    method = "wafroc_paired_clustered" if repeats_patients(patient) else "wafroc_paired"
    return wald_difference(float(areas[0] - areas[1]), _root(variance, covariance), method)


def wafroc_covariance(
    readers: Sequence[Detections], patient: Patients | None = None
) -> tuple[Floats, Floats]:
    """Areas of k readers of the same cases and their (k, k) covariance.

    Raises:
        MeasureError: as `wafroc_difference`.

    Example:
        >>> one = Detections.of([0, 2], [0.8, 0.9], [1, 0], [0, 1], [0.8, -np.inf], images=[1, 1, 1, 1])
        >>> areas, covariance = wafroc_covariance([one])
        >>> areas, covariance.shape
        (array([0.375]), (1, 1))
    """
    lesions = readers[0].lesions
    if any(not np.array_equal(one.lesions, lesions) for one in readers):
        raise MeasureError(
            "wAFROC compares readers of the same cases with the same lesions: these are others"
        )
    ill = lesions > 0
    if ill.all() or not ill.any():
        raise MeasureError("wAFROC needs cases with and cases without lesions: these are of one kind only")
    if patient is not None and len(patient) != len(lesions):
        raise MeasureError("wAFROC needs the patient of every case: their numbers differ")
    above = np.stack([wafroc_placements(one) for one in readers])
    areas = above[:, ill].mean(axis=1)
    return areas, placement_covariance(above, areas, ill, patient)


def wafroc_placements(detections: Detections) -> Floats:
    """For each case with lesions the weighted share of healthy cases below them, and the reverse.

    Ties count one half. The mean over cases with lesions, and that over cases without, is the area.

    Example:
        >>> made = Detections.of([0, 2], [0.8, 0.9], [1, 0], [0, 1], [0.8, -np.inf], images=[1, 1, 1, 1])
        >>> wafroc_placements(made)
        array([0.5 , 0.25, 0.  , 0.75])
    """
    lesions = detections.lesions
    ill = lesions > 0
    worst = detections.highest_false_scores()[~ill]
    found = detections.lesion_score
    weight = 1.0 / lesions[detections.lesion_case]
    share = np.empty(len(lesions))
    ordered = np.sort(worst)
    below = np.searchsorted(ordered, found, "left") + np.searchsorted(ordered, found, "right")
    each = weight * below / (2.0 * len(ordered))
    share[ill] = np.bincount(detections.lesion_case, weights=each, minlength=len(lesions))[ill]
    order = np.argsort(found, kind="stable")
    summed = np.concatenate([[0.0], np.cumsum(weight[order])])
    left, right = (np.searchsorted(found[order], worst, side) for side in ("left", "right"))
    share[~ill] = 1.0 - (summed[left] + summed[right]) / (2.0 * summed[-1])
    return share


def _root(variance: float, covariance: Floats) -> float:
    if math.isnan(variance):
        return math.nan
    # The difference of nearly equal numbers: what is left below this is rounding, not chance.
    noise = 1e-13 * float(np.abs(covariance).max())
    return 0.0 if variance <= noise else math.sqrt(variance)
