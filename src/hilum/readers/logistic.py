"""Two regressions for a handful of coefficients, finite even where the outcome is separated."""

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError

Floats = NDArray[np.float64]
MOST_STEPS = 200
LONGEST_STEP = 5.0
CLOSE_ENOUGH = 1e-8


def firth_logistic(X: Floats, y: Floats, weight: Floats) -> Floats:
    """Logistic regression with Firth's penalty.

    The penalty (Jeffreys' prior) removes the first-order bias of small samples and keeps coefficients
    finite where a
    column separates the outcomes.

    Args:
        X: (cases, columns), no constant.
        y: 0 or 1 a case.
        weight: Weight a case.

    Returns:
        Intercept and one coefficient a column.

    Raises:
        MeasureError: the columns say the same, so that coefficients cannot be told apart.

    Source:
        Firth, Biometrika 1993; Heinze & Schemper, Statistics in Medicine 2002.

    Example:
        >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0.0, 0, 1, 1])
        >>> beta = firth_logistic(X, y, np.ones(4))
        >>> bool(0 < beta[1] < 3)
        True
    """
    A = np.column_stack([np.ones(len(y)), X])
    beta = np.zeros(A.shape[1])
    value = _penalised_likelihood(A, y, weight, beta)
    for _ in range(MOST_STEPS):
        step = _firth_step(A, y, weight, beta)
        step *= min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), 1e-12))
        for _ in range(40):
            trial = _penalised_likelihood(A, y, weight, beta + step)
            if trial >= value - 1e-12:
                break
            step = step / 2
        beta, value = beta + step, trial
        if np.abs(step).max() < CLOSE_ENOUGH:
            return beta
    return beta


def _chance(A: Floats, beta: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(A @ beta, -35, 35)))


def _information(A: Floats, p: Floats, weight: Floats) -> Floats:
    return (A * (weight * p * (1 - p))[:, None]).T @ A


def _penalised_likelihood(A: Floats, y: Floats, weight: Floats, beta: Floats) -> float:
    p = _chance(A, beta)
    sign, determinant = np.linalg.slogdet(_information(A, p, weight))
    if sign <= 0:
        return -np.inf
    return float(np.sum(weight * (y * np.log(p) + (1 - y) * np.log(1 - p))) + determinant / 2)


def _firth_step(A: Floats, y: Floats, weight: Floats, beta: Floats) -> Floats:
    p = _chance(A, beta)
    information = _information(A, p, weight)
    if np.linalg.cond(information) > 1e12:
        raise MeasureError(
            "the combined readers say the same, so their weights cannot be told apart: combine fewer"
        )
    root = A * np.sqrt(weight * p * (1 - p))[:, None]
    leverage = np.einsum("ij,ij->i", root @ np.linalg.inv(information), root)
    score = A.T @ (weight * (y - p) + leverage * (0.5 - p))
    return np.linalg.solve(information, score)


def cox(X: Floats, time: Floats, event: Floats) -> Floats:
    """Cox regression, ties by Breslow, with a ridge so slight that it only matters under separation.

    Args:
        X: (cases, columns).
        time: Days of follow-up.
        event: 1 where the event ended it.

    Returns:
        One coefficient (log hazard ratio) a column.

    Source:
        Cox, JRSS B 1972; Breslow, Biometrics 1974.

    Example:
        >>> time, event = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), np.array([1.0, 1, 1, 0, 1, 0])
        >>> bool(cox(np.array([[2.0], [0.0], [1.0], [0.0], [1.0], [0.0]]), time, event)[0] > 0)
        True
    """
    order = np.argsort(-time, kind="stable")
    X, time, event = X[order], time[order], event[order]
    last_at_risk = np.searchsorted(-time, -time, side="right") - 1
    ridge = 1e-4 * len(time)
    beta = np.zeros(X.shape[1])
    for _ in range(MOST_STEPS):
        relative = np.exp(np.clip(X @ beta - np.max(X @ beta), -50, 0))
        total = np.cumsum(relative)[last_at_risk]
        mean = np.cumsum(relative[:, None] * X, axis=0)[last_at_risk] / total[:, None]
        square = np.cumsum(relative[:, None, None] * X[:, :, None] * X[:, None, :], axis=0)[last_at_risk]
        spread = square / total[:, None, None] - mean[:, :, None] * mean[:, None, :]
        gradient = (event[:, None] * (X - mean)).sum(axis=0) - ridge * beta
        information = (event[:, None, None] * spread).sum(axis=0) + ridge * np.eye(X.shape[1])
        step = np.linalg.solve(information, gradient)
        step *= min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        beta = beta + step
        if np.abs(step).max() < CLOSE_ENOUGH:
            break
    return beta
