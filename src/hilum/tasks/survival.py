"""Time to an event: a hazard for each of several intervals (discrete-time logistic hazard)."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from hilum.tasks.risks import concordance, known_follow_up, risk_columns
from hilum.tasks.statement import TaskStatement
from hilum.tasks.task import Columns

SURVIVAL_MEASURES = ("harrell_c", "uno_c", "auc_t", "brier_t", "calibration_slope", "o_e", "survival_t")
SURVIVAL_THRESHOLD = (
    "Youden's index on the validation part, of `risk_<days>d` at the first horizon among the cases whose "
    "status is known there; without a horizon there is none."
)


@dataclass(frozen=True)
class SurvivalTask:
    """Tell when an event will happen (Gensheimer & Narasimhan, PeerJ 2019).

    Follow-up is cut into intervals; for each the network gives the logit of the hazard, the probability of
    the event in the interval for those who reach it. A case counts in every interval that it survived and in
    the one of its event; a censored case counts as having survived an interval when it was followed beyond
    its middle. The readings are `risk`, the mean of 1 - S(t) over the grid's time (the share of that time
    expected to be lost), and `risk_<days>d`, the probability of the event by each horizon.

    Attributes:
        edges_days: ends of the intervals, ascending; the first begins at 0.
        horizons_days: each one is an edge.

    Example:
        >>> task = SurvivalTask((10.0, 30.0), (30.0,))
        >>> task.outputs, task.columns
        (2, ('risk', 'risk_30d'))
        >>> task.targets(pd.DataFrame({"time": [12.0, 25.0], "event": [1, 0]})).tolist()
        [[1.0, 0.0, 0.0, 1.0], [1.0, 1.0, 0.0, 0.0]]
    """

    edges_days: tuple[float, ...]
    horizons_days: tuple[float, ...] = ()

    kind: ClassVar[str] = "survival"
    monitor_name: ClassVar[str] = "harrell_c"
    statement: ClassVar[TaskStatement] = TaskStatement(
        name="Survival: a hazard in every interval",
        asked='`time_days` or `time_years` with `event` in `[task]`; `survival = "hazard"`, the default.',
        target="For each interval of follow-up whether the case survived it and whether the event happened "
        "in it; a censored case counts as having survived an interval when it was followed beyond its "
        "middle.",
        head="One logit an interval, of the hazard: the probability of the event there for those who reach "
        "it. There are up to twelve intervals with about as many events each, and an end at every horizon.",
        loss="Minus the discrete-time log-likelihood of each case (Gensheimer & Narasimhan 2019).",
        prediction="`risk_<days>d`, the probability of the event by each horizon, and `risk`, its mean over "
        "the time of the grid.",
        measures=SURVIVAL_MEASURES,
        threshold_rule=SURVIVAL_THRESHOLD,
    )

    @property
    def outputs(self) -> int:
        """One logit an interval."""
        return len(self.edges_days)

    @property
    def columns(self) -> tuple[str, ...]:
        """`risk`, and `risk_<days>d` for each horizon."""
        return ("risk", *(f"risk_{days:g}d" for days in self.horizons_days))

    def targets(self, cases: pd.DataFrame) -> NDArray[np.float32]:
        """(n, 2 x intervals): first whether the interval was survived, then whether the event happened in it.

        Raises:
            ModelError: a time or an event is unknown.
        """
        time, event = known_follow_up(cases)
        ends = np.array(self.edges_days)
        begins = np.concatenate([[0.0], ends[:-1]])
        middles = (begins + ends) / 2
        happened = event[:, None] == 1
        survived = np.where(happened, time[:, None] > ends, time[:, None] >= middles)
        in_interval = happened & (time[:, None] <= ends) & ((time[:, None] > begins) | (begins == 0))
        return np.concatenate([survived, in_interval], axis=1).astype(np.float32)

    def groups(self, targets: NDArray[np.float32]) -> NDArray[np.int64]:
        """1 where the event happened within the grid."""
        inside: NDArray[np.int64] = (targets[:, self.outputs :].sum(axis=1) > 0).astype(np.int64)
        return inside

    def weighted_for(self, targets: NDArray[np.float32]) -> "SurvivalTask":  # noqa: ARG002  # every task has it
        """The task stays as it is: whole cases are weighted."""
        return self

    def balanced_for(self, targets: NDArray[np.float32]) -> "SurvivalTask":  # noqa: ARG002  # every task has it
        """The hazards of a balanced training cannot be set back exactly; the task stays as it is."""
        return self

    def start(self, targets: NDArray[np.float32], *, balanced: bool) -> NDArray[np.float32]:  # noqa: ARG002  # as above
        """The logit of each interval's hazard among all cases: events in it by those who reached it.

        Where none happened it is that of half an event among all cases, however few reached the interval.
        """
        survived, happened = targets[:, : self.outputs].sum(axis=0), targets[:, self.outputs :].sum(axis=0)
        reached = np.where(happened > 0, survived, len(targets))
        odds: NDArray[np.float32] = np.log((happened + 0.5) / (reached + 0.5)).astype(np.float32)
        return odds

    def loss(self, outputs: Tensor, targets: Tensor, smoothing: float = 0.0) -> Tensor:  # noqa: ARG002  # as above
        """Minus the log-likelihood of each case; smoothing has no meaning here and is not applied."""
        survived, happened = targets[:, : self.outputs], targets[:, self.outputs :]
        survive = survived * functional.softplus(outputs)
        die = happened * functional.softplus(-outputs)
        return (survive + die).sum(dim=1)

    def predict(self, outputs: NDArray[np.float32]) -> Columns:
        """Probabilities of the event."""
        logits = torch.from_numpy(outputs.astype(np.float64))
        lost = 1 - torch.exp(-functional.softplus(logits).cumsum(dim=1)).numpy()
        return risk_columns(lost, self.edges_days, self.horizons_days)

    def monitor(self, predictions: Columns, cases: pd.DataFrame) -> float:
        """Harrell's C of `risk`."""
        return concordance(predictions, cases)

    def to_json(self) -> dict[str, Any]:
        """Kind, edges and horizons."""
        return {
            "kind": self.kind,
            "edges_days": list(self.edges_days),
            "horizons_days": list(self.horizons_days),
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "SurvivalTask":
        """Read what `to_json` wrote."""
        return cls(
            tuple(float(value) for value in content["edges_days"]),
            tuple(float(value) for value in content["horizons_days"]),
        )
