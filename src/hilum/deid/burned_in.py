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
from hilum.deid.blanking_grain import grainy_tiles
from hilum.deid.blanking_pictures import local_contrast, pictures_of, smoothed_over, stretched
from hilum.deid.blanking_reading import Reader, crop_of, has_strokes, sides
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

METHOD = "ppocr-960-local-4"
"""Names this way of looking, for the memory of earlier searches; changed when answers may change."""

_LARGEST_LETTER = 0.3  # of the picture's shorter side: taller "letters" are anatomy
_SMALLEST_LETTER = 4  # pixels: nobody reads smaller ones
_LARGEST_IN_GRAIN = 0.1
_TALLEST_MARKER = 0.15
_SINGLE = 1.8  # longer than this times its width, a box holds more than one letter
_MOST_SINGLES = 2
_MOST_READ = 160  # tries a picture, about a second: what cannot be read then is doubtful
_KNOWN = 0.8  # of a box within an earlier one: the same writing
_ROUNDS = 3
_SMALL = 640  # pixels: faint small letters in such a picture are found when it is enlarged
_LARGEST_DOUBTFUL = 0.12  # of the shorter side: larger doubtful places are anatomy
_READABLE = 0.5
_MOSTLY_BLANKED = 0.3


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
        round is doubtful. Of several frames, the darkest and brightest values over time have little grain.

        Returns:
            The places of writing, and with `certainty` KEPT those of markers and rulers, which stay.
        """
        boxes: dict[TextBox, None] = {}
        waiting, reader = pictures_of(pixels), Reader(self.models, _MOST_READ)
        for turn in range(_ROUNDS):
            writing = [box for box in boxes if box.certainty != KEPT]
            again = []
            for picture in waiting:
                seen = self.find(picture, writing, reader, grainy=pixels.frames == 1)
                new = [box for box in seen if box not in boxes]
                if turn == _ROUNDS - 1:
                    new = [box.with_certainty(DOUBTFUL) for box in new if box.certainty != KEPT]
                if any(box.certainty != KEPT for box in new):
                    again.append(picture)
                boxes.update(dict.fromkeys(new))
            waiting = again
            if not waiting:
                break
        return tuple(boxes)

    def find(
        self,
        picture: NDArray[np.generic],
        blanked: Sequence[TextBox] = (),
        reader: Reader | None = None,
        *,
        grainy: bool = True,
    ) -> tuple[TextBox, ...]:
        """Search one grey picture (rows, columns) in which boxes were blanked, for what is left.

        Args:
            picture: in the values as stored.
            blanked: what was found before.
            reader: reads what is found; None for one of its own.
            grainy: whether grain may hide writing, which then is looked for enlarged.
        """
        if _LARGEST_LETTER * min(picture.shape) < _SMALLEST_LETTER:
            return ()
        look = _Look(reader or Reader(self.models, _MOST_READ), np.zeros(picture.shape, np.uint8))
        left = smoothed_over(picture, blanked)
        for box in blanked:
            look.flat[box.place] = 1
        plain, local = stretched(left), local_contrast(left)
        look.judge((plain,), self._detected(plain, enlarged=False))
        look.judge((local, plain), self._detected(local, enlarged=not blanked))
        if grainy and not blanked:
            look.judge((local, plain), self._in_grain(plain, local))
        return _boxes_of(look.seen, plain.shape)

    def _in_grain(self, plain: NDArray[np.uint8], local: NDArray[np.uint8]) -> list[Found]:
        """Boxes of small letters in the grainy part of a picture, enlarged."""
        found: list[Found] = []
        for tile in grainy_tiles(plain):
            offset = np.array([tile.columns.start, tile.rows.start], np.float32)
            boxes = self.models.detect(tile.of(local))
            found += [
                Found((box.corners / tile.factor + offset).astype(np.float32), box.score) for box in boxes
            ]
        return [box for box in found if min(sides(box)) <= _LARGEST_IN_GRAIN * min(plain.shape)]

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


class _Look:
    """One look at a picture: judges what a detector saw by reading it.

    Args:
        reader: reads.
        flat: 1 where the picture was blanked before.
    """

    def __init__(self, reader: Reader, flat: NDArray[np.uint8]) -> None:
        self.reader, self.flat = reader, flat
        self.seen: list[_Seen] = []

    def judge(self, pictures: Sequence[NDArray[np.uint8]], found: Sequence[Found]) -> None:
        """Judge what is new by reading it in all renderings."""
        largest = _LARGEST_LETTER * min(self.flat.shape)
        for box in found:
            known = any(_within(box, earlier.found) for earlier in self.seen if earlier.kind != NOTHING)
            if min(sides(box)) <= largest and not known:
                self.seen.append(self._judged(pictures, box))

    def _judged(self, pictures: Sequence[NDArray[np.uint8]], box: Found) -> _Seen:
        alone = _is_alone(box, self.flat.shape)
        read = self.reader.read(pictures, box, alone=alone)
        reading = read or Reading("", 0.0)
        longer, shorter = max(sides(box)), max(1.0, min(sides(box)))
        kind = kind_of_writing(reading.text, reading.score, box.score, longer / shorter, alone=alone)
        if read is None and kind == NOTHING:
            kind = UNCLEAR
        if kind in (TEXT, UNCLEAR) and _is_empty(pictures, self.flat, box, reading):
            kind = NOTHING
        if kind == UNCLEAR and shorter > _LARGEST_DOUBTFUL * min(self.flat.shape):
            kind = NOTHING
        return _Seen(box, reading, kind)


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
    if crop_of(flat, box.corners).mean() >= _MOSTLY_BLANKED:
        return True
    return not any(has_strokes(crop_of(picture, box.corners)) for picture in pictures)


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
