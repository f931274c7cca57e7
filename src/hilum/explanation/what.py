"""What of a model's answer is explained: a class, a finding, a risk by a horizon, or the number."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from hilum.errors import ModelError
from hilum.study.words import hint
from hilum.tasks import ClassificationTask, FindingsTask, ModelTask

_STEP = 1e-3
_SMALLEST = 1e-12


@dataclass(frozen=True)
class Explained:
    """One number of a model's answer.

    Attributes:
        words: what the maps are evidence for, such as `pneumonia` or `the event by day 365`.
        of: (n, outputs) to the number that is explained, (n,): before any sigmoid, so that it does not
            saturate.
        reading: (n, outputs) to what the model prints for it, (n,): a probability, a risk or a number.
    """

    words: str
    of: Callable[[Tensor], Tensor]
    reading: Callable[[NDArray[np.float32]], NDArray[np.float64]]


def one_output(output: int, *, words: str = "") -> Explained:
    """One output of the last layer, as it is.

    Args:
        output: its place.
        words: what it stands for.

    Example:
        >>> one_output(1).of(torch.tensor([[1.0, 5.0]])).tolist()
        [5.0]
    """
    return Explained(
        words or f"output {output}",
        lambda outputs: outputs[:, output],
        lambda outputs: outputs[:, output].astype(np.float64),
    )


def names_of(task: ModelTask) -> tuple[str, ...]:
    """What of a task's answer may be asked for: classes, findings, or columns of the readings.

    Example:
        >>> names_of(ClassificationTask(("normal", "pneumonia")))
        ('pneumonia', 'normal')
    """
    if isinstance(task, ClassificationTask):
        return tuple(reversed(task.classes)) if task.binary else task.classes
    if isinstance(task, FindingsTask):
        return task.findings
    if task.kind == "survival":
        return (*(name for name in task.columns if name != "risk"), "risk")
    return task.columns


def what_to_explain(task: ModelTask, name: str | None = None) -> Explained:
    """The number of a task's answer that goes by a name.

    Args:
        task: what the model was asked.
        name: a class, a finding, or `risk_<days>d`; None is the positive class, the first finding, the risk
            at the first horizon, or the number.

    Raises:
        ModelError: the task has nothing of that name.

    Example:
        >>> what_to_explain(ClassificationTask(("normal", "pneumonia"))).words
        'pneumonia'
    """
    names = names_of(task)
    name = names[0] if name is None else name
    if name not in names:
        raise ModelError(f"the model says nothing of `{name}`: {hint(name, names, 'names')}")
    if isinstance(task, ClassificationTask) and task.binary:
        return _of_two(task, name)
    if isinstance(task, ClassificationTask | FindingsTask):
        place = names.index(name)
        return Explained(name, lambda outputs: outputs[:, place], _reading(task, task.columns[place]))
    words = "a larger number" if task.kind == "regression" else _by_day(name)
    if task.outputs == 1:
        return Explained(words, lambda outputs: outputs[:, 0], _reading(task, name))
    return Explained(words, _log_odds_of(task, name), _reading(task, name))


def _of_two(task: ClassificationTask, name: str) -> Explained:
    """One logit speaks for the positive class and against the other."""
    if name == task.classes[1]:
        return Explained(name, lambda outputs: outputs[:, 0], _reading(task, "score"))
    read = _reading(task, "score")
    return Explained(name, lambda outputs: -outputs[:, 0], lambda outputs: 1 - read(outputs))


def _by_day(column: str) -> str:
    return "the event" if column == "risk" else f"the event by day {column[5:-1]}"


def _reading(task: ModelTask, column: str) -> Callable[[NDArray[np.float32]], NDArray[np.float64]]:
    return lambda outputs: task.predict(outputs)[column]


def _log_odds_of(task: ModelTask, column: str) -> Callable[[Tensor], Tensor]:
    """Log odds of a risk that several outputs make together."""

    def value(outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        # A task computes in double precision from whatever it is given.
        risk = np.clip(task.predict(outputs)[column], _SMALLEST, 1 - _SMALLEST)  # type: ignore[arg-type]
        return np.asarray(np.log(risk / (1 - risk)))

    class Measured(torch.autograd.Function):
        """A function known by its values; its gradient is found by small steps of every output."""

        @staticmethod
        def forward(context: Any, outputs: Tensor) -> Tensor:
            context.save_for_backward(outputs)
            return torch.from_numpy(value(outputs.detach().cpu().double().numpy())).to(outputs)

        @staticmethod
        def backward(context: Any, *above: Tensor) -> Tensor:
            (outputs,) = context.saved_tensors
            at = outputs.detach().cpu().double().numpy()
            steps = np.eye(at.shape[1]) * _STEP
            slopes = [(value(at + step) - value(at - step)) / (2 * _STEP) for step in steps]
            return torch.from_numpy(np.stack(slopes, axis=1)).to(outputs) * above[0][:, None]

    def log_odds(outputs: Tensor) -> Tensor:
        found: Tensor = Measured.apply(outputs)  # type: ignore[no-untyped-call]
        return found

    return log_odds
