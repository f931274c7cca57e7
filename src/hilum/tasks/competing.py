"""Time to an event where something else may happen first: two hazards for each of several intervals."""

from collections.abc import Mapping
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
from hilum.tasks.survival import SURVIVAL_THRESHOLD
from hilum.tasks.task import Columns


@dataclass(frozen=True)
class CompetingTask:
    """Tell when an event will happen where another one may come first and make it impossible.

    Follow-up is cut into intervals as in `SurvivalTask`. For each the network gives two numbers, which with 0
    for "nothing happens" make three probabilities (softmax) for those who reach the interval: the hazards of
    the event and of the competing event (Tutz & Schmid, Modeling Discrete Time-to-Event Data, 2016; the joint
    cousin is DeepHit, Lee et al., AAAI 2018). A case counts in every interval that it came through and in the
    one in which it ended; a censored case counts as having come through an interval when it was followed
    beyond its middle.

    The readings are cumulative incidences: `risk_<days>d` is the probability that the event happens by the
    horizon, the other not having come first, and `risk` its mean over the grid's time. Where nothing competes
    both are those of `SurvivalTask`.

    Attributes:
        edges_days: ends of the intervals, ascending; the first begins at 0.
        horizons_days: each one is an edge.

    Example:
        >>> task = CompetingTask((10.0, 30.0), (30.0,))
        >>> task.outputs, task.columns
        (4, ('risk', 'risk_30d'))
        >>> task.targets(pd.DataFrame({"time": [12.0, 25.0, 5.0], "event": [1, 0, 2]})).tolist()
        [[1.0, 0.0, 0.0, 1.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 1.0, 0.0]]
    """

    edges_days: tuple[float, ...]
    horizons_days: tuple[float, ...] = ()

    kind: ClassVar[str] = "survival"
    form: ClassVar[str] = "competing"
    monitor_name: ClassVar[str] = "harrell_c"
    statement: ClassVar[TaskStatement] = TaskStatement(
        name="Survival: competing events",
        asked="An event of 2 among the training cases, where survival is learnt by hazards.",
        target="For each interval of follow-up whether the case came through it, and whether the event or "
        "the competing event happened in it; a censored case counts as having come through an interval when "
        "it was followed beyond its middle.",
        head="Two outputs an interval; with 0 for nothing, the three are made probabilities by softmax.",
        loss="Minus the discrete-time log-likelihood of each case over both kinds of event (Tutz & Schmid "
        "2016).",
        prediction="`risk_<days>d`, the cumulative incidence of the event by each horizon, and `risk`, its "
        "mean over the time of the grid.",
        measures=("harrell_c", "auc_t", "brier_t", "o_e", "cumulative_incidence_t"),
        threshold_rule=SURVIVAL_THRESHOLD,
    )

    @property
    def intervals(self) -> int:
        """How many intervals there are."""
        return len(self.edges_days)

    @property
    def outputs(self) -> int:
        """Two an interval: first those of the event, then those of the competing event."""
        return 2 * self.intervals

    @property
    def columns(self) -> tuple[str, ...]:
        """`risk`, and `risk_<days>d` for each horizon."""
        return ("risk", *(f"risk_{days:g}d" for days in self.horizons_days))

    def targets(self, cases: pd.DataFrame) -> NDArray[np.float32]:
        """(n, 3 x intervals): whether the case came through, had the event, had the competing event.

        Raises:
            ModelError: a time or an event is unknown.
        """
        time, event = known_follow_up(cases)
        ends = np.array(self.edges_days)
        begins = np.concatenate([[0.0], ends[:-1]])
        ended = event[:, None] > 0
        through = np.where(ended, time[:, None] > ends, time[:, None] >= (begins + ends) / 2)
        inside = ended & (time[:, None] <= ends) & ((time[:, None] > begins) | (begins == 0))
        kinds = [inside & (event[:, None] == kind) for kind in (1, 2)]
        return np.concatenate([through, *kinds], axis=1).astype(np.float32)

    def groups(self, targets: NDArray[np.float32]) -> NDArray[np.int64]:
        """1 where the event happened within the grid, 2 where the competing event did."""
        event, competing = (targets[:, k * self.intervals : (k + 1) * self.intervals] for k in (1, 2))
        found: NDArray[np.int64] = (event.sum(axis=1) + 2 * competing.sum(axis=1)).astype(np.int64)
        return found

    def weighted_for(self, targets: NDArray[np.float32]) -> "CompetingTask":  # noqa: ARG002  # every task has it
        """The task stays as it is: whole cases are weighted."""
        return self

    def balanced_for(self, targets: NDArray[np.float32]) -> "CompetingTask":  # noqa: ARG002  # every task has it
        """The hazards of a balanced training cannot be set back exactly; the task stays as it is."""
        return self

    def start(self, targets: NDArray[np.float32], *, balanced: bool) -> NDArray[np.float32]:  # noqa: ARG002  # as above
        """The outputs whose cumulative incidence is that of all cases together.

        Where an interval has no event of a kind, they are those of half an event among all cases.
        """
        counts = targets.sum(axis=0, dtype=np.float64).reshape(3, self.intervals)
        through = np.maximum(counts[0], 0.5)
        odds = np.where(counts[1:] > 0, counts[1:] / through, 0.5 / (len(targets) + 0.5))
        return np.log(odds).reshape(-1).astype(np.float32)

    def loss(self, outputs: Tensor, targets: Tensor, smoothing: float = 0.0) -> Tensor:  # noqa: ARG002  # as above
        """Minus the log-likelihood of each case; smoothing has no meaning here and is not applied."""
        # The softmax over (nothing, event, competing event), in each interval that the case reached.
        log_chances = functional.log_softmax(_with_nothing(outputs, self.intervals), dim=1)
        return -(targets.reshape(len(targets), 3, self.intervals) * log_chances).sum(dim=(1, 2))

    def predict(self, outputs: NDArray[np.float32]) -> Columns:
        """Cumulative incidences of the event."""
        logits = torch.from_numpy(outputs.astype(np.float64))
        chances = functional.softmax(_with_nothing(logits, self.intervals), dim=1).numpy()
        through = np.cumprod(chances[:, 0], axis=1)
        reached = np.concatenate([np.ones((len(through), 1)), through[:, :-1]], axis=1)
        # A sum of many shares may pass 1 by the last digit.
        happened = np.minimum(np.cumsum(reached * chances[:, 1], axis=1), 1.0)
        return risk_columns(happened, self.edges_days, self.horizons_days)

    def monitor(self, predictions: Columns, cases: pd.DataFrame) -> float:
        """Harrell's C of `risk`; a case with a competing event outlives all that have the event (Wolbers)."""
        return concordance(predictions, cases)

    def to_json(self) -> dict[str, Any]:
        """Kind, form, edges and horizons."""
        return {
            "kind": self.kind,
            "form": self.form,
            "edges_days": list(self.edges_days),
            "horizons_days": list(self.horizons_days),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "CompetingTask":
        """Read what `to_json` wrote."""
        return cls(
            tuple(float(value) for value in content["edges_days"]),
            tuple(float(value) for value in content["horizons_days"]),
        )


def _with_nothing(outputs: Tensor, intervals: int) -> Tensor:
    """(n, 3, intervals): 0 for nothing, then the outputs of the event and of the competing event."""
    two = outputs.reshape(len(outputs), 2, intervals)
    return torch.cat([torch.zeros_like(two[:, :1]), two], dim=1)
