"""Deal patients into folds."""

import numpy as np
from numpy.typing import NDArray


def deal_patients(
    patients: NDArray[np.int64], groups: NDArray[np.int64], folds: int, rng: np.random.Generator
) -> NDArray[np.int64] | None:
    """The fold of each case: all of a patient's cases are in one, and every group is spread evenly.

    Args:
        patients: (n,) number of each case's patient.
        groups: (n,) group of each case, such as its class; a patient belongs to the highest of theirs.
        folds: how many are wanted; there are fewer where a group has fewer patients.
        rng: deals.

    Returns:
        (n,) folds from 0; None where a group has one patient only.

    Example:
        >>> deal_patients(np.array([7, 7, 8, 9]), np.zeros(4, np.int64), 3, np.random.default_rng(0))
        array([1, 1, 2, 0])
    """
    names, of_case = np.unique(patients, return_inverse=True)
    group = np.full(len(names), np.iinfo(np.int64).min)
    np.maximum.at(group, of_case, groups)
    counts = np.unique(group, return_counts=True)[1]
    folds = min(folds, int(counts.min()))
    if folds < 2:
        return None
    shuffled = rng.permutation(len(names))
    dealt = shuffled[np.argsort(group[shuffled], kind="stable")]
    fold = np.empty(len(names), np.int64)
    fold[dealt] = np.arange(len(names)) % folds
    found: NDArray[np.int64] = fold[of_case]
    return found
