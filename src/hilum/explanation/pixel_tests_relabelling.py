"""Other ways to give the patients their groups: all there are where they are few, else drawn by chance."""

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

_STREAM = 4


@dataclass(frozen=True)
class Relabellings:
    """Ways to divide the patients into groups of the sizes given.

    Attributes:
        first: (ways, n1) which patients form the first group.
        patients: how many there are in both groups.
        exact: whether these are all ways there are, the true one among them.
    """

    first: NDArray[np.int64]
    patients: int
    exact: bool

    def __len__(self) -> int:
        return len(self.first)

    def members(self, ways: slice) -> NDArray[np.float64]:
        """Some of the ways as (ways, patients): 1 in the first group, 0 in the second.

        Example:
            >>> relabellings(1, 2, most=10, seed=0).members(slice(0, 2)).tolist()
            [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
        """
        chosen = self.first[ways]
        table = np.zeros((len(chosen), self.patients))
        np.put_along_axis(table, chosen, 1.0, axis=1)
        return table

    def p_values(self, exceeding: NDArray[np.int64]) -> NDArray[np.float64]:
        """From how many ways reach what was observed to p-values (Phipson & Smyth 2010).

        Of all ways it is the share; of ways drawn by chance the observed one is added, so that no p is 0.

        Args:
            exceeding: how many ways reach it, of any shape.

        Example:
            >>> relabellings(1, 2, most=10, seed=0).p_values(np.array([1, 3])).round(3).tolist()
            [0.333, 1.0]
        """
        if self.exact:
            return np.asarray(exceeding / len(self), dtype=np.float64)
        return np.asarray((exceeding + 1) / (len(self) + 1), dtype=np.float64)


def relabellings(first: int, second: int, most: int, seed: int) -> Relabellings:
    """Ways to divide the patients into two groups.

    Args:
        first: patients in the first group.
        second: patients in the second group.
        most: how many ways are drawn; where there are no more than that, all of them are taken.
        seed: same seed, same ways.

    Example:
        >>> len(relabellings(3, 3, most=1000, seed=0)), len(relabellings(20, 20, most=1000, seed=0))
        (20, 1000)
    """
    patients = first + second
    if comb(patients, first) <= most:
        ways = np.array(list(combinations(range(patients), first)), dtype=np.int64)
        return Relabellings(ways.reshape(-1, first), patients, exact=True)
    rng = np.random.default_rng([seed, _STREAM])
    drawn = np.stack([rng.permutation(patients)[:first] for _ in range(most)]).astype(np.int64)
    return Relabellings(drawn, patients, exact=False)
