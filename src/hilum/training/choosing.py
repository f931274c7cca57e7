"""By which result on the validation part the best epoch is chosen."""

import math

import numpy as np
import torch

from hilum.errors import ModelError
from hilum.models import Network, read_images
from hilum.tasks import ClassificationTask, ModelTask
from hilum.training.checkpoint import Position
from hilum.training.data import TrainingData

# Two epochs whose validation results agree to this many digits are equal; of equal ones the later is kept,
# since its learning rate was lower and its average steadier.
_DIGITS = 3


def monitor_name(task: ModelTask, monitor: str) -> str:
    """The result by which epochs are compared, as the training's history calls it after `validation_`.

    Args:
        task: of the training.
        monitor: of the plan.

    Raises:
        ModelError: the task has no such result.

    Example:
        >>> monitor_name(ClassificationTask(("normal", "pneumonia")), "auto")
        'auroc'
    """
    if monitor == "auto":
        return task.monitor_name
    if monitor == "accuracy" and not isinstance(task, ClassificationTask):
        raise ModelError(
            f'monitor = "accuracy" in [readers.training] is for classes and has no meaning for {task.kind}: '
            'write "auto" or "loss"'
        )
    return monitor


def validation_results(
    network: Network, data: TrainingData, task: ModelTask, monitor: str
) -> dict[str, float] | None:
    """How well a network reads the validation part.

    Args:
        network: on its device; it is put into reading mode and left there.
        data: of the training.
        task: of the training.
        monitor: of the plan.

    Returns:
        `loss`, the task's own measure, and `accuracy` where the plan asks for it: the share of cases whose
        likeliest class, at the balance that the training had, is the true one. Empty where there are no
        validation cases, None where what the network says is no number.
    """
    if not len(data.validation_rows):
        return {}
    outputs = read_images(
        network, data.array, data.validation_rows, data.standard, table=data.validation_table
    )
    if not np.isfinite(outputs).all():
        return None
    targets = task.targets(data.validation_cases)
    results = {"loss": float(task.loss(torch.from_numpy(outputs), torch.from_numpy(targets), 0.0).mean())}
    said = task.predict(outputs)
    results[task.monitor_name] = task.monitor(said, data.validation_cases)
    if monitor == "accuracy":
        likeliest = task.groups(np.stack(list(said.values()), axis=1).astype(np.float32))
        results["accuracy"] = float((likeliest == task.groups(targets)).mean())
    return results


def goodness(results: dict[str, float], name: str) -> float:
    """One number by which epochs are compared, higher is better; NaN where the result is not known.

    Example:
        >>> goodness({"loss": 0.5, "auroc": 0.9}, "loss")
        -0.5
    """
    value = results.get(name, float("nan"))
    return -value if name == "loss" else value


def is_kept(position: Position, value: float) -> bool:
    """Whether an epoch is the best so far, of equal ones the last; the position remembers it.

    An epoch whose result is not known is kept unless one with a known result was before it.

    Args:
        position: where training is; its best and its better epoch are updated.
        value: the epoch's result, higher is better; NaN where it is not known.

    Example:
        >>> position = Position()
        >>> [is_kept(position, value) for value in (0.8, 0.9, 0.85, 0.9004)]
        [True, True, False, True]
    """
    known = math.isfinite(value)
    rounded = round(value, _DIGITS) if known else position.best_value
    if rounded > position.best_value or (not known and position.best_value == -math.inf):
        position.better_epoch = position.epoch
    kept = rounded >= position.best_value if known else position.best_value == -math.inf
    if kept:
        position.best_value, position.best_epoch = rounded, position.epoch
    return kept
