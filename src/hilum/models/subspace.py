"""How far a vector lies from a cloud of vectors: Mahalanobis distance with a small covariance."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

_MOST = 32
_EACH = 5
_SMALL = 1e-12


@dataclass(frozen=True)
class Subspace:
    """A normal distribution whose covariance is free in a few directions and the same in all others.

    The covariance is that of probabilistic principal components (Tipping & Bishop 1999), which is shrunk:
    with fewer vectors than numbers in each it can still be inverted. The distance in it is what Lee (2018)
    judges unknown images by.

    Attributes:
        mean: (d,).
        directions: (k, d) unit vectors.
        variances: (k,) along each.
        rest: variance along any other direction.
    """

    mean: NDArray[np.float32]
    directions: NDArray[np.float32]
    variances: NDArray[np.float32]
    rest: float

    @classmethod
    def of(cls, vectors: NDArray[np.float32]) -> Self:
        """Fit to vectors (n, d), n at least 2.

        Example:
            >>> cloud = np.random.default_rng(0).normal(0, [3.0, 1.0, 1.0], (500, 3)).astype(np.float32)
            >>> found = Subspace.of(cloud)
            >>> far, near = found.distances(np.array([[0, 9, 0], [9, 0, 0]], np.float32))
            >>> bool(far > 2 * near)
            True
        """
        mean = vectors.mean(axis=0, dtype=np.float64)
        centred = vectors.astype(np.float64) - mean
        n, d = vectors.shape
        k = max(min(_MOST, n // _EACH, d - 1), 1)
        values, directions = _principal(centred)
        rest = max(float(values[k:].sum()) / (d - k) if d > k else 0.0, _SMALL, 1e-6 * float(values[0]))
        return cls(
            mean.astype(np.float32),
            directions[:, :k].T.astype(np.float32),
            np.maximum(values[:k], rest).astype(np.float32),
            rest,
        )

    def distances(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Distance of each vector (n, d), divided by the root of d: about 1 for vectors like the cloud's."""
        centred = vectors.astype(np.float64) - self.mean
        along = centred @ self.directions.T.astype(np.float64)
        outside = np.maximum((centred**2).sum(axis=1) - (along**2).sum(axis=1), 0)
        squares = (along**2 / self.variances).sum(axis=1) + outside / self.rest
        return np.asarray(np.sqrt(squares / len(self.mean)), np.float64)

    def to_arrays(self, name: str) -> dict[str, NDArray[np.float32]]:
        """The arrays to be kept, each under `name` and its own."""
        return {
            f"{name}.mean": self.mean,
            f"{name}.directions": self.directions,
            f"{name}.variances": self.variances,
            f"{name}.rest": np.array([self.rest], np.float32),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.float32]], name: str) -> Self:
        """Read what `to_arrays` gave.

        Raises:
            KeyError: an array is missing.
        """
        return cls(
            arrays[f"{name}.mean"],
            arrays[f"{name}.directions"],
            arrays[f"{name}.variances"],
            float(arrays[f"{name}.rest"][0]),
        )


def _principal(centred: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Variances, largest first, and their directions (d, variances), of vectors (n, d) of mean 0.

    Wide vectors have no more variances above 0 than there are vectors, and these are found from their
    products with each other, in minutes less than from those of their numbers.
    """
    n, d = centred.shape
    if d <= n:
        values, directions = np.linalg.eigh(centred.T @ centred / (n - 1))
        return np.maximum(values[::-1], 0), directions[:, ::-1]
    values, places = np.linalg.eigh(centred @ centred.T / (n - 1))
    values, directions = np.maximum(values[::-1], 0), centred.T @ places[:, ::-1]
    lengths = np.linalg.norm(directions, axis=0)
    return values, directions / np.where(lengths > _SMALL, lengths, np.inf)
