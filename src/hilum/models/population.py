"""What the images were like that a model learnt from, kept with it, so that others are noticed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save
from scipy import stats

from hilum.errors import ModelError
from hilum.models.appearance import NAMES, SIDE, appearance
from hilum.models.folder import POPULATION, load_facts, sealed_file
from hilum.models.subspace import Subspace

# How often an image of the same kind may be called unlike, for each of the three ways of looking at it.
RATES = {"values": 0.002, "picture": 0.0015, "features": 0.0015}
_FEWEST = 10
# Black bars beside a picture stay black in its negative, so that this is not nearer to -1.
_NEGATIVE = -0.2
_SMALL = 1e-9

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Looks:
    """How some images stand to a population.

    Attributes:
        values: (n, 5) brightness, contrast, sharpness, noise and likeness, see `hilum.models.appearance`.
        steps: (n, 5) how many standard deviations each lies from the middle, with its sign.
        picture: (n,) logarithm of the distance of the small picture.
        features: (n,) the same of what the network sees; NaN where that was not looked at.
        outside: (n, 3) whether the values, the small picture, the features lie outside.
        negative: (n,) whether the small picture lies outside and is bright where others are dark.
    """

    values: Floats
    steps: Floats
    picture: Floats
    features: Floats
    outside: NDArray[np.bool_]
    negative: NDArray[np.bool_]

    def __len__(self) -> int:
        """How many images were looked at."""
        return len(self.values)

    @classmethod
    def joined(cls, looks: "list[Looks]") -> Self:
        """Several of them, one after the other; at least one."""
        return cls(*(np.concatenate([getattr(one, name) for one in looks]) for name in cls.__annotations__))


@dataclass(frozen=True)
class Population:
    """What training images were like; make it with `Population.of`.

    Attributes:
        arrays: mean small picture, the clouds of small pictures and of features, and reference values of
            images that the weights were not fitted to.
        limits: from where on an image lies outside, by way of looking; absent = nobody can tell.
        described: counts, patients and machines, intensities, for the card and for messages; plain JSON.
    """

    arrays: Mapping[str, NDArray[np.float32]]
    limits: Mapping[str, float]
    described: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        array: NDArray[np.uint8 | np.uint16],
        training: NDArray[np.int64],
        validation: NDArray[np.int64],
        features: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None,
    ) -> Self:
        """Look at training images, and set limits by images that the weights were not fitted to.

        Args:
            array: (images, size, size) prepared images.
            training: rows that were learnt from, at least two.
            validation: rows that were not; without them only intensities have limits.
            features: what the network sees in both, (n, d) each; None = it was not asked.

        Returns:
            The population.

        Example:
            >>> films = np.random.default_rng(0).integers(0, 256, (60, 16, 16)).astype(np.uint8)
            >>> found = Population.of(films, np.arange(40), np.arange(40, 60))
            >>> found.look(255 - films // 8, np.arange(1)).outside[0].any().item()
            True
        """
        known, held = appearance(array, training), appearance(array, validation)
        mean = known.thumbnails.mean(axis=0)
        both = [np.column_stack([seen.values, seen.likeness(mean)]) for seen in (known, held)]
        values = np.concatenate(both)
        arrays = {"mean": mean, "values": values.astype(np.float32)}
        limits = _limit("values", np.log(np.abs(_steps(values, values)).max(axis=1) + _SMALL))
        clouds = {"picture": (known.thumbnails, held.thumbnails)} | (
            {"features": features} if features else {}
        )
        for name, (learnt, others) in clouds.items():
            cloud = Subspace.of(learnt)
            far = np.log(cloud.distances(others) + _SMALL)
            arrays |= {**cloud.to_arrays(name), f"{name}.distances": far.astype(np.float32)}
            limits |= _limit(name, far)
        return cls(arrays, limits)

    def look(
        self,
        array: NDArray[np.uint8 | np.uint16],
        rows: NDArray[np.int64],
        features: NDArray[np.float32] | None = None,
    ) -> Looks:
        """See how images stand to this population.

        Args:
            array: (images, size, size) images prepared by the same plan.
            rows: which of them.
            features: (rows, d) what the network sees in them.
        """
        seen = appearance(array, rows)
        values = np.column_stack([seen.values, seen.likeness(self.arrays["mean"])])
        steps = _steps(values, self.reference)
        far = {"values": np.log(np.abs(steps).max(axis=1, initial=0.0) + _SMALL)}
        shapes = Subspace.from_arrays(self.arrays, "picture")
        far["picture"] = np.log(shapes.distances(seen.thumbnails) + _SMALL)
        far["features"] = np.full(len(rows), np.nan)
        if features is not None and "features.mean" in self.arrays:
            found = Subspace.from_arrays(self.arrays, "features").distances(features)
            far["features"] = np.log(found + _SMALL)
        outside = [far[name] > self.limits.get(name, np.inf) for name in RATES]
        negative = outside[1] & (values[:, -1] < _NEGATIVE)
        return Looks(values, steps, far["picture"], far["features"], np.column_stack(outside), negative)

    @property
    def reference(self) -> Floats:
        """(n, 5) values of images of the same kind."""
        return self.arrays["values"].astype(np.float64)

    def distances(self, name: str) -> Floats:
        """(n,) logarithm of the distances of images that were not learnt from: `picture` or `features`."""
        return self.arrays.get(f"{name}.distances", np.zeros(0, np.float32)).astype(np.float64)

    def to_json(self) -> dict[str, Any]:
        """All but the arrays, as plain JSON; it belongs into `ModelFacts.population`."""
        return {"limits": dict(self.limits), **self.described}

    def to_bytes(self) -> bytes:
        """The arrays as a safetensors file."""
        return save({name: np.ascontiguousarray(array) for name, array in self.arrays.items()})

    @classmethod
    def from_json(cls, content: Mapping[str, Any], data: bytes) -> Self:
        """Read what `to_json` and `to_bytes` gave.

        Raises:
            ModelError: they do not belong together.
        """
        try:
            arrays = load(data)
            limits = {str(name): float(limit) for name, limit in content["limits"].items()}
            found = cls(arrays, limits, {k: v for k, v in content.items() if k != "limits"})
            complete = _fits(found)
        except (SafetensorError, KeyError, TypeError, ValueError, AttributeError):
            complete = False
        if not complete:
            raise ModelError(
                "what the model knows of its training images cannot be read: get the model again"
            )
        return found

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """The population of a model folder; None where it holds none.

        Raises:
            ModelError: the file is missing although it was sealed, was changed, or cannot be read.
        """
        data = sealed_file(folder, POPULATION)
        return None if data is None else cls.from_json(load_facts(folder).population, data)


def _fits(found: Population) -> bool:
    """Whether arrays and descriptions have the forms that looking at images needs; raises where one lacks."""
    small = SIDE * SIDE
    clouds = [name for name in ("picture", "features") if f"{name}.mean" in found.arrays]
    spaces = [Subspace.from_arrays(found.arrays, name) for name in clouds]
    described = all(isinstance(found.described.get(name, {}), dict) for name in ("words", "numbers"))
    return (
        described
        and found.reference.shape[1:] == (len(NAMES),)
        and len(found.reference) > 0
        and found.arrays["mean"].shape == found.arrays["picture.mean"].shape == (small,)
        and all(each.directions.shape == (len(each.variances), len(each.mean)) for each in spaces)
    )


def upper_limit(values: Floats, rate: float) -> float:
    """From where on a further value of the same kind lies with a probability of about `rate`.

    With enough values it is the order statistic that holds whatever their distribution; with fewer the larger
    of that and the limit for a further value of a normal distribution.

    Args:
        values: (n,) values of images of the same kind.
        rate: the probability.

    Returns:
        The limit; infinite for fewer than ten values.

    Example:
        >>> upper_limit(np.arange(999.0), 0.01)
        989.0
    """
    n = len(values)
    if n < _FEWEST:
        return float("inf")
    place = min(int(np.ceil((n + 1) * (1 - rate))), n)
    ordered = float(np.sort(values)[place - 1])
    if n * rate >= 2:
        return ordered
    step = stats.t.isf(rate, n - 1) * np.sqrt(1 + 1 / n)
    return max(ordered, float(values.mean() + step * values.std(ddof=1)))


def _limit(name: str, values: Floats) -> dict[str, float]:
    limit = upper_limit(values, RATES[name])
    return {name: limit} if np.isfinite(limit) else {}


def _steps(values: Floats, reference: Floats) -> Floats:
    """How far values lie from the middle, in standard deviations of their own side; too like is no fault."""
    low, middle, high = np.percentile(reference, [2.5, 50, 97.5], axis=0)
    side = np.where(values > middle, high - middle, middle - low) / 1.96
    steps = (values - middle) / np.maximum(side, 1e-3 * np.maximum(np.abs(middle), 1e-2))
    likeness = NAMES.index("likeness")
    steps[:, likeness] = np.minimum(steps[:, likeness], 0)
    return np.asarray(steps, np.float64)
