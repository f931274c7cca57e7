"""Defects of where slices lie: gaps, repeats, overlaps, tilts."""

import math
from collections.abc import Sequence

from hilum.archive.series_defects import Found, SeriesDefect, counted
from hilum.archive.series_geometry import Arrangement, Pair, most_common
from hilum.archive.series_slice import Slice

_MISSING, _NEAR, _EVEN = 1.75, 0.75, 0.02
_SMALLEST_TILT = 0.3
_STATED_TILT = 0.5


def _missing_slice(_slices: Sequence[Slice], arrangement: Arrangement) -> Found | None:
    gaps = [pair for pair in _pairs(arrangement) if pair.distance >= _MISSING * pair.usual]
    missing = [(pair, max(1, round(pair.distance / pair.usual) - 1)) for pair in gaps]
    missing = [(pair, count) for pair, count in missing if _turned_inside(pair, arrangement) < count]
    total = sum(count for _, count in missing)
    if not missing or total <= len(arrangement.unplaced):
        return None
    widest = max(pair.distance for pair, _ in missing)
    return (
        (
            f"{counted(total, 'slice')} missing in {counted(len(missing), 'place')}: neighbours lie up to "
            f"{widest:.4g} mm apart where {missing[0][0].usual:.4g} mm is usual"
        ),
        tuple(one for pair, _ in missing for one in (pair.first, pair.second)),
    )


def _turned_inside(pair: Pair, arrangement: Arrangement) -> int:
    """How many slices of another direction lie in a gap, so that it is none."""
    normal = next(stack.normal for stack in arrangement.stacks if pair.first in stack.slices)

    def height(one: Slice) -> float:
        return sum(a * b for a, b in zip(one.position or (), normal, strict=True))

    return sum(height(pair.first) < height(one) < height(pair.second) for one in arrangement.turned)


def _duplicate_position(_slices: Sequence[Slice], arrangement: Arrangement) -> Found | None:
    places = [place for stack in arrangement.stacks for place in stack.repeated]
    if not places:
        return None
    return f"{counted(len(places), 'place')} with more than one slice", tuple(
        one for place in places for one in place
    )


def _overlapping(_slices: Sequence[Slice], arrangement: Arrangement) -> Found | None:
    over = [
        pair
        for pair in _pairs(arrangement)
        if (thickness := _thickness(pair)) is not None
        and pair.distance < thickness - _tolerance(thickness)
        and (pair.distance <= _NEAR * pair.usual or pair.usual < thickness - _tolerance(thickness))
    ]
    if not over:
        return None
    nearest = min(pair.distance for pair in over)
    return (
        (
            f"{counted(len(over), 'pair')} of neighbours overlap: they lie {nearest:.4g} mm apart and are "
            f"{_thickness(over[0]):.4g} mm thick"
        ),
        tuple(one for pair in over for one in (pair.first, pair.second)),
    )


def _gaps(_slices: Sequence[Slice], arrangement: Arrangement) -> Found | None:
    wide = [
        pair
        for pair in _pairs(arrangement)
        if (thickness := _thickness(pair)) is not None and pair.usual > thickness + _tolerance(thickness)
    ]
    if not wide:
        return None
    return (
        (
            f"slices {_thickness(wide[0]):.4g} mm thick lie {wide[0].usual:.4g} mm apart, so that tissue "
            f"between them is not shown"
        ),
        tuple(one for pair in wide for one in (pair.first, pair.second)),
    )


def _uneven(_slices: Sequence[Slice], arrangement: Arrangement) -> Found | None:
    odd = [
        pair
        for pair in _pairs(arrangement)
        if pair.distance < _MISSING * pair.usual
        and abs(pair.distance - pair.usual) > max(_EVEN * pair.usual, 0.02)
        and not _is_near_overlap(pair)
    ]
    if not odd:
        return None
    low, high = min(pair.distance for pair in odd), max(pair.distance for pair in odd)
    return (
        (
            f"{counted(len(odd), 'distance')} between neighbours differ from the usual {odd[0].usual:.4g} mm "
            f"({low:.4g} to {high:.4g} mm)"
        ),
        tuple(one for pair in odd for one in (pair.first, pair.second)),
    )


def _is_near_overlap(pair: Pair) -> bool:
    thickness = _thickness(pair)
    overlaps = thickness is not None and pair.distance < thickness - _tolerance(thickness)
    return overlaps and pair.distance <= _NEAR * pair.usual


def _stated_distance(slices: Sequence[Slice], arrangement: Arrangement) -> Found | None:
    stated = [one for one in slices if one.distance is not None]
    pairs = _pairs(arrangement)
    if not stated or len(pairs) < 2:
        return None
    usual = most_common([round(pair.usual, 3) for pair in pairs], lambda value: (value,))
    wrong = [one for one in stated if abs((one.distance or usual) - usual) > _tolerance(usual)]
    if not wrong:
        return None
    return (
        (
            f"the header of {counted(len(wrong), 'slice')} states a distance of {wrong[0].distance:.4g} mm, "
            f"but the positions are {usual:.4g} mm apart"
        ),
        tuple(wrong),
    )


def _tilt(_slices: Sequence[Slice], arrangement: Arrangement) -> Found | None:
    stacks = [stack for stack in arrangement.stacks if len(stack.slices) > 1]
    for stack in stacks:
        angle = math.degrees(math.atan(stack.drift))
        if angle > _SMALLEST_TILT:
            return (
                f"the slices move sideways as they go up, by {angle:.1f} degrees: the gantry was tilted",
                stack.slices,
            )
    stated = tuple(s for stack in stacks for s in stack.slices if abs(s.tilt) >= _STATED_TILT)
    if stated:
        return f"the header states a gantry tilt of {stated[0].tilt:.1f} degrees", stated
    return None


def _stray(_slices: Sequence[Slice], arrangement: Arrangement) -> Found | None:
    strays = tuple(one for stack in arrangement.stacks for one in stack.strays)
    if not strays:
        return None
    return f"{counted(len(strays), 'slice')} beside the line of the others, moved within the plane", strays


def _pairs(arrangement: Arrangement) -> list[Pair]:
    return [pair for stack in arrangement.stacks for pair in stack.pairs]


def _thickness(pair: Pair) -> float | None:
    """The thickness of two slices that are equally thick; None where it is not known or not equal."""
    return pair.first.thickness if pair.first.thickness == pair.second.thickness else None


def _tolerance(millimetres: float) -> float:
    return max(0.02, _EVEN * millimetres)


DISTANCES = (
    SeriesDefect("missing slice", "Neighbours lie further apart than usual.", True, _missing_slice),
    SeriesDefect("duplicate position", "Several slices lie at one place.", True, _duplicate_position),
    SeriesDefect(
        "overlapping slices", "Slices are thicker than the distance between them.", False, _overlapping
    ),
    SeriesDefect(
        "gaps between slices",
        "Thickness and distance disagree: slices are thinner than the distance between them.",
        False,
        _gaps,
    ),
    SeriesDefect("uneven distances", "Distances between neighbours differ.", True, _uneven),
    SeriesDefect(
        "stated distance disagrees",
        "SpacingBetweenSlices is not what positions say.",
        False,
        _stated_distance,
    ),
    SeriesDefect("gantry tilt", "The stack is sheared, or its header states a tilt.", True, _tilt),
    SeriesDefect("slice beside the line", "A slice is moved sideways against the others.", True, _stray),
)
"""Defects of where slices lie."""
