"""Three classes and more: one-vs-rest AUROC of each class and their mean."""

import math

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import (
    Difference,
    Estimate,
    Floats,
    patient_sums,
    repeats_patients,
    wald,
    wald_difference,
)
from hilum.evaluation.measures.roc import placements

Patients = NDArray[np.int64]


def macro_auroc(scores: Floats, label: NDArray[np.int64], patient: Patients | None = None) -> Estimate:
    """Mean of the one-vs-rest AUROCs of all classes.

    The variance is that of the cases' (or patients') summed influence.

    Args:
        scores: (classes, n) score of each class.
        label: (n,) index of each case's class.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: a class has no case, or all cases.

    Reference:
        Hand & Till, Machine Learning 2001, on averages over classes; DeLong et al., Biometrics 1988.

    Example:
        >>> macro_auroc(np.eye(3)[:, [0, 1, 2, 0]], np.array([0, 1, 2, 0])).value
        1.0
    """
    value, influence = _macro(scores, label)
    return wald(value, _se(influence, patient), "delong_macro_wald")


def macro_auroc_difference(
    scores_a: Floats, scores_b: Floats, label: NDArray[np.int64], patient: Patients | None = None
) -> Difference:
    """Mean one-vs-rest AUROC of a minus that of b on the same cases.

    Example:
        >>> scores = np.eye(3)[:, [0, 1, 2, 0]]
        >>> macro_auroc_difference(scores, scores, np.array([0, 1, 2, 0])).p
        1.0
    """
    first, influence_a = _macro(scores_a, label)
    second, influence_b = _macro(scores_b, label)
    return wald_difference(first - second, _se(influence_a - influence_b, patient), "delong_macro_wald")


def _macro(scores: Floats, label: NDArray[np.int64]) -> tuple[float, Floats]:
    if scores.shape[0] < 2:
        raise MeasureError("a mean over classes needs the scores of at least two classes")
    areas, influence = [], np.zeros(scores.shape[1])
    for number, score in enumerate(scores):
        positive = label == number
        share = placements(score, positive)
        area = float(share[positive].mean())
        size = np.where(positive, positive.sum(), (~positive).sum())
        influence += (share - area) / size / len(scores)
        areas.append(area)
    return float(np.mean(areas)), influence


def _se(influence: Floats, patient: Patients | None) -> float:
    sums = patient_sums(influence, patient if repeats_patients(patient) else None)
    if len(sums) < 2:
        return math.nan
    return math.sqrt(float(np.sum(sums**2)) * len(sums) / (len(sums) - 1))
