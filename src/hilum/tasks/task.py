"""What every task states: targets, head, loss, prediction, and the number by which epochs are compared."""

from typing import Any, ClassVar, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import Tensor

from hilum.tasks.statement import TaskStatement

Columns = dict[str, NDArray[np.float64]]


class ModelTask(Protocol):
    """How a network learns a question and answers it.

    Attributes:
        kind: `classification`, `findings`, `survival` or `regression`.
        monitor_name: the measure on the validation part by which epochs are compared; higher is better.
        statement: all of this in words.
        outputs: numbers that the network gives for an image.
        columns: the readings columns of a prediction. A threshold belongs to the first, for survival to the
            risk at the first horizon; with findings each column has its own, and a number has none.
    """

    kind: ClassVar[str]
    monitor_name: ClassVar[str]
    statement: ClassVar[TaskStatement]

    @property
    def outputs(self) -> int:
        """Numbers that the network gives for an image."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Readings columns of a prediction."""

    def targets(self, cases: pd.DataFrame) -> NDArray[np.float32]:
        """What the network should say: (n, width), one row a case."""

    def groups(self, targets: NDArray[np.float32]) -> NDArray[np.int64]:
        """The group of each case, for balancing: (n,), from 0."""

    def weighted_for(self, targets: NDArray[np.float32]) -> "ModelTask":
        """The task whose loss weighs labels where whole cases cannot be weighted; most stay as they are."""

    def balanced_for(self, targets: NDArray[np.float32]) -> "ModelTask":
        """The task that undoes, in its predictions, that training drew all groups equally often."""

    def start(self, targets: NDArray[np.float32], *, balanced: bool) -> NDArray[np.float32]:
        """The outputs from which a network that has seen nothing should start, (outputs,)."""

    def loss(self, outputs: Tensor, targets: Tensor, smoothing: float) -> Tensor:
        """The loss of each case, (n,)."""

    def predict(self, outputs: NDArray[np.float32]) -> Columns:
        """From outputs to readings columns, each (n,)."""

    def monitor(self, predictions: Columns, cases: pd.DataFrame) -> float:
        """How good predictions are on cases with known truth; NaN where that is not defined."""

    def to_json(self) -> dict[str, Any]:
        """The task as plain JSON, to be read back by `task_from_json`."""
