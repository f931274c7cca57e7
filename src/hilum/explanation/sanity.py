"""Checks of a method's maps: what was found, beside what would be found without any evidence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from hilum.evaluation.measures.proportions import wilson
from hilum.explanation.maps import Beside, Seeing, maps_of, view_of
from hilum.explanation.method import Method
from hilum.explanation.sanity_curves import Grey, curves_of, map_by_chance
from hilum.explanation.sanity_pointing import Pointing
from hilum.explanation.sanity_randomised import rank_correlation, shuffled, structural_similarity
from hilum.explanation.views import outputs_of
from hilum.explanation.what import Explained
from hilum.models import to_unit

_SAMPLES = 2000
_BY_CHANCE = 1
_AT_ONCE = 16


@dataclass(frozen=True)
class Check:
    """One row of the table of checks.

    Attributes:
        check: `rank_correlation`, `similarity`, `deletion`, `insertion` or `pointing`.
        method: whose maps.
        value: mean over images; for pointing the share of hits.
        low: of its 95 % interval.
        high: of its 95 % interval.
        chance: what maps by chance reach; for maps of shuffled weights the 0 of maps that share nothing.
        passed: whether the interval lies on the good side of chance; None where the check asks for no side.
        n: images.
    """

    check: str
    method: str
    value: float
    low: float
    high: float
    chance: float
    passed: bool | None
    n: int


@dataclass(frozen=True)
class Looked:
    """Images whose maps are checked.

    Attributes:
        images: (n, size, size) prepared, or volumes.
        maps: (n, size, size).
        explained: which number of the answer.
        beside: what the network is told beside each image; None = nothing.
    """

    images: Grey
    maps: NDArray[np.float32]
    explained: Explained
    beside: Sequence[Beside] | None = None


def check_randomised(method: Method, seeing: Seeing, looked: Looked, seed: int) -> list[Check]:
    """How alike the maps are to those of the network with shuffled weights: the less the better.

    Args:
        method: how the maps were made.
        seeing: the network that made them.
        looked: the images with their maps.
        seed: of the shuffling and of the intervals.

    Returns:
        Rank correlation and structural similarity, each with a 95 % bootstrap interval over images.
    """
    other = Seeing(shuffled(seeing.network, seed), seeing.standard)
    maps = maps_of(method, other, looked.images, looked.explained, looked.beside)
    pairs = list(zip(looked.maps, maps, strict=True))
    ranks = [rank_correlation(*pair) for pair in pairs]
    alike = [structural_similarity(*pair) for pair in pairs]
    return [
        *_mean_row("rank_correlation", method, ranks, seed, lambda low, high: high < 0.5 and low > -0.5),
        *_mean_row("similarity", method, alike, seed, lambda _, high: high < 0.5),
    ]


def check_curves(method: Method, seeing: Seeing, looked: Looked, seed: int) -> list[Check]:
    """Areas under the curves of deletion and insertion, beside those of maps by chance.

    Args:
        method: how the maps were made.
        seeing: the network that made them.
        looked: the images with their maps.
        seed: of the maps by chance and of the intervals.

    Returns:
        Deletion (small is good) and insertion (large is good). `value` and its interval are of the difference
        to maps by chance on the same images, `chance` is 0.
    """
    rng = np.random.default_rng(seed)
    deletions, insertions = [], []
    beside: Sequence[Beside | None] = looked.beside or [None] * len(looked.images)
    for image, found, own_case in zip(looked.images, looked.maps, beside, strict=True):
        read = _reading(seeing, looked.explained, own_case)
        own = curves_of(read, image, found)
        shape = (found.shape[0], found.shape[1])
        others = [curves_of(read, image, map_by_chance(shape, rng)) for _ in range(_BY_CHANCE)]
        deletions.append(own.deletion_area - float(np.mean([each.deletion_area for each in others])))
        insertions.append(own.insertion_area - float(np.mean([each.insertion_area for each in others])))
    return [
        *_mean_row("deletion", method, deletions, seed, lambda _, high: high < 0),
        *_mean_row("insertion", method, insertions, seed, lambda low, _: low > 0),
    ]


def _reading(
    seeing: Seeing, explained: Explained, beside: Beside | None
) -> Callable[[Grey], NDArray[np.float64]]:
    """What a network says of changed copies of one image."""
    view, device = view_of(seeing, beside), next(seeing.network.parameters()).device

    def read(images: Grey) -> NDArray[np.float64]:
        said = []
        with torch.no_grad():
            for start in range(0, len(images), _AT_ONCE):
                batch = to_unit(images[start : start + _AT_ONCE], device)
                said.append(explained.reading(outputs_of(view, batch).float().cpu().numpy()))
        return np.concatenate(said)

    return read


def check_pointing(method: Method, pointings: Sequence[Pointing | None]) -> list[Check]:
    """How often maps point at what was marked, beside the part of the images that was marked.

    Args:
        method: how the maps were made.
        pointings: one an image; None where there was nothing to point at, or the map points nowhere.

    Returns:
        The share of hits with Wilson's interval; nothing where no image has marks.

    Example:
        >>> from hilum.explanation.activation_map import CAM
        >>> [row] = check_pointing(CAM, [Pointing(True, 0.1, 0.2), Pointing(True, 0.2, 0.3)])
        >>> row.value, round(row.chance, 2), row.n
        (1.0, 0.25, 2)
    """
    known = [each for each in pointings if each is not None]
    if not known:
        return []
    found = wilson(sum(each.hit for each in known), len(known))
    chance = float(np.mean([each.chance_in_body for each in known]))
    value, low, high = (float(number or 0.0) for number in (found.value, found.low, found.high))
    return [Check("pointing", method.name, value, low, high, chance, low > chance, len(known))]


def _mean_row(
    check: str,
    method: Method,
    values: Sequence[float],
    seed: int,
    good: Callable[[float, float], bool],
) -> list[Check]:
    """The mean over images with a 95 % percentile bootstrap interval; images without a value are left out."""
    known = np.array([value for value in values if np.isfinite(value)])
    if not len(known):
        return []
    rng = np.random.default_rng(seed)
    means = known[rng.integers(0, len(known), (_SAMPLES, len(known)))].mean(axis=1)
    low, high = (float(each) for each in np.percentile(means, [2.5, 97.5]))
    passed = good(low, high)
    return [Check(check, method.name, float(known.mean()), low, high, 0.0, passed, len(known))]
