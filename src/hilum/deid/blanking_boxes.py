"""Boxes around writing, and what they are filled with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

SURE, DOUBTFUL, KEPT = 1, 0, 2
_MARGIN, _MARGIN_ALONG, _LEAST_MARGIN = 0.08, 0.3, 1.0  # of the height of the writing; pixels
_LEVEL = 0.07  # radians: what is less askew gets one upright box
_STRIP = 0.34  # of the height of slanting writing
_RING = 4  # pixels around a box that its filling is taken from


@dataclass(frozen=True)
class TextBox:
    """An upright box around writing, in pixels of the image, x to the right and y down.

    Attributes:
        certainty: 1 where it is sure that there is writing, 0 where a person must look, 2 for a marker or a
            ruler, which stays.

    Example:
        >>> TextBox(10, 20, 80, 12).width
        80
    """

    x: int
    y: int
    width: int
    height: int
    certainty: int = SURE

    def with_certainty(self, certainty: int) -> "TextBox":
        """The same box, otherwise judged."""
        return replace(self, certainty=certainty)

    @property
    def place(self) -> tuple[slice, slice]:
        """Its rows and columns."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)


def around(corners: NDArray[np.float32], shape: Sequence[int]) -> list[TextBox]:
    """Upright boxes that cover a box with some margin; a slanting one is covered by strips.

    Args:
        corners: (4, 2) x and y, clockwise from the upper left.
        shape: rows and columns of the picture.

    Example:
        >>> around(np.float32([[10, 10], [50, 10], [50, 20], [10, 20]]), (100, 100))
        [TextBox(x=6, y=9, width=48, height=12, certainty=1)]
    """
    first, second = corners[1] - corners[0], corners[3] - corners[0]
    if np.linalg.norm(first) < np.linalg.norm(second):
        corners = np.roll(corners, -1, axis=0)
        first, second = corners[1] - corners[0], corners[3] - corners[0]
    longer, shorter = float(np.linalg.norm(first)), float(np.linalg.norm(second))
    lean = float(np.abs(first).min() / max(np.abs(first).max(), 1e-6))
    margin = max(_LEAST_MARGIN, _MARGIN * shorter)
    along, across = first / max(longer, 1.0), second / max(shorter, 1.0)
    along, across = along * (margin + _MARGIN_ALONG * shorter), across * margin
    moves = np.stack([-along - across, along - across, along + across, across - along])
    outline = corners + moves
    if np.arctan(lean) <= _LEVEL:
        boxes = [_whole(outline, shape)]
    else:
        boxes = _strips(outline, shape, max(2, round(shorter * _STRIP)))
    return [box for box in boxes if box.width > 0 and box.height > 0]


def _whole(outline: NDArray[np.float32], shape: Sequence[int]) -> TextBox:
    low, high = outline.min(axis=0), outline.max(axis=0)
    return upright(float(low[0]), float(low[1]), float(high[0]), float(high[1]), shape)


def _strips(outline: NDArray[np.float32], shape: Sequence[int], step: int) -> list[TextBox]:
    """Cover a slanting box by upright strips across the direction in which it is longer."""
    import cv2

    whole = _whole(outline, shape)
    mask = np.zeros((whole.height, whole.width), np.uint8)
    cv2.fillPoly(mask, [np.rint(outline - (whole.x, whole.y)).astype(np.int32)], 1)
    tall = np.abs(outline[1] - outline[0])[1] > np.abs(outline[1] - outline[0])[0]
    boxes = []
    for start in range(0, mask.shape[0 if tall else 1], step):
        part = mask[start : start + step] if tall else mask[:, start : start + step]
        inside = np.flatnonzero(part.any(axis=0 if tall else 1))
        if len(inside) == 0:
            continue
        low, length = int(inside[0]), int(inside[-1] - inside[0] + 1)
        place = (low, start, length, part.shape[0]) if tall else (start, low, part.shape[1], length)
        boxes.append(TextBox(whole.x + place[0], whole.y + place[1], place[2], place[3]))
    return boxes


def upright(left: float, top: float, right: float, bottom: float, shape: Sequence[int]) -> TextBox:
    """The box of whole pixels that covers these edges, cut to the picture.

    Example:
        >>> upright(-3.5, 2.2, 8.1, 9.0, (100, 100))
        TextBox(x=0, y=2, width=9, height=7, certainty=1)
    """
    x, y = (max(0, int(np.floor(edge))) for edge in (left, top))
    end_x, end_y = (min(side, int(np.ceil(edge))) for edge, side in ((right, shape[1]), (bottom, shape[0])))
    return TextBox(x, y, end_x - x, end_y - y)


def share_of(boxes: Iterable[TextBox], shape: Sequence[int]) -> float:
    """What share of a picture (rows, columns) boxes cover.

    Example:
        >>> share_of([TextBox(0, 0, 5, 10), TextBox(0, 0, 5, 10)], (10, 10))
        0.5
    """
    covered = np.zeros(tuple(shape[:2]), bool)
    for box in boxes:
        covered[box.place] = True
    return float(covered.mean())


def fill(picture: NDArray[Any], boxes: Sequence[TextBox]) -> NDArray[Any]:
    """A copy of one picture (rows, columns, perhaps colours) with boxes filled by what is around them.

    Example:
        >>> fill(np.pad(np.ones((2, 2)), 4, constant_values=7.0), [TextBox(4, 4, 2, 2)])[4, 4].item()
        7.0
    """
    filled = picture.copy()
    for box, value in fillings(picture, boxes):
        filled[box.place] = value
    return filled


def fillings(
    picture: NDArray[Any], boxes: Sequence[TextBox], *, names: bool = False
) -> list[tuple[TextBox, NDArray[Any]]]:
    """What each box is filled with: the middle value of an uncovered ring around it, colour by colour.

    Where nothing is around a box, the picture's lowest value.

    Args:
        picture: (rows, columns) or (rows, columns, colours).
        boxes: inside the picture.
        names: the values are names of colours, as in a palette: the most frequent one is taken.

    Example:
        >>> fillings(np.zeros((9, 9)), [TextBox(3, 3, 2, 2)])[0][1].item()
        0.0
    """
    covered = np.zeros(picture.shape[:2], bool)
    for box in boxes:
        covered[box.place] = True
    values = []
    for box in boxes:
        rows = slice(max(0, box.y - _RING), box.y + box.height + _RING)
        columns = slice(max(0, box.x - _RING), box.x + box.width + _RING)
        ring = picture[rows, columns][~covered[rows, columns]]
        if len(ring) == 0:
            ring = picture.reshape(-1, *picture.shape[2:]).min(axis=0)[np.newaxis]
        if names:
            found, counts = np.unique(ring, return_counts=True)
            value = found[counts.argmax()]
        else:
            value = np.sort(ring, axis=0)[(len(ring) - 1) // 2]
        values.append((box, np.asarray(value, picture.dtype)))
    return values
