"""Logistic regression by Newton's method, with each case's influence: what calibration rests on."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from hilum.evaluation.common.estimates import Floats

STEPS = 50


@dataclass(frozen=True)
class LogisticFit:
    """Coefficients, the inverse of the information, and what each case adds to the score equations.

    Example:
        >>> fit = LogisticFit.of(np.ones((4, 1)), np.zeros(4), np.array([1.0, 1.0, 1.0, 0.0]))
        >>> fit.beta.round(4), fit.influence.sum().round(6)
        (array([1.0986]), np.float64(0.0))
    """

    beta: Floats
    inverse: Floats
    scores: Floats

    @property
    def influence(self) -> Floats:
        """(coefficients, n) change of each coefficient when a case's weight rises by one.

        Example:
            >>> fit = LogisticFit.of(np.ones((2, 1)), np.zeros(2), np.array([1.0, 0.0]))
            >>> fit.influence
            array([[ 1., -1.]])
        """
        change: Floats = self.inverse @ self.scores
        return change

    @classmethod
    def of(cls, design: Floats, offset: Floats, target: Floats) -> "LogisticFit | None":
        """Maximum likelihood; None where there is no finite or no single solution.

        Args:
            design: (n, k) columns.
            offset: (n,) what is added with coefficient 1.
            target: (n,) outcomes between 0 and 1.

        Example:
            >>> LogisticFit.of(np.array([[-1.0], [1.0]]), np.zeros(2), np.array([0.0, 1.0])) is None
            True
        """
        beta = np.zeros(design.shape[1])
        for _ in range(STEPS):
            mean = expit(design @ beta + offset)
            information = (design * (mean * (1 - mean))[:, None]).T @ design
            if np.linalg.cond(information) > 1e12 or not information.any():
                return None
            residual = target - mean
            step = np.linalg.solve(information, design.T @ residual)
            beta = beta + np.clip(step, -5, 5)
            if np.abs(step).max() < 1e-10:
                inverse: Floats = np.asarray(np.linalg.inv(information), dtype=np.float64)
                return cls(beta, inverse, (design * residual[:, None]).T)
        return None
