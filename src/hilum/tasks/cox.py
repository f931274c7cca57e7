"""Time to an event by Cox's regression: one log relative hazard, and a baseline from the training cases."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from hilum.tasks.grid import choose_edges
from hilum.tasks.risks import concordance, known_follow_up, risk_columns
from hilum.tasks.statement import TaskStatement
from hilum.tasks.survival import SURVIVAL_MEASURES, SURVIVAL_THRESHOLD
from hilum.tasks.task import Columns

_MOST_TIMES = 100
_LARGEST = 50.0


@dataclass(frozen=True)
class CoxTask:
    """Tell when an event will happen, hazards being proportional (Cox 1972).

    The network gives the log of the relative hazard; with the cumulative hazard of a case for which it is 0,
    kept from the training cases, it becomes a risk. Where something else can happen first (event 2), it
    counts as the end of follow-up for the event itself, and has a relative hazard and a baseline of its own:
    the risks are those of both hazards together, so that nobody who has died of something else is counted
    as still to come (Aalen & Johansen 1978; Prentice et al. 1978). The readings are those of `SurvivalTask`:
    `risk`, the mean of the risk over time up to the last of `times_days`, and `risk_<days>d`.

    Attributes:
        horizons_days: days at which risks are given; each one is among `times_days`.
        times_days: days at which the baseline is known, ascending.
        baseline: (causes) of (times) the cumulative hazard of each cause; empty until the head is fitted.
        causes: 1, or 2 where something else can happen first.

    Example:
        >>> task = CoxTask((30.0,), (10.0, 30.0), ((0.1, 0.2),))
        >>> task.predict(np.array([[0.0]], np.float32))["risk_30d"].round(4)
        array([0.1813])
    """

    horizons_days: tuple[float, ...]
    times_days: tuple[float, ...]
    baseline: tuple[tuple[float, ...], ...] = ()
    causes: int = 1

    kind: ClassVar[str] = "survival"
    form: ClassVar[str] = "cox"
    monitor_name: ClassVar[str] = "harrell_c"
    statement: ClassVar[TaskStatement] = TaskStatement(
        name="Survival: Cox's regression",
        asked='`model = "linear"`, or `frozen = true`, where `[task]` has `time_days` or `time_years` and '
        "`event`.",
        target="Days of follow-up, and whether the event, a competing one or neither ended it; a competing "
        "event ends follow-up for the event, and has a hazard of its own.",
        head="The log of the relative hazard; where there are competing events one more for these.",
        loss="Minus the log partial likelihood, ties by Efron (1977), with a ridge penalty that is chosen by "
        "the cross-validated partial likelihood (Verweij & van Houwelingen 1993).",
        prediction="`risk_<days>d`, the probability of the event by each horizon, from the relative hazard "
        "and Breslow's baseline of the training cases; where something else can come first the cumulative "
        "incidence of both hazards together. `risk` is its mean over the time up to the last event or "
        "horizon.",
        measures=SURVIVAL_MEASURES,
        threshold_rule=SURVIVAL_THRESHOLD,
    )

    @classmethod
    def of(cls, train: pd.DataFrame, horizons_days: tuple[float, ...]) -> "CoxTask":
        """The task of some training cases, without its baseline.

        Args:
            train: `time` and `event` of each.
            horizons_days: days at which risks are asked for.

        Raises:
            ModelError: there is no event.

        Example:
            >>> CoxTask.of(pd.DataFrame({"time": [5.0, 9.0], "event": [1, 2]}), (7.0,)).times_days
            (5.0, 7.0)
        """
        time, event = train["time"].to_numpy(np.float64), train["event"].to_numpy(np.float64)
        edges = choose_edges(time, event, horizons_days)
        days = np.unique(time[(event > 0) & (time > 0) & (time <= edges[-1])])
        if len(days) > _MOST_TIMES:
            days = np.quantile(days, np.arange(1, _MOST_TIMES + 1) / _MOST_TIMES, method="inverted_cdf")
        times = sorted({*days.tolist(), *horizons_days, edges[-1]})
        return cls(tuple(horizons_days), tuple(times), (), 2 if (event == 2).any() else 1)

    @property
    def outputs(self) -> int:
        """One log relative hazard a cause."""
        return self.causes

    @property
    def columns(self) -> tuple[str, ...]:
        """`risk`, and `risk_<days>d` for each horizon."""
        return ("risk", *(f"risk_{days:g}d" for days in self.horizons_days))

    def targets(self, cases: pd.DataFrame) -> NDArray[np.float32]:
        """(n, 2): days, and 0, 1 or 2 for censored, the event, and another one first.

        Raises:
            ModelError: a time or an event is unknown.
        """
        return np.column_stack(known_follow_up(cases)).astype(np.float32)

    def groups(self, targets: NDArray[np.float32]) -> NDArray[np.int64]:
        """0 where follow-up ended, 1 where the event happened, 2 where another one came first."""
        return targets[:, 1].astype(np.int64)

    def weighted_for(self, targets: NDArray[np.float32]) -> "CoxTask":  # noqa: ARG002  # every task has it
        """The task stays as it is."""
        return self

    def balanced_for(self, targets: NDArray[np.float32]) -> "CoxTask":  # noqa: ARG002  # every task has it
        """The task stays as it is: no case is drawn more often than another."""
        return self

    def start(self, targets: NDArray[np.float32], *, balanced: bool) -> NDArray[np.float32]:  # noqa: ARG002  # as above
        """Everybody alike."""
        return np.zeros(self.outputs, np.float32)

    def loss(self, outputs: Tensor, targets: Tensor, smoothing: float = 0.0) -> Tensor:  # noqa: ARG002  # as above
        """Minus the log-likelihood of each case under the baseline, but for what outputs do not change.

        Hazards that are followed up to a time count as the cumulative hazard there; the partial likelihood,
        by which the head is fitted, is no sum over cases.
        """
        times = torch.tensor([0.0, *self.times_days], device=outputs.device)
        place = torch.searchsorted(times, targets[:, 0].contiguous(), right=True) - 1
        total = torch.zeros(len(outputs), device=outputs.device)
        for cause, hazard in enumerate(self.baseline):
            passed = torch.tensor([0.0, *hazard], device=outputs.device)[place]
            happened = (targets[:, 1] == cause + 1).float()
            total = total + passed * torch.exp(outputs[:, cause]) - happened * outputs[:, cause]
        return total

    def predict(self, outputs: NDArray[np.float32]) -> Columns:
        """Probabilities of the event by each day, where something else may come first."""
        by_time = self._risk_by_time(outputs.astype(np.float64))
        return risk_columns(by_time, self.times_days, self.horizons_days)

    def _risk_by_time(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, times): between two times the hazards of the causes stay in one proportion."""
        relative = np.exp(np.clip(outputs, -_LARGEST, _LARGEST))
        steps = [
            np.diff(np.array(hazard), prepend=0.0) * relative[:, [k]]
            for k, hazard in enumerate(self.baseline)
        ]
        either = np.sum(steps, axis=0)
        gone = np.cumsum(either, axis=1)
        free = np.exp(-(gone - either))
        share = np.divide(steps[0], either, out=np.zeros_like(either), where=either > 0)
        risk: NDArray[np.float64] = np.minimum(np.cumsum(free * -np.expm1(-either) * share, axis=1), 1.0)
        return risk

    def monitor(self, predictions: Columns, cases: pd.DataFrame) -> float:
        """Harrell's C of `risk`."""
        return concordance(predictions, cases)

    def to_json(self) -> dict[str, Any]:
        """Kind, form, horizons and baseline."""
        return {
            "kind": self.kind,
            "form": self.form,
            "horizons_days": list(self.horizons_days),
            "times_days": list(self.times_days),
            "baseline": [list(hazard) for hazard in self.baseline],
            "causes": self.causes,
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "CoxTask":
        """Read what `to_json` wrote."""
        return cls(
            tuple(float(value) for value in content["horizons_days"]),
            tuple(float(value) for value in content["times_days"]),
            tuple(tuple(float(value) for value in hazard) for hazard in content["baseline"]),
            int(content["causes"]),
        )
