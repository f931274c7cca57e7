"""Writing in the picture itself: found, not believed to be absent.

A name can be burned into the pixels, where no header rule reaches it. Every place where the detector sees
writing is looked at: a whole chest that looks like a letter is looked at again in parts; single letters (L, R
and other markers) and the words that radiographers put on films (PA, ERECT ...) are no identifying text;
anything else is.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.deid.text_models import Found, TextModels
from hilum.dicom import DicomPixels

METHOD = "ppocr-736-1"
"""Names this way of looking, for the memory of earlier searches; changed when answers may change."""

_MARKERS = """
L R LT RT LEFT RIGHT PA AP LAT LATERAL ERECT UPRIGHT STANDING SITTING SEMI SEMIERECT SUPINE PRONE
PORTABLE MOBILE DECUBITUS INSP EXP INSPIRATION EXPIRATION OBLIQUE
"""
MARKERS = frozenset(_MARKERS.split())
"""Words that radiographers put on films; alone or together they identify nobody."""
_LARGEST_LETTER = 0.3  # of the picture's shorter side: taller "letters" are anatomy
_TALLEST_MARKER = 0.15
_SINGLE = 1.8  # longer than this times its width, a box holds more than one letter
_MOST_SINGLES = 2
_DOUBTFUL, _UNREADABLE = 0.66, 0.5  # below both, nothing is there
_SURE = 0.8
_LOOKED_AT_ONE_BY_ONE = 12
_MOST_FRAMES = 8


@dataclass(frozen=True)
class TextBox:
    """An upright box around writing, in pixels of the image, x to the right and y down.

    Example:
        >>> TextBox(10, 20, 80, 12).width
        80
    """

    x: int
    y: int
    width: int
    height: int


class TextSearch:
    """Searches pictures for writing that could identify somebody. Make one a process: it keeps the models.

    Example:
        >>> TextSearch().find(np.zeros((64, 64), np.uint8))
        ()
    """

    def __init__(self) -> None:
        self.models = TextModels()

    def find_in(self, pixels: DicomPixels) -> tuple[TextBox, ...]:
        """Search an image: every picture that stands for it (see `pictures_of`)."""
        found: dict[TextBox, None] = {}
        for picture in pictures_of(pixels):
            found.update(dict.fromkeys(self.find(picture)))
        return tuple(found)

    def find(self, picture: NDArray[np.uint8]) -> tuple[TextBox, ...]:
        """Search one grey picture (rows, columns, 0-255); empty where there is nothing but markers."""
        boxes = self._detected(picture)
        text, single = [], []
        for number, box in enumerate(boxes):
            if number >= _LOOKED_AT_ONE_BY_ONE:
                text.append(box)
                continue
            kind = self._kind(picture, box)
            if kind == "single":
                single.append(box)
            elif kind == "text":
                text.append(box)
        if len(single) > _MOST_SINGLES:
            text += single
        return tuple(_upright(box) for box in text)

    def _detected(self, picture: NDArray[np.uint8]) -> list[Found]:
        """Boxes of a letter's size; where anatomy filled a box, the picture is looked at in parts."""
        largest = _LARGEST_LETTER * min(picture.shape)
        boxes = self.models.detect(picture)
        letters = [box for box in boxes if min(_sides(box)) <= largest]
        if len(letters) == len(boxes):
            return letters
        for rows, columns in _parts(picture.shape):
            offset = np.array([columns.start, rows.start], np.float32)
            found = self.models.detect(picture[rows, columns])
            small = (box for box in found if min(_sides(box)) <= largest)
            letters.extend(Found(box.corners + offset, box.score) for box in small)
        return letters

    def _kind(self, picture: NDArray[np.uint8], box: Found) -> str:
        """Whether a box holds a marker, a single letter, nothing, or text."""
        reading = self.models.read(_crop(picture, box.corners))
        if reading.score >= _SURE and _is_marker(reading.text):
            return "marker"
        width, height = _sides(box)
        longer, shorter = max(width, height), min(width, height)
        if len(reading.text) == 1 and longer <= min(_SINGLE * shorter, _TALLEST_MARKER * max(picture.shape)):
            sure = _UNREADABLE if reading.text in "RL" else _SURE
            if reading.text.isascii() and reading.score >= sure:
                return "single"
        return "nothing" if box.score < _DOUBTFUL and reading.score < _UNREADABLE else "text"


def _is_marker(text: str) -> bool:
    """Whether a line is made of markers only, such as `R AP-sitting`, `(L)` or `A-P`."""
    words = re.split(r"[^A-Z0-9]+", text.upper().strip(" ()-."))
    return all(word in MARKERS for word in words) or "".join(words) in MARKERS


def pictures_of(pixels: DicomPixels) -> list[NDArray[np.uint8]]:
    """The grey pictures (rows, columns, 0-255) in which writing anywhere in an image can be seen.

    One frame is one picture. Of several frames: the first, the middle and the last, and the brightest and the
    darkest value that each pixel ever has, in which writing of any frame stands out; with a colour table, up
    to 8 frames.

    Example:
        >>> from pydicom.dataset import Dataset
        >>> stored = np.arange(64, dtype=np.uint16).reshape(1, 8, 8)
        >>> pictures_of(DicomPixels(stored, "MONOCHROME2", 12, Dataset()))[0].shape
        (8, 8)
    """
    count = pixels.frames
    if pixels.photometric == "PALETTE COLOR":
        chosen = sorted({round(n) for n in np.linspace(0, count - 1, min(count, _MOST_FRAMES))})
        return [_stretched(pixels.display(frame)) for frame in chosen]
    stored = pixels.stored
    if stored.ndim == 4:
        stored = stored[..., 0] if pixels.photometric.startswith("YBR") else stored.max(axis=-1)
    chosen = sorted({0, count // 2, count - 1})
    pictures = [_stretched(stored[frame]) for frame in chosen]
    if count > 1:
        pictures += [_stretched(stored.max(axis=0)), _stretched(stored.min(axis=0))]
    return pictures


def _stretched(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Spread the values that occur over 0 to 255; a few extreme pixels do not make the rest flat."""
    grey = values.astype(np.float32)
    sample = grey[:: max(1, grey.shape[0] // 512), :: max(1, grey.shape[1] // 512)]
    low, high = (float(edge) for edge in np.percentile(sample, (0.5, 99.5)))
    lowest, highest = float(grey.min()), float(grey.max())
    if highest - lowest <= 2 * (high - low):
        low, high = lowest, highest
    if high <= low:
        low, high = lowest, max(highest, lowest + 1)
    return np.asarray(np.clip((grey - low) * (255.0 / (high - low)), 0, 255), np.uint8)


def _parts(shape: tuple[int, ...]) -> list[tuple[slice, slice]]:
    """Four overlapping parts of a picture, each three fifths of its sides."""
    rows, columns = shape
    tall, wide = round(rows * 0.6), round(columns * 0.6)
    return [
        (slice(top, top + tall), slice(left, left + wide))
        for top in (0, rows - tall)
        for left in (0, columns - wide)
    ]


def _sides(box: Found) -> tuple[float, float]:
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


def _upright(box: Found) -> TextBox:
    low, high = box.corners.min(axis=0), box.corners.max(axis=0)
    return TextBox(int(low[0]), int(low[1]), int(np.ceil(high[0] - low[0])), int(np.ceil(high[1] - low[1])))
