"""The order of slices by where they lie, and the distances between them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hilum.archive.series_slice import APART, CERTAIN, CROSSING, Slice

SAME_PLACE = 0.02
"""Millimetres within which two slices lie at one place: headers are written more exactly."""
_SAME_DIRECTION = 2e-3
_Key = TypeVar("_Key")


@dataclass(frozen=True)
class Pair:
    """Two slices that follow each other in a stack.

    Attributes:
        first: the lower one along the normal.
        second: the higher one.
        distance: millimetres along the normal.
        usual: what is usual among such pairs of the stack, in millimetres.
    """

    first: Slice
    second: Slice
    distance: float
    usual: float


@dataclass(frozen=True)
class Stack:
    """Slices of one acquisition and one direction, sorted along the normal.

    Attributes:
        slices: sorted; several may lie at one place.
        heights: where each lies along the normal, in millimetres.
        normal: across row and column direction, a unit vector.
        drift: by how many millimetres the slices move sideways for each millimetre along the normal.
        strays: slices that lie beside the line of the others.
    """

    slices: tuple[Slice, ...]
    heights: tuple[float, ...]
    normal: tuple[float, ...]
    drift: float
    strays: tuple[Slice, ...]

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Neighbours that do not lie at one place."""
        found = [
            (first, second, above - below)
            for first, second, below, above in zip(
                self.slices, self.slices[1:], self.heights, self.heights[1:], strict=False
            )
            if above - below > SAME_PLACE
        ]
        steps = [distance for *_, distance in found]
        classes: dict[float | None, list[float]] = defaultdict(list)
        for first, second, distance in found:
            if first.thickness == second.thickness:
                classes[first.thickness].append(distance)
        pairs = []
        for first, second, distance in found:
            alike = classes[first.thickness] if first.thickness == second.thickness else []
            pairs.append(Pair(first, second, distance, _common(alike if len(alike) > 2 else steps)))
        return tuple(pairs)

    @property
    def repeated(self) -> tuple[tuple[Slice, ...], ...]:
        """Slices that lie at one place, place by place."""
        places: list[list[Slice]] = []
        last = -np.inf
        for one, height in zip(self.slices, self.heights, strict=True):
            if places and height - last <= SAME_PLACE:
                places[-1].append(one)
            else:
                places.append([one])
                last = height
        return tuple(tuple(place) for place in places if len(place) > 1)


@dataclass(frozen=True)
class Arrangement:
    """How the slices of a series lie.

    Attributes:
        stacks: the slices that have a place, acquisition by acquisition.
        turned: slices of another direction than most.
        unplaced: slices without a position, or all where no slice has a direction.
        apart: what tells the stacks apart, a keyword of `APART`; empty where there is one stack.
    """

    stacks: tuple[Stack, ...]
    turned: tuple[Slice, ...]
    unplaced: tuple[Slice, ...]
    apart: str = ""

    @property
    def ordered(self) -> tuple[Slice, ...]:
        """All slices: stack after stack, each upwards along the normal; then those without a place."""
        placed = [one for stack in self.stacks for one in stack.slices]
        return (*placed, *self.turned, *self.unplaced)


def arrange(slices: Iterable[Slice]) -> Arrangement:
    """Sort slices by where they lie, never by number or name; the order in which they come does not matter.

    The normal is that of the direction that most slices have. Slices without a direction of their own are
    placed along it too.

    Example:
        >>> axial = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
        >>> high = Slice("high", "1.2", position=(0.0, 0.0, 5.0), orientation=axial)
        >>> low = Slice("low", "1.3", position=(0.0, 0.0, 0.0), orientation=axial)
        >>> [one.name for one in arrange([high, low]).ordered]
        ['low', 'high']
    """
    slices = sorted(slices, key=lambda one: one.identity)
    direction = _direction_of_most(slices)
    if direction is None:
        return Arrangement((), (), tuple(sorted(slices, key=_by_number)))
    normal = np.cross(direction[:3], direction[3:])
    normal = normal / np.linalg.norm(normal)
    placed = [one for one in slices if one.position is not None and _is_along(one, direction)]
    turned = [one for one in slices if one.position is not None and not _is_along(one, direction)]
    unplaced = [one for one in slices if one.position is None]
    height = {one.identity: float(np.dot(one.position or (), normal)) for one in (*placed, *turned)}
    apart = _what_tells_apart(placed, height)
    groups = defaultdict(list)
    for one in placed:
        groups[one.apart.get(apart, "")].append(one)
    stacks = tuple(_stack(groups[value], height, normal) for value in sorted(groups, key=_natural))
    turned.sort(key=lambda one: (one.orientation or (), one.position or (), _by_number(one)))
    return Arrangement(stacks, tuple(turned), tuple(sorted(unplaced, key=_by_number)), apart)


def most_common(values: Iterable[_Key], order: Callable[[_Key], tuple[float, ...] | str]) -> _Key:
    """The value that most have; of several the smallest, so that the order of files does not matter.

    Example:
        >>> most_common([5.0, 2.0, 2.0, 5.0], lambda value: (value,))
        2.0
    """
    counts = Counter(values)
    return min(counts, key=lambda value: (-counts[value], order(value)))


def _direction_of_most(slices: Sequence[Slice]) -> tuple[float, ...] | None:
    """The most frequent direction, those that differ by rounding taken as one."""
    directions = sorted(one.orientation for one in slices if one.orientation is not None and one.position)
    if not directions:
        return None
    kept: list[tuple[float, ...]] = []
    of: list[tuple[float, ...]] = []
    for direction in directions:
        like = next((one for one in kept if _alike(one, direction)), None)
        if like is None:
            kept.append(direction)
        of.append(direction if like is None else like)
    return most_common(of, lambda direction: direction)


def _alike(one: Sequence[float], other: Sequence[float]) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= _SAME_DIRECTION


def _is_along(one: Slice, direction: tuple[float, ...]) -> bool:
    return one.orientation is None or _alike(one.orientation, direction)


def _stack(
    slices: list[Slice], height: dict[tuple[str, int, str], float], normal: NDArray[np.float64]
) -> Stack:
    slices = sorted(slices, key=lambda one: (round(height[one.identity], 3), _by_number(one)))
    heights = np.array([height[one.identity] for one in slices])
    positions = np.array([one.position for one in slices])
    sideways = positions - np.outer(heights, normal)
    span = heights[-1] - heights[0]
    if span <= SAME_PLACE:
        return Stack(tuple(slices), tuple(heights.tolist()), tuple(normal.tolist()), 0.0, ())
    rise = np.diff(heights)
    moves = np.diff(sideways, axis=0)[rise > SAME_PLACE] / rise[rise > SAME_PLACE, None]
    drift = np.median(moves, axis=0)
    beside = sideways - np.outer(heights, drift)
    off = np.linalg.norm(beside - np.median(beside, axis=0), axis=1)
    strays = tuple(one for one, far in zip(slices, off.tolist(), strict=True) if far > _beside(one))
    heights_of = tuple(heights.tolist())
    return Stack(tuple(slices), heights_of, tuple(normal.tolist()), float(np.linalg.norm(drift)), strays)


def _beside(one: Slice) -> float:
    """Millimetres by which a slice may lie beside the line: a quarter of a pixel, at least a tenth."""
    return max(0.1, *(part / 4 for part in one.spacing)) if one.spacing else 0.1


def _what_tells_apart(slices: Sequence[Slice], height: dict[tuple[str, int, str], float]) -> str:
    """The attribute by which slices at the same places belong to different acquisitions; empty for none."""
    for word in APART:
        groups: dict[str, list[float]] = defaultdict(list)
        for one in slices:
            groups[one.apart.get(word, "")].append(height[one.identity])
        if 2 <= len(groups) <= len(slices) / 2 and min(map(len, groups.values())) > 1:
            spans = sorted((min(heights), max(heights)) for heights in groups.values())
            over = [min(a[1], b[1]) - b[0] for a, b in pairwise(spans)]
            shared = all(
                shared > -SAME_PLACE and b[1] > b[0] for shared, b in zip(over, spans[1:], strict=True)
            )
            crossing = word in CROSSING and min(over) > min(end - start for start, end in spans) / 2
            if shared and (word in CERTAIN or crossing or _parts_places(groups)):
                return word
    return ""


def _parts_places(groups: dict[str, list[float]]) -> bool:
    """Whether places are shared between the groups, and none within a group."""
    everything = sorted(height for heights in groups.values() for height in heights)
    shared = sum(b - a <= SAME_PLACE for a, b in pairwise(everything))
    within = 0
    for heights in groups.values():
        ordered = sorted(heights)
        within += sum(b - a <= SAME_PLACE for a, b in pairwise(ordered))
    return shared > 1 and within < shared


def _common(steps: Sequence[float]) -> float:
    """The median, taken from the lower side so that it is one of the steps."""
    return sorted(steps)[(len(steps) - 1) // 2]


def _by_number(one: Slice) -> tuple[bool, int, tuple[str, int, str]]:
    return one.number is None, one.number or 0, one.identity


def _natural(value: str) -> tuple[bool, float, str]:
    try:
        return False, float(value), value
    except ValueError:
        return True, 0.0, value
