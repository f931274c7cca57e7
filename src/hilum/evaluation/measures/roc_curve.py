"""The ROC and precision-recall curves as numbers, for figures."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Floats

Labels = NDArray[np.bool_] | NDArray[np.int64]


@dataclass(frozen=True)
class Curve:
    """Points of a curve, one for each distinct score from the highest down.

    `threshold` is where x and y are reached.

    For the ROC curve x is 1 - specificity and y sensitivity, from (0, 0) to (1, 1); for the
    precision-recall curve x is recall and y precision.

    Example:
        >>> roc_curve(np.array([0.1, 0.9]), np.array([0, 1])).y
        array([0., 1., 1.])
    """

    x: Floats
    y: Floats
    threshold: Floats


def roc_curve(score: Floats, label: Labels) -> Curve:
    """Sensitivity against 1 - specificity at every distinct score.

    (a case is positive when score >= threshold).

    Raises:
        MeasureError: one class is missing, or a score is not a number.

    Example:
        >>> curve = roc_curve(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1]))
        >>> float(np.trapezoid(curve.y, curve.x))
        0.75
    """
    found, wrong, threshold = _cumulative(score, label)
    return Curve(
        np.concatenate([[0.0], wrong / wrong[-1]]),
        np.concatenate([[0.0], found / found[-1]]),
        np.concatenate([[np.inf], threshold]),
    )


def precision_recall_curve(score: Floats, label: Labels) -> Curve:
    """Precision against recall at every distinct score; draw it as steps.

    Raises:
        MeasureError: one class is missing, or a score is not a number.

    Example:
        >>> precision_recall_curve(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1])).y.round(3)
        array([1.   , 0.5  , 0.667, 0.5  ])
    """
    found, wrong, threshold = _cumulative(score, label)
    return Curve(found / found[-1], found / (found + wrong), threshold)


def _cumulative(score: Floats, label: Labels) -> tuple[Floats, Floats, Floats]:
    positive = np.asarray(label).astype(np.bool_)
    if positive.all() or not positive.any() or not np.isfinite(score).all():
        raise MeasureError("a curve needs cases with and without the condition, and a number for every case")
    order = np.argsort(-score, kind="stable")
    ordered, ill = score[order], positive[order]
    last = np.flatnonzero(np.concatenate([ordered[1:] != ordered[:-1], [True]]))
    found = np.cumsum(ill)[last].astype(np.float64)
    return found, last + 1 - found, ordered[last]
