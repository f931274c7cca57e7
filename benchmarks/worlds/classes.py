"""Three classes, and two readers with a probability of each."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation import Difference, Estimate, macro_auroc, macro_auroc_difference
from hilum.evaluation.measures.multiclass import mean_recall, multiclass_brier

CASES = 300
SHARES = (0.5, 0.3, 0.2)
STRENGTH = np.array([1.5, 1.0])
Floats = NDArray[np.float64]


def cohort(rng: np.random.Generator, n: int) -> tuple[Floats, NDArray[np.int64]]:
    """(2, classes, n) probabilities and the true classes."""
    label = rng.choice(3, n, p=SHARES)
    own = label == np.arange(3)[:, None]
    shared = rng.normal(size=(3, n))
    seen = 0.7 * shared + 0.7 * rng.normal(size=(2, 3, n)) + STRENGTH[:, None, None] * own
    strength = np.exp(seen)
    return strength / strength.sum(axis=1, keepdims=True), label


def truths() -> dict[str, float]:
    """The true values, of two million cases."""
    (first, second), label = cohort(np.random.default_rng(2026), 2_000_000)
    areas = [macro_auroc(one, label).value or 0.0 for one in (first, second)]
    return {
        "macro AUROC of classes": areas[0],
        "difference of macro AUROC of classes": areas[0] - areas[1],
        "balanced accuracy of three classes": mean_recall(label, first.argmax(axis=0), 3).value or 0.0,
        "Brier score of three classes": multiclass_brier(first, label).value or 0.0,
    }


def intervals(rng: np.random.Generator) -> Iterator[tuple[str, Estimate | Difference]]:
    """The intervals of one cohort."""
    (first, second), label = cohort(rng, CASES)
    yield "macro AUROC of classes", macro_auroc(first, label)
    yield "difference of macro AUROC of classes", macro_auroc_difference(first, second, label)
    yield "balanced accuracy of three classes", mean_recall(label, first.argmax(axis=0), 3)
    yield "Brier score of three classes", multiclass_brier(first, label)
