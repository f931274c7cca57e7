"""Whether an event happens by one day, where follow-up ends before it for some cases."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from hilum.cohorts.outcome_at_horizon import at_horizon
from hilum.errors import MeasureError, ModelError
from hilum.evaluation import FollowUp, auc_t
from hilum.tasks.risks import known_follow_up
from hilum.tasks.statement import TaskStatement
from hilum.tasks.task import Columns


@dataclass(frozen=True)
class HorizonTask:
    """Tell whether an event happens by one horizon (Uno et al., JASA 2007; Vock et al., 2016).

    The network gives one logit. A case that was lost before the horizon may or may not have had the event by
    then: it weighs 0, and the others stand for it, each weighted by 1 over the probability of being followed
    so long, 1/G(t-) for one that ended on day t and 1/G(horizon-) for one followed to the horizon; G is the
    Kaplan-Meier estimate among the cases that are learnt from. A competing event by the horizon is a 0 with
    its weight: the event can no longer happen, and the risk is the cumulative incidence. Whoever is lost must
    not be lost because of what the image shows; where that may be, hazards are learnt more safely.

    Attributes:
        horizon_days: the horizon.
        log_prior: what is added to the logit on prediction, where training drew events more often.

    Example:
        >>> task = HorizonTask(30.0)
        >>> task.outputs, task.columns
        (1, ('risk', 'risk_30d'))
        >>> cases = pd.DataFrame({"time": [5.0, 10.0, 40.0, 40.0], "event": [1, 0, 0, 0]})
        >>> task.targets(cases).tolist()
        [[1.0, 1.0], [0.0, 0.0], [0.0, 1.5], [0.0, 1.5]]
    """

    horizon_days: float
    log_prior: float = 0.0

    kind: ClassVar[str] = "survival"
    form: ClassVar[str] = "horizon"
    monitor_name: ClassVar[str] = "auc_t"
    statement: ClassVar[TaskStatement] = TaskStatement(
        name="Survival: one horizon",
        asked='`survival = "horizon"` in `[readers.training]`, with exactly one horizon in `[task]`.',
        target="Whether the event happened by the horizon, and the case's weight: 0 where follow-up ended "
        "before, else 1 over the Kaplan-Meier probability of being followed so long. A competing event "
        "before the horizon is a 0 with its weight.",
        head="One logit.",
        loss="Cross-entropy of each case times its weight (Uno 2007; Vock 2016).",
        prediction="`risk_<days>d`, the probability of the event by the horizon, and `risk`, the same.",
        measures=("auc_t", "harrell_c", "brier_t", "calibration_slope", "o_e"),
        threshold_rule="Youden's index on the validation part, of `risk_<days>d` among the cases whose "
        "status is known at the horizon.",
    )

    @property
    def outputs(self) -> int:
        """One logit."""
        return 1

    @property
    def columns(self) -> tuple[str, ...]:
        """`risk` and `risk_<days>d`, the same number."""
        return ("risk", f"risk_{self.horizon_days:g}d")

    @classmethod
    def of(
        cls, time: NDArray[np.float64], event: NDArray[np.float64], horizons_days: tuple[float, ...]
    ) -> "HorizonTask":
        """The task of some training cases.

        Args:
            time: (n,) days of follow-up.
            event: (n,) 1 the event, 2 a competing event, 0 lost.
            horizons_days: must be one.

        Raises:
            ModelError: there is not one horizon, or no case is known to have, or to be without, the event by
                then.

        Example:
            >>> HorizonTask.of(np.array([5.0, 40.0]), np.array([1.0, 0.0]), (30.0, 90.0))
            Traceback (most recent call last):
            hilum.errors.ModelError: survival = "horizon" learns one horizon, and [task] names 2: leave one,
            or write survival = "hazard"
        """
        if len(horizons_days) != 1:
            named = f"names {len(horizons_days)}: leave one" if horizons_days else "names none: add one"
            raise ModelError(
                f'survival = "horizon" learns one horizon, and [task] {named}, or write survival = "hazard"'
            )
        horizon = float(horizons_days[0])
        y, weight = at_horizon(time, event, horizon)
        for label, words in ((1, "had the event"), (0, "is known to be without the event")):
            if not ((y == label) & (weight > 0)).any():
                raise ModelError(
                    f"no training case {words} by day {horizon:g}: choose another horizon or add cases"
                )
        return cls(horizon)

    def targets(self, cases: pd.DataFrame) -> NDArray[np.float32]:
        """(n, 2): whether the event happened by the horizon, and the weight, from follow-up of these cases.

        Raises:
            ModelError: a time or an event is unknown.
        """
        time, event = known_follow_up(cases)
        return np.column_stack(at_horizon(time, event, self.horizon_days)).astype(np.float32)

    def groups(self, targets: NDArray[np.float32]) -> NDArray[np.int64]:
        """1 where the event happened by the horizon."""
        return (targets[:, 0] > 0.5).astype(np.int64)

    def weighted_for(self, targets: NDArray[np.float32]) -> "HorizonTask":  # noqa: ARG002  # every task has it
        """The task stays as it is: whole cases are weighted."""
        return self

    def balanced_for(self, targets: NDArray[np.float32]) -> "HorizonTask":
        """Remember how much rarer the event is than training had it, to give probabilities at that share."""
        return replace(self, log_prior=self._log_ratio(targets))

    def start(self, targets: NDArray[np.float32], *, balanced: bool) -> NDArray[np.float32]:
        """The log odds of the weighted share with the event, as training will see it."""
        weight = targets[:, 1].astype(np.float64)
        with_event = float((weight * targets[:, 0]).sum())
        odds = math.log((with_event + 0.5) / (float(weight.sum()) - with_event + 0.5))
        return np.array([odds - (self._log_ratio(targets) if balanced else 0.0)], np.float32)

    def loss(self, outputs: Tensor, targets: Tensor, smoothing: float = 0.0) -> Tensor:
        """Cross-entropy of each case times its weight; `smoothing` as for two classes."""
        soft = targets[:, 0] * (1 - smoothing) + smoothing / 2
        losses = functional.binary_cross_entropy_with_logits(outputs[:, 0], soft, reduction="none")
        return losses * targets[:, 1]

    def predict(self, outputs: NDArray[np.float32]) -> Columns:
        """The probability of the event by the horizon."""
        logits = np.clip(outputs[:, 0].astype(np.float64) + self.log_prior, -500, 500)
        risk = 1 / (1 + np.exp(-logits))
        return dict.fromkeys(self.columns, risk)

    def monitor(self, predictions: Columns, cases: pd.DataFrame) -> float:
        """AUC(t) at the horizon, weighted for censoring as in evaluation."""
        follow_up = FollowUp.of(cases["time"].to_numpy(np.float64), cases["event"].to_numpy(np.float64))
        try:
            value = auc_t(predictions["risk"], follow_up, self.horizon_days).value
        except MeasureError:
            return float("nan")
        return float("nan") if value is None else value

    def to_json(self) -> dict[str, Any]:
        """Kind, form, horizon and prior."""
        return {
            "kind": self.kind,
            "form": self.form,
            "horizon_days": self.horizon_days,
            "log_prior": self.log_prior,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "HorizonTask":
        """Read what `to_json` wrote."""
        return cls(float(content["horizon_days"]), float(content["log_prior"]))

    def _log_ratio(self, targets: NDArray[np.float32]) -> float:
        """Log of cases in the group of the event by cases in the other one; both were drawn equally often."""
        counts = np.bincount(self.groups(targets), minlength=2)
        return math.log(max(counts[1], 0.5) / max(counts[0], 0.5))
