"""What is measured of an arm on a test fold."""

from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score, roc_curve

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Score:
    """How well probabilities agree with labels.

    Attributes:
        auc: area under the curve; of three classes the mean of one against the others.
        accuracy: at the threshold that was frozen on the validation part; of three classes of the likeliest.
        brier: mean over cases of the squared error; of three classes summed over the classes.
    """

    auc: float
    accuracy: float
    brier: float


def score_of(truth: NDArray[np.int64], probabilities: Floats, threshold: float) -> Score:
    """Measure probabilities.

    Args:
        truth: (n,) number of the class.
        probabilities: (n, classes).
        threshold: of the last class's probability, where there are two.

    Example:
        >>> score_of(np.array([0, 1]), np.array([[0.8, 0.2], [0.4, 0.6]]), 0.5)
        Score(auc=1.0, accuracy=1.0, brier=0.1)
    """
    classes = probabilities.shape[1]
    there = np.eye(classes)[truth]
    if classes == 2:
        said = probabilities[:, 1]
        right = (said >= threshold) == (truth == 1)
        brier = np.square(said - truth).mean()
        return Score(float(roc_auc_score(truth == 1, said)), float(right.mean()), round(float(brier), 6))
    areas = [roc_auc_score(there[:, each], probabilities[:, each]) for each in range(classes)]
    right = probabilities.argmax(axis=1) == truth
    brier = np.square(probabilities - there).sum(axis=1).mean()
    return Score(float(np.mean(areas)), float(right.mean()), round(float(brier), 6))


def frozen_threshold(truth: NDArray[np.int64], probabilities: Floats) -> float:
    """Where Youden's index is highest, of two classes; nan of three.

    Example:
        >>> frozen_threshold(np.array([0, 1]), np.array([[0.8, 0.2], [0.4, 0.6]]))
        0.6
    """
    if probabilities.shape[1] != 2:
        return float("nan")
    false, true, thresholds = roc_curve(truth == 1, probabilities[:, 1])
    return float(thresholds[np.argmax(true - false)])


def mean_score(scores: list[Score]) -> Score:
    """The mean over folds.

    Example:
        >>> mean_score([Score(0.5, 0.5, 0.5), Score(1.0, 0.5, 0.0)])
        Score(auc=0.75, accuracy=0.5, brier=0.25)
    """
    return Score(*np.mean([astuple(score) for score in scores], axis=0).tolist())
