"""What a piece of writing in a picture is: a marker, a measure, a single letter, text, or nothing at all."""

import re
from collections.abc import Sequence
from itertools import pairwise

_MARKERS = """
L R LT RT LEFT RIGHT PA AP LAT LATERAL ERECT UPRIGHT STANDING SITTING SEMI SEMIERECT SUPINE PRONE
PORTABLE MOBILE DECUBITUS INSP EXP INSPIRATION EXPIRATION OBLIQUE
"""
MARKERS = frozenset(_MARKERS.split())
"""Words that radiographers put on films; alone or together they identify nobody."""
MARKER, SINGLE, NUMBER, TEXT, UNCLEAR, NOTHING = (
    "marker",
    "single",
    "number",
    "text",
    "doubtful",
    "nothing",
)
_MEASURE = re.compile(r"(\d{1,3}([.,]\d)?)?\s?(CM|MM)", re.IGNORECASE)
_SURE, _READABLE, _SINGLE_SURE, _SIDE = 0.8, 0.6, 0.8, 0.5
_SEEN, _PERHAPS = 0.67, 0.62
_LONGEST_NUMBER = 3
_FEWEST_ON_A_RULER = 3
_WIDEST_LETTER = 1.0  # of its height


def kind_of_writing(text: str, read: float, seen: float, length: float, *, alone: bool) -> str:
    """Judge a place where a detector sees writing.

    Args:
        text: what is read there.
        read: how sure the reader is, 0 to 1.
        seen: how sure the detector is, 0 to 1.
        length: of the place, in heights of it: a long place that reads as one letter was not understood.
        alone: the place has the shape of one letter and is no larger than a marker.

    Returns:
        `marker` (side, view, position, or a measure such as 5 cm), `single` (one letter), `number` (up to
        three digits, perhaps of a ruler), `text`, `doubtful` or `nothing`.

    Example:
        >>> kind_of_writing("PA", 0.99, 0.8, 1.9, alone=False)
        'marker'
        >>> kind_of_writing("HONG", 0.99, 0.8, 3.5, alone=False)
        'text'
    """
    fits = length <= _WIDEST_LETTER * len(text) + 1
    if fits and read >= _SURE and (is_marker(text) or _MEASURE.fullmatch(text)):
        return MARKER
    if alone and len(text) == 1 and text.isascii() and read >= (_SIDE if text in "RL" else _SINGLE_SURE):
        return NUMBER if text.isdigit() else SINGLE
    if fits and read >= _SURE and text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER:
        return NUMBER
    if seen >= _SEEN or (read >= _READABLE and len(text) > 1):
        return TEXT
    return UNCLEAR if seen >= _PERHAPS or (read >= _SIDE and len(text) > 1) else NOTHING


def is_marker(text: str) -> bool:
    """Whether a line is made of markers only, such as `R AP-sitting`, `(L)` or `A-P`.

    Example:
        >>> is_marker("R AP-sitting"), is_marker("LEE")
        (True, False)
    """
    words = re.split(r"[^A-Z0-9]+", text.upper().strip(" ()-."))
    return all(word in MARKERS for word in words) or "".join(words) in MARKERS


def on_a_ruler(numbers: Sequence[tuple[int, float, float, float]]) -> bool:
    """Whether numbers stand in a row at equal steps, as on a ruler: 5, 10, 15.

    Args:
        numbers: value, x and y of the middle, height of each.

    Example:
        >>> on_a_ruler([(5, 10, 50, 8), (10, 10, 100, 8), (15, 10, 150, 8)])
        True
        >>> on_a_ruler([(19, 10, 50, 8), (56, 40, 50, 8), (1, 70, 50, 8)])
        False
    """
    if len(numbers) < _FEWEST_ON_A_RULER:
        return False
    size = max(height for *_, height in numbers)
    across, down = ([number[axis] for number in numbers] for axis in (1, 2))
    if max(across) - min(across) <= size:
        along = 2
    elif max(down) - min(down) <= size:
        along = 1
    else:
        return False
    values = [number[0] for number in sorted(numbers, key=lambda number: number[along])]
    steps = {second - first for first, second in pairwise(values)}
    return len(steps) == 1 and 0 not in steps
