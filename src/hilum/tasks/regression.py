"""A number: one output, learnt in standard deviations and given in the table's unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from hilum.errors import ModelError
from hilum.tasks.statement import TaskStatement
from hilum.tasks.task import Columns


@dataclass(frozen=True)
class RegressionTask:
    """Tell a number from an image.

    The network learns how many standard deviations the number lies from the mean of the training cases, so
    that one learning rate suits years as well as millilitres; the reading is `value`, in the table's own
    unit. The loss is Huber's with its corner at one standard deviation: squared for ordinary errors, so
    that about the mean is learnt, and straight beyond, so that a mistyped number pulls no harder than one
    that is a standard deviation off. There is no threshold.

    Attributes:
        mean: of the training cases, in the table's unit.
        deviation: standard deviation of the same, above 0.

    Example:
        >>> task = RegressionTask(mean=60.0, deviation=10.0)
        >>> task.targets(pd.DataFrame({"value": [70.0, 55.0]})).tolist()
        [[1.0], [-0.5]]
        >>> task.predict(np.array([[1.0]], np.float32))
        {'value': array([70.])}
    """

    mean: float
    deviation: float

    kind: ClassVar[str] = "regression"
    monitor_name: ClassVar[str] = "r2"
    statement: ClassVar[TaskStatement] = TaskStatement(
        name="Regression",
        asked="`value` in `[task]`.",
        target="How many standard deviations the number lies from the mean of the training cases.",
        head="One output.",
        loss="Huber's loss of each case, its corner at one standard deviation.",
        prediction="`value`, in the unit of the table.",
        measures=("r2", "mae", "rmse", "bias", "limit_low", "limit_high", "pearson", "ccc", "icc"),
        threshold_rule="A number has no threshold.",
    )

    @property
    def outputs(self) -> int:
        """One."""
        return 1

    @property
    def columns(self) -> tuple[str, ...]:
        """`value`."""
        return ("value",)

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> "RegressionTask":
        """The task of some training cases.

        Args:
            values: (n,) their numbers, NaN where not known.

        Raises:
            ModelError: the numbers do not differ.

        Example:
            >>> RegressionTask.of(np.array([50.0, 70.0]))
            RegressionTask(mean=60.0, deviation=10.0)
        """
        known = values[np.isfinite(values)]
        if len(np.unique(known)) < 2:
            raise ModelError(
                "the training part has fewer than two different numbers: add cases or change [split]"
            )
        return cls(float(known.mean()), float(known.std()))

    def targets(self, cases: pd.DataFrame) -> NDArray[np.float32]:
        """Standard deviations from the mean, (n, 1).

        Raises:
            ModelError: a number is not known.
        """
        values = cases["value"].to_numpy(dtype=np.float64, na_value=np.nan)
        if not np.isfinite(values).all():
            raise ModelError("some cases for training have no number: leave them out of the cohort")
        return ((values - self.mean) / self.deviation)[:, None].astype(np.float32)

    def groups(self, targets: NDArray[np.float32]) -> NDArray[np.int64]:
        """All cases are one group."""
        return np.zeros(len(targets), np.int64)

    def weighted_for(self, targets: NDArray[np.float32]) -> "RegressionTask":  # noqa: ARG002  # every task has it
        """A number has no classes whose labels could be weighted."""
        return self

    def balanced_for(self, targets: NDArray[np.float32]) -> "RegressionTask":  # noqa: ARG002  # as above
        """A number has no classes that training could have drawn equally often."""
        return self

    def start(self, targets: NDArray[np.float32], *, balanced: bool) -> NDArray[np.float32]:  # noqa: ARG002  # as above
        """The mean of the training cases, which is 0 here."""
        return np.zeros(1, np.float32)

    def loss(self, outputs: Tensor, targets: Tensor, smoothing: float = 0.0) -> Tensor:  # noqa: ARG002  # as above
        """Huber's loss of each case; smoothing has no meaning here and is not applied."""
        return functional.huber_loss(outputs, targets, reduction="none", delta=1.0)[:, 0]

    def predict(self, outputs: NDArray[np.float32]) -> Columns:
        """The number in the table's unit."""
        return {"value": outputs[:, 0].astype(np.float64) * self.deviation + self.mean}

    def monitor(self, predictions: Columns, cases: pd.DataFrame) -> float:
        """R squared, the share of the numbers' variance that the predictions explain.

        It is below 0 where they are worse than the mean, and NaN where the numbers do not differ. It has no
        unit, so that epochs are compared alike for all numbers.
        """
        truth = cases["value"].to_numpy(dtype=np.float64, na_value=np.nan)
        known = np.isfinite(truth) & np.isfinite(predictions["value"])
        truth, said = truth[known], predictions["value"][known]
        spread = float(((truth - truth.mean()) ** 2).sum()) if len(truth) else 0.0
        return 1 - float(((truth - said) ** 2).sum()) / spread if spread > 0 else float("nan")

    def to_json(self) -> dict[str, Any]:
        """Kind, mean and standard deviation."""
        return {"kind": self.kind, "mean": self.mean, "deviation": self.deviation}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "RegressionTask":
        """Read what `to_json` wrote."""
        return cls(float(content["mean"]), float(content["deviation"]))
