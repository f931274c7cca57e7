"""Defects of series whose headers lack something, and of how slices are numbered."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

from hilum.archive.series_defects import Found, SeriesDefect, counted
from hilum.archive.series_geometry import Arrangement
from hilum.archive.series_slice import Slice

_FEWEST = 3
"""With fewer slices no distance between neighbours can be called usual."""


def _lacking(value: Callable[[Slice], object], what: str) -> Callable[..., Found | None]:
    def find(slices: Sequence[Slice], _arrangement: Arrangement) -> Found | None:
        lacking = tuple(one for one in slices if value(one) in (None, ()))
        if not lacking:
            return None
        return f"{counted(len(lacking), 'slice')} without {what}", lacking

    return find


def _single(slices: Sequence[Slice], _arrangement: Arrangement) -> Found | None:
    return ("the series is a single slice", tuple(slices)) if len(slices) == 1 else None


def _few(slices: Sequence[Slice], _arrangement: Arrangement) -> Found | None:
    if not 1 < len(slices) < _FEWEST:
        return None
    return f"{len(slices)} slices are too few to tell whether one is missing", tuple(slices)


def _same_instance(slices: Sequence[Slice], _arrangement: Arrangement) -> Found | None:
    counts = Counter((one.instance, one.frame) for one in slices if one.instance)
    twice = tuple(one for one in slices if counts[one.instance, one.frame] > 1)
    return (f"{counted(len(twice), 'file')} share a SOP Instance UID", twice) if twice else None


def _repeated_number(_slices: Sequence[Slice], arrangement: Arrangement) -> Found | None:
    found: list[Slice] = []
    for stack in arrangement.stacks:
        counts = Counter(one.number for one in stack.slices if one.number is not None)
        found += [one for one in stack.slices if one.number is not None and counts[one.number] > 1]
    return (
        (f"{counted(len(found), 'slice')} with an instance number used twice", tuple(found))
        if found
        else None
    )


def _numbers_skip(_slices: Sequence[Slice], arrangement: Arrangement) -> Found | None:
    """Numbers are missing although no place is empty: perhaps every second slice was exported."""
    skipping: list[Slice] = []
    for stack in arrangement.stacks:
        numbers = [one.number for one in stack.slices]
        if len(set(numbers)) < len(numbers) or None in numbers or _direction(numbers) == 0:
            continue
        gaps = {id(pair.first) for pair in stack.pairs if pair.distance > 1.5 * pair.usual}
        for first, second in zip(stack.slices, stack.slices[1:], strict=False):
            away = abs((second.number or 0) - (first.number or 0))
            if away > 1 and id(first) not in gaps and not arrangement.turned and not arrangement.unplaced:
                skipping += [first, second]
    if not skipping or arrangement.apart:
        return None
    return "instance numbers are left out where no place is empty: were all slices exported?", tuple(skipping)


def _not_following(_slices: Sequence[Slice], arrangement: Arrangement) -> Found | None:
    wrong: list[Slice] = []
    for stack in arrangement.stacks:
        numbered = [(one, one.number) for one in stack.slices if one.number is not None]
        numbers = [number for _, number in numbered]
        if len(set(numbers)) == len(numbers) and len(numbers) > 1 and _direction(numbers) == 0:
            expected = sorted(numbers, reverse=_mostly_down(numbers))
            wrong += [one for (one, had), number in zip(numbered, expected, strict=True) if had != number]
    if not wrong:
        return None
    return f"the instance numbers of {counted(len(wrong), 'slice')} do not follow the positions", tuple(wrong)


def _reversed(_slices: Sequence[Slice], arrangement: Arrangement) -> Found | None:
    down = [
        stack
        for stack in arrangement.stacks
        if len(stack.slices) > 1 and _direction([one.number for one in stack.slices]) < 0
    ]
    if not down:
        return None
    return (
        "instance numbers grow against the direction of the slices: whoever sorts by number gets the volume "
        "upside down"
    ), tuple(one for stack in down for one in stack.slices)


def _direction(numbers: Sequence[int | None]) -> int:
    """1 where numbers grow all along, -1 where they fall all along, else 0; missing ones are passed over."""
    known = [number for number in numbers if number is not None]
    steps = [second - first for first, second in pairwise(known)]
    if not steps:
        return 0
    return 1 if min(steps) > 0 else -1 if max(steps) < 0 else 0


def _mostly_down(numbers: Sequence[int | None]) -> bool:
    known = [number for number in numbers if number is not None]
    down = sum(second < first for first, second in pairwise(known))
    return 2 * down > len(known) - 1


LACKS = (
    SeriesDefect("single slice", "The series has one slice and is no volume.", True, _single),
    SeriesDefect("too few slices", "The series has two slices.", True, _few),
    SeriesDefect("same instance twice", "Files share a SOP Instance UID.", True, _same_instance),
    SeriesDefect(
        "missing position",
        "ImagePositionPatient is not given.",
        True,
        _lacking(lambda one: one.position, "a position (ImagePositionPatient)"),
    ),
    SeriesDefect(
        "missing orientation",
        "ImageOrientationPatient is not given, or is no direction.",
        True,
        _lacking(lambda one: one.orientation, "a direction (ImageOrientationPatient)"),
    ),
    SeriesDefect(
        "missing thickness",
        "SliceThickness is not given.",
        False,
        _lacking(lambda one: one.thickness, "a thickness (SliceThickness)"),
    ),
    SeriesDefect(
        "missing pixel spacing",
        "PixelSpacing is not given.",
        True,
        _lacking(lambda one: one.spacing, "a pixel spacing (PixelSpacing)"),
    ),
    SeriesDefect(
        "missing instance number",
        "InstanceNumber is not given.",
        False,
        _lacking(lambda one: one.number, "an instance number"),
    ),
    SeriesDefect("repeated instance number", "An instance number is used twice.", False, _repeated_number),
    SeriesDefect("instance numbers skip", "Numbers are left out, places are not.", False, _numbers_skip),
    SeriesDefect(
        "instance numbers do not follow position",
        "Sorting by number would shuffle the slices.",
        False,
        _not_following,
    ),
    SeriesDefect("reversed order", "Numbers grow against the direction of the slices.", False, _reversed),
)
"""Defects of headers that lack something, and of numbers."""
