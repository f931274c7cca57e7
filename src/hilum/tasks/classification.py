"""Two or more classes: one logit for two, softmax for more."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from hilum.errors import MeasureError, ModelError
from hilum.evaluation import auroc
from hilum.tasks.statement import TaskStatement
from hilum.tasks.task import Columns


@dataclass(frozen=True)
class ClassificationTask:
    """Tell classes apart.

    With two classes the network gives one logit and the reading is `score`, the probability of the positive
    class. With more it gives one output a class, and the readings are `score_<class>`, which sum to 1. Where
    training drew the classes equally often, the probabilities are set back to how often they occur (Saerens
    2002).

    Attributes:
        classes: all classes, the positive one last where there are two.
        log_priors: what is added to each class's output on prediction; empty = nothing.

    Example:
        >>> task = ClassificationTask(("normal", "pneumonia"))
        >>> task.outputs, task.columns
        (1, ('score',))
        >>> task.targets(pd.DataFrame({"label": ["pneumonia", "normal"]})).tolist()
        [[1.0], [0.0]]
    """

    classes: tuple[str, ...]
    log_priors: tuple[float, ...] = ()

    kind: ClassVar[str] = "classification"
    monitor_name: ClassVar[str] = "auroc"
    statement: ClassVar[TaskStatement] = TaskStatement(
        name="Classification",
        asked="`label` in `[task]`, or a folder of images whose sub-folders are the labels.",
        target="The case's class.",
        head="One logit for two classes, that of the positive one; one output a class for more.",
        loss="Cross-entropy of each case.",
        prediction="`score`, the probability of the positive class; with more than two classes "
        "`score_<class>`, which sum to 1. Where training drew the classes equally often, or weighted them, "
        "the probabilities are set back to how often the classes occur.",
        measures=("auroc", "auprc", "sensitivity", "specificity", "ppv", "npv", "accuracy", "brier"),
        threshold_rule="Youden's index on the validation part; with more than two classes the most probable "
        "class is called, without a threshold.",
    )

    @property
    def binary(self) -> bool:
        """Whether there are two classes."""
        return len(self.classes) == 2

    @property
    def outputs(self) -> int:
        """One logit for two classes, one output a class for more."""
        return 1 if self.binary else len(self.classes)

    @property
    def columns(self) -> tuple[str, ...]:
        """`score`, or `score_<class>` for each class."""
        return ("score",) if self.binary else tuple(f"score_{name}" for name in self.classes)

    def targets(self, cases: pd.DataFrame) -> NDArray[np.float32]:
        """1 for the positive class, or one 1 a row at the class's place.

        Raises:
            ModelError: a label is none of the classes.
        """
        codes = pd.Categorical(cases["label"].astype(str), categories=list(self.classes)).codes.astype(
            np.int64
        )
        if (codes < 0).any():
            raise ModelError(
                f"{int((codes < 0).sum())} cases have a label that is none of {', '.join(self.classes)}"
            )
        if self.binary:
            return codes[:, None].astype(np.float32)
        return np.eye(len(self.classes), dtype=np.float32)[codes]

    def groups(self, targets: NDArray[np.float32]) -> NDArray[np.int64]:
        """The class of each case."""
        return (
            (targets[:, 0] > 0.5).astype(np.int64) if self.binary else targets.argmax(axis=1).astype(np.int64)
        )

    def weighted_for(self, targets: NDArray[np.float32]) -> "ClassificationTask":  # noqa: ARG002  # every task has it
        """The task stays as it is: whole cases are weighted."""
        return self

    def balanced_for(self, targets: NDArray[np.float32]) -> "ClassificationTask":
        """Remember how often each class occurs, to give probabilities at that frequency."""
        counts = np.bincount(self.groups(targets), minlength=len(self.classes))
        priors = np.log(np.maximum(counts, 0.5) / counts.sum())
        return replace(self, log_priors=tuple(float(value) for value in priors))

    def start(self, targets: NDArray[np.float32], *, balanced: bool) -> NDArray[np.float32]:
        """Log odds of the positive class, or log frequency of each class; 0 where training is balanced."""
        if balanced:
            return np.zeros(self.outputs, np.float32)
        counts = np.bincount(self.groups(targets), minlength=len(self.classes)) + 0.5
        logs = np.log(counts / counts.sum())
        return np.array([logs[1] - logs[0]] if self.binary else logs, np.float32)

    def loss(self, outputs: Tensor, targets: Tensor, smoothing: float = 0.0) -> Tensor:
        """Cross-entropy of each case; `smoothing` spreads that part of a label over all classes."""
        if self.binary:
            soft = targets * (1 - smoothing) + smoothing / 2
            return functional.binary_cross_entropy_with_logits(outputs, soft, reduction="none")[:, 0]
        soft = targets * (1 - smoothing) + smoothing / len(self.classes)
        return -(soft * functional.log_softmax(outputs, dim=1)).sum(dim=1)

    def predict(self, outputs: NDArray[np.float32]) -> Columns:
        """Probabilities."""
        logits = outputs.astype(np.float64)
        if self.binary:
            shift = self.log_priors[1] - self.log_priors[0] if self.log_priors else 0.0
            return {"score": 1 / (1 + np.exp(-np.clip(logits[:, 0] + shift, -500, 500)))}
        logits = logits + (np.array(self.log_priors) if self.log_priors else 0.0)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = powers / powers.sum(axis=1, keepdims=True)
        return {column: shares[:, place] for place, column in enumerate(self.columns)}

    def monitor(self, predictions: Columns, cases: pd.DataFrame) -> float:
        """AUROC of the positive class; with more classes the mean over classes, each against the rest."""
        labels = cases["label"].astype(str).to_numpy()
        areas = []
        for column, name in zip(self.columns, self.classes[-len(self.columns) :], strict=True):
            try:
                areas.append(auroc(predictions[column], (labels == name).astype(np.int64)).value)
            except MeasureError:
                continue
        known = [area for area in areas if area is not None]
        return float(np.mean(known)) if known else float("nan")

    def to_json(self) -> dict[str, Any]:
        """Kind, classes and priors."""
        return {"kind": self.kind, "classes": list(self.classes), "log_priors": list(self.log_priors)}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "ClassificationTask":
        """Read what `to_json` wrote."""
        return cls(
            tuple(str(name) for name in content["classes"]),
            tuple(float(value) for value in content["log_priors"]),
        )
