"""Many findings at once: one logit a finding, and a label that is not known takes no part."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from hilum.errors import MeasureError
from hilum.evaluation import auroc
from hilum.tasks.statement import TaskStatement
from hilum.tasks.task import Columns

LARGEST_WEIGHT = 50.0


@dataclass(frozen=True)
class FindingsTask:
    """Tell which of several findings are there (as CheXNeXt: Rajpurkar et al., PLoS Medicine 2018).

    The network gives one logit a finding, and the readings are `score_<finding>`, its probability. The loss
    of a case is the sum of the binary cross-entropies of its known findings, divided by the number of all
    findings: each known label counts the same, however many others of its case are not known, and an
    unknown one adds nothing to loss or gradient.

    Positive labels are not weighted unless the plan says `class_balance = "weights"`: plain cross-entropy is
    least where the probabilities are the true ones, however rare a finding is. Where they are weighted, by
    the number of negatives for a positive (at most 50), the weight's logarithm is subtracted again on
    prediction: a weight w turns the odds p / (1 - p) that fit best into w p / (1 - p).

    Attributes:
        findings: their names.
        weights: how much a positive label of each finding counts; empty = 1.

    Example:
        >>> task = FindingsTask(("mass", "nodule"))
        >>> task.outputs, task.columns
        (2, ('score_mass', 'score_nodule'))
        >>> task.targets(pd.DataFrame({"mass": [1, 0], "nodule": [None, 1]})).tolist()
        [[1.0, nan], [0.0, 1.0]]
    """

    findings: tuple[str, ...]
    weights: tuple[float, ...] = ()

    kind: ClassVar[str] = "findings"
    monitor_name: ClassVar[str] = "macro_auroc"
    statement: ClassVar[TaskStatement] = TaskStatement(
        name="Findings",
        asked="`findings` in `[task]`.",
        target="For each finding 1, 0, or not known.",
        head="One logit a finding.",
        loss="Cross-entropy of each case over its known findings; what is not known adds nothing.",
        prediction="`score_<finding>`, the probability of each finding.",
        measures=("auroc", "auprc", "sensitivity", "specificity", "brier"),
        threshold_rule="Youden's index on the validation part, for each finding its own.",
    )

    @property
    def outputs(self) -> int:
        """One logit a finding."""
        return len(self.findings)

    @property
    def columns(self) -> tuple[str, ...]:
        """`score_<finding>` for each."""
        return tuple(f"score_{name}" for name in self.findings)

    def targets(self, cases: pd.DataFrame) -> NDArray[np.float32]:
        """(n, findings): 1, 0, and NaN where it is not known."""
        return cases[list(self.findings)].to_numpy(dtype=np.float32, na_value=np.nan)

    def groups(self, targets: NDArray[np.float32]) -> NDArray[np.int64]:
        """All cases are one group: a case with several findings belongs to none of them alone."""
        return np.zeros(len(targets), np.int64)

    def weighted_for(self, targets: NDArray[np.float32]) -> "FindingsTask":
        """Let the positive labels of a finding count as much as its negative ones, up to fifty times."""
        there, absent = (targets == 1).sum(axis=0), (targets == 0).sum(axis=0)
        ratios = np.clip(absent / np.maximum(there, 1), 1 / LARGEST_WEIGHT, LARGEST_WEIGHT)
        return replace(self, weights=tuple(float(ratio) for ratio in ratios))

    def balanced_for(self, targets: NDArray[np.float32]) -> "FindingsTask":  # noqa: ARG002  # every task has it
        """Weights are undone in `predict` already."""
        return self

    def start(self, targets: NDArray[np.float32], *, balanced: bool) -> NDArray[np.float32]:  # noqa: ARG002  # as above
        """The log odds of each finding among the cases in which it is known, with its weight."""
        there, absent = (targets == 1).sum(axis=0) + 0.5, (targets == 0).sum(axis=0) + 0.5
        odds: NDArray[np.float32] = (np.log(there / absent) + self._log_weights()).astype(np.float32)
        return odds

    def loss(self, outputs: Tensor, targets: Tensor, smoothing: float = 0.0) -> Tensor:
        """Cross-entropy of each case over its known findings; `smoothing` as for two classes."""
        known = torch.isfinite(targets)
        # Unknown labels become an ordinary 0 first: 0 times NaN would be NaN, and so would its gradient.
        label = torch.where(known, targets, 0.0) * (1 - smoothing) + smoothing / 2
        weights = torch.tensor(self.weights or (1.0,) * self.outputs, device=outputs.device)
        losses = functional.binary_cross_entropy_with_logits(
            outputs, label, pos_weight=weights, reduction="none"
        )
        return torch.where(known, losses, 0.0).sum(dim=1) / self.outputs

    def predict(self, outputs: NDArray[np.float32]) -> Columns:
        """The probability of each finding."""
        logits = np.clip(outputs.astype(np.float64) - self._log_weights(), -500, 500)
        chances = 1 / (1 + np.exp(-logits))
        return {column: chances[:, place] for place, column in enumerate(self.columns)}

    def monitor(self, predictions: Columns, cases: pd.DataFrame) -> float:
        """The mean AUROC of the findings that have cases with and without them; NaN where none has."""
        areas = []
        for name, column in zip(self.findings, self.columns, strict=True):
            label = cases[name].to_numpy(dtype=np.float64, na_value=np.nan)
            known = np.isfinite(label)
            try:
                areas.append(auroc(predictions[column][known], (label[known] == 1).astype(np.int64)).value)
            except MeasureError:
                continue
        known_areas = [area for area in areas if area is not None]
        return float(np.mean(known_areas)) if known_areas else float("nan")

    def to_json(self) -> dict[str, Any]:
        """Kind, findings and weights."""
        return {"kind": self.kind, "findings": list(self.findings), "weights": list(self.weights)}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "FindingsTask":
        """Read what `to_json` wrote."""
        return cls(
            tuple(str(name) for name in content["findings"]),
            tuple(float(weight) for weight in content["weights"]),
        )

    def _log_weights(self) -> NDArray[np.float64]:
        return np.log(np.array(self.weights)) if self.weights else np.zeros(self.outputs)
