"""In which order the training cases are seen."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

UPSAMPLING = ("upsampling", "random-upsampling")


def generator(*numbers: int) -> np.random.Generator:
    """A source of chance that belongs to one seed, one repeat, one epoch, one step.

    Example:
        >>> int(generator(7, 1).integers(100)) == int(generator(7, 1).integers(100))
        True
    """
    return np.random.default_rng(list(numbers))


def places_of(groups: NDArray[np.int64], balance: str) -> dict[int, int]:
    """How many places each group has in an epoch.

    Args:
        groups: (n,) group of each case.
        balance: a plan's `class_balance`. With `sampling` every group has the same number and the total stays
            about the same; with `upsampling` and `random-upsampling` every group has as many as the largest;
            otherwise each has its own cases.

    Returns:
        Places by group.

    Example:
        >>> groups = np.array([0, 0, 0, 0, 0, 1])
        >>> [places_of(groups, balance) for balance in ("none", "sampling", "upsampling")]
        [{0: 5, 1: 1}, {0: 3, 1: 3}, {0: 5, 1: 5}]
    """
    present, counts = np.unique(groups, return_counts=True)
    places = counts
    if balance == "sampling":
        places = np.full(len(present), max(1, len(groups) // len(present)))
    if balance in UPSAMPLING:
        places = np.full(len(present), counts.max())
    return dict(zip(present.tolist(), places.tolist(), strict=True))


def epoch_order(groups: NDArray[np.int64], rng: np.random.Generator, balance: str) -> NDArray[np.int64]:
    """Positions of the training cases in the order of one epoch.

    Where groups are balanced, cases of groups with fewer places than cases are left out at random, and those
    of groups with more come several times, each nearly equally often; with `random-upsampling` what a group
    lacks is drawn from it with replacement, so that chance says how often each case comes.

    Args:
        groups: (n,) group of each case.
        rng: the epoch's own chance.
        balance: a plan's `class_balance`, see `places_of`.

    Returns:
        The positions.

    Example:
        >>> order = epoch_order(np.array([0, 0, 0, 0, 0, 1]), generator(0), "sampling")
        >>> np.bincount(np.array([0, 0, 0, 0, 0, 1])[order]).tolist()
        [3, 3]
    """
    if balance not in {"sampling", *UPSAMPLING}:
        return rng.permutation(len(groups))
    places = places_of(groups, balance)
    deal = _drawn if balance == "random-upsampling" else _dealt
    chosen = [deal(np.flatnonzero(groups == group), places[group], rng) for group in places]
    return rng.permutation(np.concatenate(chosen))


def _dealt(members: NDArray[np.int64], places: int, rng: np.random.Generator) -> NDArray[np.int64]:
    rounds = -(-places // len(members))
    return np.concatenate([rng.permutation(members) for _ in range(rounds)])[:places]


def _drawn(members: NDArray[np.int64], places: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """All members once, and what is lacking with replacement."""
    return np.concatenate([members, rng.choice(members, places - len(members))])


def case_weights(groups: NDArray[np.int64]) -> NDArray[np.float32]:
    """Weights with which every group counts the same in the loss; their mean is 1.

    Example:
        >>> case_weights(np.array([0, 0, 0, 1])).tolist()
        [0.6666666865348816, 0.6666666865348816, 0.6666666865348816, 2.0]
    """
    counts = np.bincount(groups).astype(np.float64)
    present = int((counts > 0).sum())
    return (len(groups) / (present * counts[groups])).astype(np.float32)


def batches(order: NDArray[np.int64], size: int, start: int = 0) -> Sequence[NDArray[np.int64]]:
    """Cut an order into batches of one size; what is left at the end waits for another epoch.

    Args:
        order: of one epoch.
        size: of a batch; a shorter order is one batch.
        start: how many of the order were seen already.

    Example:
        >>> [batch.tolist() for batch in batches(np.arange(5), 2)]
        [[0, 1], [2, 3]]
        >>> [batch.tolist() for batch in batches(np.arange(8), 3, start=4)]
        [[4, 5, 6]]
    """
    size = min(size, len(order))
    return [order[at : at + size] for at in range(start, len(order) - size + 1, size)]
