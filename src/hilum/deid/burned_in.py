"""Writing in the picture itself: found, not believed to be absent.

A name can be burned into the pixels, where no header rule reaches it. Every picture is searched twice, as it
is and with the same contrast everywhere, and what was found is blanked and searched again until nothing is
left. Single letters (L, R and other markers), the words that radiographers put on films (PA, ERECT ...) and
rulers are no identifying text; anything else is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.deid.blanking_boxes import DOUBTFUL, KEPT, SURE, TextBox, around
from hilum.deid.blanking_pictures import local_contrast, pictures_of, smoothed_over, stretched
from hilum.deid.blanking_windows import windows_of
from hilum.deid.blanking_words import (
    MARKER,
    NOTHING,
    NUMBER,
    SINGLE,
    TEXT,
    UNCLEAR,
    kind_of_writing,
    on_a_ruler,
)
from hilum.deid.text_models import LONGEST_SIDE, Found, Reading, TextModels
from hilum.dicom import DicomPixels

METHOD = "ppocr-960-local-3"
"""Names this way of looking, for the memory of earlier searches; changed when answers may change."""

_LARGEST_LETTER = 0.3  # of the picture's shorter side: taller "letters" are anatomy
_TALLEST_MARKER = 0.15
_SINGLE = 1.8  # longer than this times its width, a box holds more than one letter
_MOST_SINGLES = 2
_LOOKED_AT_ONE_BY_ONE = 24
_READ_AT_ONCE = 0.8  # read as surely as this, a crop need not be turned round
_KNOWN = 0.8  # of a box within an earlier one: the same writing
_ROUNDS = 3
_SMALL = 640  # pixels: faint small letters in such a picture are found when it is enlarged
_LARGEST_DOUBTFUL = 0.12  # of the shorter side: larger doubtful places are anatomy
_READABLE = 0.5
_MOSTLY_BLANKED = 0.3
_FEWEST_CHANGES = 3


@dataclass(frozen=True)
class _Seen:
    found: Found
    reading: Reading
    kind: str


class TextSearch:
    """Searches pictures for writing that could identify somebody. Make one a process: it keeps the models.

    Example:
        >>> TextSearch().find(np.zeros((64, 64), np.uint8))
        ()
    """

    def __init__(self) -> None:
        self.models = TextModels()

    def find_in(self, pixels: DicomPixels) -> tuple[TextBox, ...]:
        """Search an image: every picture that stands for it (see `pictures_of`).

        What was found is blanked and the picture searched again; writing that is still found in the third
        round is doubtful.

        Returns:
            The places of writing, and with `certainty` KEPT those of markers and rulers, which stay.
        """
        boxes: dict[TextBox, None] = {}
        waiting = pictures_of(pixels)
        for turn in range(_ROUNDS):
            writing = [box for box in boxes if box.certainty != KEPT]
            again = []
            for picture in waiting:
                new = [box for box in self.find(picture, writing) if box not in boxes]
                if turn == _ROUNDS - 1:
                    new = [box.with_certainty(DOUBTFUL) for box in new if box.certainty != KEPT]
                if any(box.certainty != KEPT for box in new):
                    again.append(picture)
                boxes.update(dict.fromkeys(new))
            waiting = again
            if not waiting:
                break
        return tuple(boxes)

    def find(self, picture: NDArray[np.generic], blanked: Sequence[TextBox] = ()) -> tuple[TextBox, ...]:
        """Search one grey picture (rows, columns) in which boxes were blanked, for what is left."""
        left = smoothed_over(picture, blanked)
        flat = np.zeros(picture.shape, np.uint8)
        for box in blanked:
            flat[box.place] = 1
        plain = stretched(left)
        seen: list[_Seen] = []
        self._look((plain,), flat, seen, enlarged=False)
        self._look((local_contrast(left), plain), flat, seen, enlarged=not blanked)
        return _boxes_of(seen, plain.shape)

    def _look(
        self,
        pictures: Sequence[NDArray[np.uint8]],
        flat: NDArray[np.uint8],
        seen: list[_Seen],
        *,
        enlarged: bool,
    ) -> None:
        """Detect writing in the first rendering of a picture, judge what is new by reading it in all."""
        shape = pictures[0].shape
        largest = _LARGEST_LETTER * min(shape)
        letters = [
            box for box in self._detected(pictures[0], enlarged=enlarged) if min(sides(box)) <= largest
        ]
        for box in letters:
            if any(_within(box, earlier.found) for earlier in seen if earlier.kind != NOTHING):
                continue
            reading = Reading("", 0.0)
            alone = _is_alone(box, shape)
            if len(seen) < _LOOKED_AT_ONE_BY_ONE:
                reading = self._read(pictures, box, alone=alone)
            longer, shorter = max(sides(box)), max(1.0, min(sides(box)))
            kind = kind_of_writing(reading.text, reading.score, box.score, longer / shorter, alone=alone)
            if kind in (TEXT, UNCLEAR) and _is_empty(pictures, flat, box, reading):
                kind = NOTHING
            if kind == UNCLEAR and shorter > _LARGEST_DOUBTFUL * min(shape):
                kind = NOTHING
            seen.append(_Seen(box, reading, kind))

    def _detected(self, picture: NDArray[np.uint8], *, enlarged: bool) -> list[Found]:
        """Boxes in the whole picture, in a small one enlarged, and in full size where strokes are fine."""
        boxes = self.models.detect(picture)
        if enlarged and max(picture.shape) <= _SMALL:
            boxes += self.models.detect_enlarged(picture)
        for rows, columns in windows_of(picture, LONGEST_SIDE):
            offset = np.array([columns.start, rows.start], np.float32)
            found = self.models.detect(np.ascontiguousarray(picture[rows, columns]))
            boxes += [Found(box.corners + offset, box.score) for box in found]
        return boxes

    def _read(self, pictures: Sequence[NDArray[np.uint8]], box: Found, *, alone: bool) -> Reading:
        """The surest reading of a box: as it is, turned round, and in the other rendering."""
        readings = []
        for picture in pictures:
            crop = _crop(picture, box.corners)
            for turns in (0, 2, 1, 3) if alone else (0, 2):
                readings.append(self.models.read(np.ascontiguousarray(np.rot90(crop, turns))))
                if readings[-1].score >= _READ_AT_ONCE and readings[-1].text:
                    return readings[-1]
        return max(readings, key=lambda reading: reading.score)


def _boxes_of(seen: Sequence[_Seen], shape: tuple[int, ...]) -> tuple[TextBox, ...]:
    """What was seen as upright boxes: many single letters are text, numbers are unless on a ruler."""
    singles = [one for one in seen if one.kind == SINGLE]
    numbers = [one for one in seen if one.kind == NUMBER]
    ruler = on_a_ruler([(int(one.reading.text), *_place(one.found)) for one in numbers])
    boxes: list[TextBox] = []
    for one in seen:
        if one.kind == NOTHING:
            continue
        kept = one.kind == MARKER or (one.kind == NUMBER and ruler)
        kept = kept or (one.kind == SINGLE and len(singles) <= _MOST_SINGLES)
        kept = kept or (one.kind == NUMBER and len(one.reading.text) == 1 and len(numbers) <= _MOST_SINGLES)
        certainty = KEPT if kept else SURE if one.kind in (TEXT, SINGLE, NUMBER) else DOUBTFUL
        boxes += [box.with_certainty(certainty) for box in around(one.found.corners, shape)]
    return tuple(boxes)


def _is_empty(
    pictures: Sequence[NDArray[np.uint8]], flat: NDArray[np.uint8], box: Found, reading: Reading
) -> bool:
    """Whether a place holds no letters: a plain bar, or mostly what was blanked before, and unreadable."""
    if reading.score >= _READABLE and len(reading.text) > 1:
        return False
    if _crop(flat, box.corners).mean() >= _MOSTLY_BLANKED:
        return True
    return not any(has_strokes(_crop(picture, box.corners)) for picture in pictures)


def has_strokes(crop: NDArray[np.uint8]) -> bool:
    """Whether light and dark change often enough along a line for letters: a plain bar or edge has not.

    Example:
        >>> bar = np.zeros((20, 80), np.uint8)
        >>> bar[5:15, 5:75] = 255
        >>> has_strokes(bar)
        False
    """
    import cv2

    _, ink = cv2.threshold(crop, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    rows = ink[len(ink) // 5 : len(ink) - len(ink) // 5]
    changes = np.abs(np.diff(rows.astype(np.int8), axis=1)).sum(axis=1)
    return bool(np.percentile(changes, 80) >= _FEWEST_CHANGES)


def _place(box: Found) -> tuple[float, float, float]:
    """The middle of a box and its height."""
    x, y = box.corners.mean(axis=0)
    return float(x), float(y), min(sides(box))


def _is_alone(box: Found, shape: tuple[int, ...]) -> bool:
    longer, shorter = max(sides(box)), min(sides(box))
    return longer <= min(_SINGLE * shorter, _TALLEST_MARKER * max(shape))


def _within(box: Found, other: Found) -> bool:
    """Whether a box lies, nearly whole, within another one."""
    low = np.maximum(box.corners.min(axis=0), other.corners.min(axis=0))
    high = np.minimum(box.corners.max(axis=0), other.corners.max(axis=0))
    own = np.prod(box.corners.max(axis=0) - box.corners.min(axis=0))
    return bool(np.prod(np.maximum(high - low, 0)) >= _KNOWN * own)


def sides(box: Found) -> tuple[float, float]:
    """Width and height of a box, in pixels, along its own edges.

    Example:
        >>> sides(Found(np.float32([[0, 0], [30, 0], [30, 10], [0, 10]]), 1.0))
        (30.0, 10.0)
    """
    corners = box.corners
    return (
        float(np.linalg.norm(corners[1] - corners[0])),
        float(np.linalg.norm(corners[3] - corners[0])),
    )


def _crop(picture: NDArray[np.uint8], corners: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The writing in a box, turned upright; tall boxes are taken for writing that runs along them."""
    import cv2

    width = max(2, round(float(np.linalg.norm(corners[1] - corners[0]))))
    height = max(2, round(float(np.linalg.norm(corners[3] - corners[0]))))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    crop = cv2.warpPerspective(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.rot90(crop) if height >= 1.5 * width else crop, np.uint8)
