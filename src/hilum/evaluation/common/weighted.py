"""Statistics of weighted cases, for many weight vectors at once: what the bootstrap needs.

Each takes (b, n) weights and gives (b,) values, NaN where the weights leave one class without cases.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Floats

Labels = NDArray[np.bool_]


@dataclass(frozen=True)
class OrderedScores:
    """Cases sorted by score once, to be weighted many times.

    Example:
        >>> ordered = OrderedScores.of(np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True]))
        >>> roc, precision = ordered.areas(np.array([[1.0, 1, 1, 1], [1, 0, 1, 1]]))
        >>> roc, precision.round(4)
        (array([0.75, 1.  ]), array([0.8333, 1.    ]))
    """

    order: NDArray[np.int64]
    last: Labels
    label: Labels

    @classmethod
    def of(cls, score: Floats, label: Labels) -> "OrderedScores":
        """Sort from the highest score down; `last` marks the last case of each score.

        Example:
            >>> OrderedScores.of(np.array([1.0, 1.0]), np.array([True, False])).last
            array([False,  True])
        """
        if np.isnan(score).any():
            raise MeasureError("a score is missing: leave out cases without one first")
        order = np.argsort(-score, kind="stable").astype(np.int64)
        ordered = score[order]
        last = np.concatenate([ordered[1:] != ordered[:-1], [True]])
        return cls(order, last, np.ascontiguousarray(label))

    def areas(self, weights: Floats) -> tuple[Floats, Floats]:
        """AUROC and step-wise average precision for each row of (b, n) weights.

        Ties count one half in the one, and are one step of the other.

        Example:
            >>> OrderedScores.of(np.array([1.0, 1.0]), np.array([True, False])).areas(np.ones((1, 2)))
            (array([0.5]), array([0.5]))
        """
        from hilum.evaluation.common._kernels import areas_of_weights

        roc, precision = np.empty(len(weights)), np.empty(len(weights))
        rows = np.ascontiguousarray(weights, dtype=np.float64)
        areas_of_weights(self.order, self.last, self.label, rows, roc, precision)
        return roc, precision


def average_precision(score: Floats, label: Labels) -> float:
    """Step-wise average precision (the area under the precision-recall curve without interpolation).

    A reader that knows nothing has the prevalence. Never the trapezoid, which is too high.

    Reference:
        Davis & Goadrich, ICML 2006.

    Example:
        >>> round(average_precision(np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True])), 4)
        0.8333
    """
    return float(OrderedScores.of(score, label).areas(np.ones((1, len(score))))[1][0])


def weighted_counts(call: Labels, label: Labels, weights: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """True negatives, false positives, false negatives, true positives, for each row of weights.

    Example:
        >>> call, label = np.array([True, True, False]), np.array([True, False, False])
        >>> [float(count[0]) for count in weighted_counts(call, label, np.ones((1, 3)))]
        [1.0, 1.0, 0.0, 1.0]
    """
    cells = np.stack([~call & ~label, call & ~label, ~call & label, call & label], axis=1).astype(np.float64)
    counts = weights @ cells
    return counts[:, 0], counts[:, 1], counts[:, 2], counts[:, 3]
