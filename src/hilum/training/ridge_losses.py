"""What a linear head is fitted to: classes, findings or numbers, each as a sum over cases."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# From the head's outputs (n, outputs) of all cases: minus the log-likelihood of each part (parts,), and its
# gradient (n, outputs), which is 0 for cases that are left out.
Objective = Callable[[Floats], tuple[Floats, Floats]]


class HeadLoss(Protocol):
    """A loss that is convex in the outputs of a linear head.

    Attributes:
        parts: (outputs,) to which part each output belongs; each part has a penalty of its own.
        intercept: whether there is one.
    """

    @property
    def parts(self) -> NDArray[np.int64]:
        """(outputs,) to which part each output belongs, from 0."""

    @property
    def intercept(self) -> bool:
        """Whether adding a number to an output means anything."""

    def start(self) -> Floats:
        """(outputs,) the best intercepts where nothing is seen."""

    def curvature(self) -> Floats:
        """(outputs,) second derivative of the loss there, summed over all cases."""

    def among(self, kept: NDArray[np.bool_]) -> Objective:
        """The loss of some cases alone."""


@dataclass(frozen=True)
class LogisticLoss:
    """Two classes, or several findings: each output is the logit of its own probability.

    Attributes:
        targets: (n, outputs) 1, 0, and NaN where it is not known.

    Example:
        >>> loss = LogisticLoss(np.array([[1.0], [0.0], [np.nan]]))
        >>> loss.among(np.array([True, True, True]))(np.zeros((3, 1)))
        (array([1.3862...]), array([[-0.5], [ 0.5], [ 0. ]]))
    """

    targets: Floats

    @property
    def parts(self) -> NDArray[np.int64]:
        """Each output by itself."""
        return np.arange(self.targets.shape[1])

    @property
    def intercept(self) -> bool:
        """There is one."""
        return True

    def start(self) -> Floats:
        """The log odds among the cases in which it is known."""
        there, absent = (self.targets == 1).sum(axis=0), (self.targets == 0).sum(axis=0)
        odds: Floats = np.log((there + 0.5) / (absent + 0.5))
        return odds

    def curvature(self) -> Floats:
        """Known cases by p (1 - p)."""
        known = np.isfinite(self.targets).sum(axis=0)
        share = 1 / (1 + np.exp(-self.start()))
        sums: Floats = np.maximum(known * share * (1 - share), 1e-3)
        return sums

    def among(self, kept: NDArray[np.bool_]) -> Objective:
        """Cross-entropy; an output whose kept cases are all alike is left out, since nothing bounds it."""
        known = np.isfinite(self.targets) & kept[:, None]
        label = np.where(known, self.targets, 0.0)
        there = label.sum(axis=0)
        counts = known & ((there > 0) & (there < known.sum(axis=0)))

        def objective(outputs: Floats) -> tuple[Floats, Floats]:
            losses = np.where(counts, np.logaddexp(0, outputs) - label * outputs, 0.0)
            chance = 1 / (1 + np.exp(-np.clip(outputs, -500, 500)))
            return losses.sum(axis=0), np.where(counts, chance - label, 0.0)

        return objective


@dataclass(frozen=True)
class SoftmaxLoss:
    """Three or more classes that exclude each other.

    Attributes:
        targets: (n, classes) one 1 a row.

    Example:
        >>> loss = SoftmaxLoss(np.eye(3))
        >>> loss.among(np.array([True, True, True]))(np.zeros((3, 3)))[0]
        array([3.2958...])
    """

    targets: Floats

    @property
    def parts(self) -> NDArray[np.int64]:
        """All outputs together."""
        return np.zeros(self.targets.shape[1], np.int64)

    @property
    def intercept(self) -> bool:
        """There is one for each class."""
        return True

    def start(self) -> Floats:
        """The log frequency of each class."""
        counts = self.targets.sum(axis=0) + 0.5
        logs: Floats = np.log(counts / counts.sum())
        return logs

    def curvature(self) -> Floats:
        """Cases by p (1 - p)."""
        share = np.exp(self.start())
        sums: Floats = np.maximum(len(self.targets) * share * (1 - share), 1e-3)
        return sums

    def among(self, kept: NDArray[np.bool_]) -> Objective:
        """Cross-entropy."""
        counts = kept[:, None]

        def objective(outputs: Floats) -> tuple[Floats, Floats]:
            shifted = outputs - outputs.max(axis=1, keepdims=True)
            logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
            loss = -np.where(counts, self.targets * logs, 0.0).sum()
            return np.array([loss]), np.where(counts, np.exp(logs) - self.targets, 0.0)

        return objective


@dataclass(frozen=True)
class SquaredLoss:
    """Numbers.

    Attributes:
        targets: (n, 1).

    Example:
        >>> SquaredLoss(np.array([[1.0], [3.0]])).among(np.array([True, True]))(np.zeros((2, 1)))
        (array([5.]), array([[-1.], [-3.]]))
    """

    targets: Floats

    @property
    def parts(self) -> NDArray[np.int64]:
        """The only output."""
        return np.zeros(1, np.int64)

    @property
    def intercept(self) -> bool:
        """There is one."""
        return True

    def start(self) -> Floats:
        """The mean."""
        mean: Floats = self.targets.mean(axis=0)
        return mean

    def curvature(self) -> Floats:
        """The number of cases."""
        return np.array([float(len(self.targets))])

    def among(self, kept: NDArray[np.bool_]) -> Objective:
        """Half the sum of squares."""
        counts = kept[:, None]

        def objective(outputs: Floats) -> tuple[Floats, Floats]:
            difference = np.where(counts, outputs - self.targets, 0.0)
            return np.array([(difference**2).sum() / 2]), difference

        return objective
