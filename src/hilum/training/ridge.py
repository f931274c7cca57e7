"""A linear head with a ridge penalty, the penalty chosen by cross-validation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize

from hilum.training.ridge_losses import Floats, HeadLoss, Objective

# Penalties that are tried, strongest first, as multiples of the loss's curvature: at 1 a feature of unit
# variance alone is shrunk by half.
PENALTIES = tuple(10.0**power for power in np.arange(3.0, -4.1, -0.5).tolist())
# Where there are too few cases to choose.
UNCHOSEN = 10.0
_PATIENCE = 3
_TRIED, _FINAL = 3e-3, 1e-5


@dataclass(frozen=True)
class RidgeFit:
    """A fitted head.

    Attributes:
        weights: (features, outputs).
        intercept: (outputs,) 0 where the loss has none.
        penalties: (parts,) lambda: minus the log-likelihood + lambda / 2 x the squared weights is least.
        relative: (parts,) the same divided by the loss's curvature, one of `PENALTIES`.
        tried: (tried penalties, parts) the cross-validated loss a case of each; empty without folds.
        folds: how many there were; 0 = the penalty was not chosen.
        left_out: (n, outputs) what each case gets from the head that did not see it; None without folds.
    """

    weights: Floats
    intercept: Floats
    penalties: Floats
    relative: Floats
    tried: Floats
    folds: int
    left_out: Floats | None = None

    def outputs(self, features: Floats) -> Floats:
        """The head's outputs, (n, outputs)."""
        found: Floats = features @ self.weights + self.intercept
        return found


@dataclass
class _Heads:
    """Heads that are fitted side by side: weights (features, heads, outputs), intercepts (heads, outputs)."""

    weights: Floats
    intercepts: Floats


def fit_ridge(
    features: NDArray[np.float32] | Floats,
    loss: HeadLoss,
    fold: NDArray[np.int64] | None = None,
    told: Callable[[int, int], None] = lambda done, total: None,  # noqa: ARG005  # nobody watches
) -> RidgeFit:
    """Fit a head, its penalty chosen by the cross-validated likelihood.

    From strong to weak penalties, the heads of all folds and the one of all cases are fitted together, each
    from where it was before. What a left-out case adds to the log-likelihood is judged as l(all) - l(kept) at
    the weights of the kept cases; for losses that are sums over cases that is the left-out cases' own
    log-likelihood, and for the partial likelihood it is the cross-validated one of Verweij and van
    Houwelingen.

    Args:
        features: (n, features), mean 0; best along their principal axes, which makes it fast.
        loss: of the head's outputs.
        fold: (n,) fold of each case, from 0; None = the penalty is not chosen but strong.
        told: after each penalty how many were tried, and of how many.

    Returns:
        The fit.

    Reference:
        Verweij & van Houwelingen, Statistics in Medicine 1993.

    Example:
        >>> from hilum.training.ridge_losses import SquaredLoss
        >>> x = np.array([[-1.0], [0.0], [1.0], [-1.0], [0.0], [1.0]])
        >>> fit = fit_ridge(x, SquaredLoss(2 * x + 5), np.array([0, 0, 0, 1, 1, 1]))
        >>> float(fit.weights[0, 0].round(2)), float(fit.intercept[0].round(2))
        (2.0, 5.0)
    """
    everybody = np.ones(len(features), np.bool_)
    whole = loss.among(everybody)
    if fold is None:
        relative = np.full(int(loss.parts.max()) + 1, UNCHOSEN)
        heads = _start(features.shape[1], loss, 1)
        return _finish(features, loss, [heads], np.zeros((0, len(relative))), relative, 0)
    folds = int(fold.max()) + 1
    objectives = [*(loss.among(fold != number) for number in range(folds)), whole]
    heads = _start(features.shape[1], loss, folds + 1)
    path: list[_Heads] = []
    tried: list[Floats] = []
    left_out = np.zeros((len(features), len(loss.parts)))
    for number, penalty in enumerate(PENALTIES, start=1):
        heads = _solve(features, loss, objectives, np.full(len(loss.parts), penalty), heads, _TRIED)
        path.append(_Heads(heads.weights[:, -1:], heads.intercepts[-1:]))
        outputs = _outputs(features, heads)
        tried.append(_left_out_loss(outputs, objectives) / len(features))
        best = np.array(tried).argmin(axis=0)
        better = (best == number - 1)[loss.parts]
        left_out[:, better] = outputs[np.arange(len(features)), fold][:, better]
        told(number, len(PENALTIES))
        if (number - 1 - best >= _PATIENCE).all():
            break
    told(len(PENALTIES), len(PENALTIES))
    begins, chosen = [path[int(place)] for place in best], np.array(PENALTIES)[best]
    return replace(_finish(features, loss, begins, np.array(tried), chosen, folds), left_out=left_out)


def fit_with_penalty(features: NDArray[np.float32] | Floats, loss: HeadLoss, penalties: Floats) -> RidgeFit:
    """Fit a head with given penalties.

    Args:
        features: (n, features), mean 0.
        loss: of the head's outputs.
        penalties: (parts,) lambda of each part; 0 = none.

    Returns:
        The fit.

    Example:
        >>> from hilum.training.ridge_losses import SquaredLoss
        >>> x = np.array([[-1.0], [0.0], [1.0]])
        >>> float(fit_with_penalty(x, SquaredLoss(2 * x), np.array([2.0])).weights[0, 0].round(6))
        1.0
    """
    relative = penalties / _of_parts(loss.curvature(), loss)
    begin = _start(features.shape[1], loss, 1)
    return _finish(features, loss, [begin], np.zeros((0, len(relative))), relative, 0)


def _finish(  # noqa: PLR0917  # what is fitted, from where, and what was found on the way
    features: NDArray[np.float32] | Floats,
    loss: HeadLoss,
    begins: Sequence[_Heads],
    tried: Floats,
    relative: Floats,
    folds: int,
) -> RidgeFit:
    """Fit all cases to the end, each part from its own beginning and with its own penalty."""
    parts = loss.parts if len(begins) > 1 else np.zeros_like(loss.parts)
    heads = _Heads(
        np.stack([begins[part].weights[:, :, k] for k, part in enumerate(parts)], axis=2),
        np.stack([begins[part].intercepts[:, k] for k, part in enumerate(parts)], axis=1),
    )
    everybody = loss.among(np.ones(len(features), np.bool_))
    heads = _solve(features, loss, [everybody], relative[loss.parts], heads, _FINAL)
    penalties = relative * _of_parts(loss.curvature(), loss)
    return RidgeFit(heads.weights[:, 0], heads.intercepts[0], penalties, relative, tried, folds)


def _start(width: int, loss: HeadLoss, heads: int) -> _Heads:
    start = loss.start()
    return _Heads(np.zeros((width, heads, len(start))), np.tile(start, (heads, 1)))


def _of_parts(curvature: Floats, loss: HeadLoss) -> Floats:
    """The mean curvature of each part's outputs."""
    return np.bincount(loss.parts, weights=curvature) / np.bincount(loss.parts)


def _solve(  # noqa: PLR0917  # what is fitted, from where, and how exactly
    features: NDArray[np.float32] | Floats,
    loss: HeadLoss,
    objectives: Sequence[Objective],
    relative: Floats,
    begin: _Heads,
    precision: float,
) -> _Heads:
    """Minimise the penalised losses of several heads together, by L-BFGS.

    Each weight is measured in units in which the curvature at the start is 1: along principal axes little
    but a sphere is left to go down.
    """
    curvature = loss.curvature()
    penalty = relative * _of_parts(curvature, loss)[loss.parts]
    squares = np.einsum("ij,ij->j", features, features, dtype=np.float64) / len(features)
    unit = 1 / np.sqrt(np.maximum(squares[:, None] * curvature + penalty, 1e-12))
    shift = 1 / np.sqrt(curvature) if loss.intercept else np.zeros(len(curvature))
    shape = begin.weights.shape
    size = begin.weights.size

    def heads(point: Floats) -> _Heads:
        return _Heads(point[:size].reshape(shape) * unit[:, None], point[size:].reshape(shape[1:]) * shift)

    def value(point: Floats) -> tuple[float, Floats]:
        now = heads(point)
        total, slopes = _losses(features, objectives, now)
        total += float((penalty * now.weights**2).sum()) / 2
        weights = _times(features.T, slopes.reshape(len(features), -1)).reshape(shape)
        weights += penalty * now.weights
        return total, np.concatenate(
            [(weights * unit[:, None]).ravel(), (slopes.sum(axis=0) * shift).ravel()]
        )

    safe = np.where(shift > 0, shift, 1.0)
    point = np.concatenate([(begin.weights / unit[:, None]).ravel(), (begin.intercepts / safe).ravel()])
    found = minimize(
        value,
        point,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 500, "maxfun": 1000, "maxcor": 20, "gtol": precision, "ftol": 1e-15},
    )
    return heads(found.x)


def _losses(
    features: NDArray[np.float32] | Floats, objectives: Sequence[Objective], heads: _Heads
) -> tuple[float, Floats]:
    """The sum of all losses, and its derivatives by the outputs (n, heads, outputs)."""
    outputs = _outputs(features, heads)
    total, slopes = 0.0, np.empty_like(outputs)
    for number, objective in enumerate(objectives):
        values, slopes[:, number] = objective(outputs[:, number])
        total += float(values.sum())
    return total, slopes


def _left_out_loss(outputs: Floats, objectives: Sequence[Objective]) -> Floats:
    """(parts,) the cross-validated loss, summed over cases; the last objective is that of all cases."""
    *kept, whole = objectives
    found: Floats = np.sum(
        [whole(outputs[:, k])[0] - objective(outputs[:, k])[0] for k, objective in enumerate(kept)], axis=0
    )
    return found


def _outputs(features: NDArray[np.float32] | Floats, heads: _Heads) -> Floats:
    shape = heads.weights.shape
    found = _times(features, heads.weights.reshape(shape[0], -1))
    return found.reshape(len(features), *shape[1:]) + heads.intercepts


def _times(left: NDArray[np.float32] | Floats, right: Floats) -> Floats:
    """A matrix product by torch, whose number of threads is the plan's, in the precision of the left."""
    product = torch.from_numpy(left) @ torch.from_numpy(right.astype(left.dtype))
    found: Floats = product.numpy().astype(np.float64)
    return found
