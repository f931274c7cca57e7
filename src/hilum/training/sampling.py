"""In which order the training cases are seen."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def generator(*numbers: int) -> np.random.Generator:
    """A source of chance that belongs to one seed, one repeat, one epoch, one step.

    Example:
        >>> int(generator(7, 1).integers(100)) == int(generator(7, 1).integers(100))
        True
    """
    return np.random.default_rng(list(numbers))


def epoch_order(groups: NDArray[np.int64], rng: np.random.Generator, *, balanced: bool) -> NDArray[np.int64]:
    """Positions of the training cases in the order of one epoch.

    Balanced, every group has the same number of places and the total stays about the same: cases of large
    groups are left out at random, those of small ones come several times, each nearly equally often.

    Args:
        groups: (n,) group of each case.
        rng: the epoch's own chance.
        balanced: whether groups come equally often.

    Returns:
        About n positions.

    Example:
        >>> order = epoch_order(np.array([0, 0, 0, 0, 0, 1]), generator(0), balanced=True)
        >>> np.bincount(np.array([0, 0, 0, 0, 0, 1])[order]).tolist()
        [3, 3]
    """
    if not balanced:
        return rng.permutation(len(groups))
    present = np.unique(groups)
    places = max(1, len(groups) // len(present))
    chosen = [_dealt(np.flatnonzero(groups == group), places, rng) for group in present]
    return rng.permutation(np.concatenate(chosen))


def _dealt(members: NDArray[np.int64], places: int, rng: np.random.Generator) -> NDArray[np.int64]:
    rounds = -(-places // len(members))
    return np.concatenate([rng.permutation(members) for _ in range(rounds)])[:places]


def case_weights(groups: NDArray[np.int64]) -> NDArray[np.float32]:
    """Weights with which every group counts the same in the loss; their mean is 1.

    Example:
        >>> case_weights(np.array([0, 0, 0, 1])).tolist()
        [0.6666666865348816, 0.6666666865348816, 0.6666666865348816, 2.0]
    """
    counts = np.bincount(groups).astype(np.float64)
    present = int((counts > 0).sum())
    return (len(groups) / (present * counts[groups])).astype(np.float32)


def batches(order: NDArray[np.int64], size: int) -> Sequence[NDArray[np.int64]]:
    """Cut an order into batches of one size; what is left at the end waits for another epoch.

    Example:
        >>> [batch.tolist() for batch in batches(np.arange(5), 2)]
        [[0, 1], [2, 3]]
    """
    if len(order) <= size:
        return [order]
    return [order[start : start + size] for start in range(0, len(order) - size + 1, size)]
