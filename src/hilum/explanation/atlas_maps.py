"""The map behind a model's own answer, whichever class that was.

What a model answers depends on the image alone, not on what is true. So a comparison of such maps between the
true groups is no comparison of a label with itself.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.explanation.maps import Seeing, maps_of
from hilum.explanation.method import Method
from hilum.explanation.what import what_to_explain
from hilum.tasks import ClassificationTask, ModelTask

_EVEN = 0.5


def maps_of_answers(
    method: Method, seeing: Seeing, images: NDArray[Any], task: ModelTask, answers: Sequence[str | None]
) -> NDArray[np.float32]:
    """Maps of prepared images, each for what the model answered.

    Args:
        method: how they are made.
        seeing: a trained network.
        images: (n, size, size), or (n, depth, size, size) volumes.
        task: what the model was asked.
        answers: (n,) the class or finding that is explained; None for what the task explains first.

    Returns:
        (n, size, size) in 0..1, in the order of the images.

    Example:
        >>> from hilum.explanation.activation_map import CAM
        >>> from hilum.models import Shape, Standard, build_model
        >>> seeing = Seeing(build_model("small_cnn", Shape(1, 1, 32)), Standard(0.5, 0.25))
        >>> task = ClassificationTask(("normal", "pneumonia"))
        >>> maps_of_answers(CAM, seeing, np.zeros((2, 32, 32), np.uint8), task, ["normal", "pneumonia"]).shape
        (2, 32, 32)
    """
    found = np.zeros((len(images), *images.shape[-2:]), np.float32)
    for answer in dict.fromkeys(answers):
        rows = np.array([row for row, each in enumerate(answers) if each == answer], dtype=np.int64)
        found[rows] = maps_of(method, seeing, images[rows], what_to_explain(task, answer))
    return found


def answers_of(task: ModelTask, readings: pd.DataFrame, threshold: float | None = None) -> list[str | None]:
    """What a model answered to each case: the class it calls.

    Args:
        task: what it was asked.
        readings: a row a case with the columns of the task's readings.
        threshold: of the positive class of two, as frozen on validation; None = 0.5.

    Returns:
        (n,) a class each; None where the task is not to tell classes.

    Example:
        >>> task = ClassificationTask(("normal", "pneumonia"))
        >>> answers_of(task, pd.DataFrame({"score": [0.2, 0.4]}), threshold=0.3)
        ['normal', 'pneumonia']
    """
    if not isinstance(task, ClassificationTask):
        return [None] * len(readings)
    if task.binary:
        called = readings["score"].to_numpy(dtype=np.float64) >= (_EVEN if threshold is None else threshold)
        return [task.classes[int(positive)] for positive in called]
    scores = readings[list(task.columns)].to_numpy(dtype=np.float64)
    return [task.classes[place] for place in scores.argmax(axis=1)]
