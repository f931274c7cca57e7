"""The grey pictures in which writing anywhere in an image can be seen."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from hilum.deid.blanking_boxes import TextBox
from hilum.dicom import DicomPixels
from hilum.dicom.grey import is_inverted

Grey = NDArray[np.float32]

_MOST_FRAMES = 8
_GROUPS = 6
_SMOOTH = 40  # the picture's longer side over this is what counts as near
_FLOOR = 0.008  # of the whole range: weaker structures are noise
_SPREAD = 32.0  # grey levels for one standard deviation
_LONGEST_SHOWN = 2048
_SMALLEST = 4
_COLOURFUL = 0.12  # of the whole range between the colours of one pixel


def pictures_of(pixels: DicomPixels) -> list[Grey]:
    """The grey pictures (rows, columns) that stand for an image, in the values as stored.

    Several frames are looked at in six groups of neighbours: the brightest and the darkest value that each
    pixel has in a group, in which writing of any one frame stands out; and the first, the middle and the last
    frame. Of frames with a colour table, eight are taken. A picture in colours gives two: the strongest
    colour of each pixel and the luminance, because writing may differ from its ground in only one of them.

    Example:
        >>> from pydicom.dataset import Dataset
        >>> stored = np.arange(64, dtype=np.uint16).reshape(1, 8, 8)
        >>> pictures_of(DicomPixels(stored, "MONOCHROME2", 12, Dataset()))[0].shape
        (8, 8)
    """
    count = pixels.frames
    if pixels.photometric == "PALETTE COLOR":
        chosen = sorted({round(n) for n in np.linspace(0, count - 1, min(count, _MOST_FRAMES))})
        return [pixels.display(frame) for frame in chosen]
    chosen = sorted({0, count // 2, count - 1})
    if pixels.stored.ndim == 3:
        pictures = [_finite(pixels.stored[frame]) for frame in chosen]
        return pictures + (_over_time(pixels.stored) if count > 1 else [])
    pictures = [picture for frame in chosen for picture in _of_colours(pixels, frame)]
    if count > 1:
        luma = pixels.photometric.startswith("YBR")
        pictures += _over_time(pixels.stored[..., 0] if luma else pixels.stored.max(axis=-1))
    return pictures


def _over_time(stored: NDArray[Any]) -> list[Grey]:
    """The brightest and the darkest value of each pixel, in groups of frames that follow each other."""
    groups = np.array_split(stored, min(_GROUPS, max(1, len(stored) // 2)))
    return [_finite(ends(group, axis=0)) for group in groups for ends in (np.max, np.min)]


def _of_colours(pixels: DicomPixels, frame: int) -> list[Grey]:
    try:
        rgb = pixels.rgb(frame).astype(np.float32)
    except Exception:  # noqa: BLE001 - colours that cannot be converted are looked at one by one
        return [_finite(pixels.stored[frame][..., plane]) for plane in range(3)]
    strongest, weakest = rgb.max(axis=-1), rgb.min(axis=-1)
    if float((strongest - weakest).max()) <= _COLOURFUL * 2.0**pixels.bits_stored:
        return [strongest]
    return [strongest, np.asarray(rgb @ np.array([0.299, 0.587, 0.114], np.float32), np.float32)]


def _finite(values: NDArray[Any]) -> Grey:
    return np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)


def stretched(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Spread the values that occur over 0 to 255; a few extreme pixels do not make the rest flat.

    Example:
        >>> stretched(np.array([[100.0, 101.0]])).tolist()
        [[0, 255]]
    """
    return np.asarray(_spread(values) * 255.0, np.uint8)


def _spread(values: NDArray[Any]) -> Grey:
    grey = values.astype(np.float32)
    sample = grey[:: max(1, grey.shape[0] // 512), :: max(1, grey.shape[1] // 512)]
    low, high = (float(edge) for edge in np.percentile(sample, (0.5, 99.5)))
    lowest, highest = float(grey.min()), float(grey.max())
    if highest - lowest <= 2 * (high - low):
        low, high = lowest, highest
    if high <= low:
        low, high = lowest, max(highest, lowest + 1)
    return np.asarray(np.clip((grey - low) / (high - low), 0, 1), np.float32)


def local_contrast(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Every place with the same contrast: what it differs from its surroundings, by their own spread.

    Writing that is barely lighter than its ground comes out as strong as any other.

    Example:
        >>> faint = np.full((256, 256), 1000.0)
        >>> faint[100:103, 40:200] = 1040.0
        >>> faint[:, :4] = 2000.0
        >>> bool(np.ptp(stretched(faint)[90:110, 9:]) < 12 < 24 < np.ptp(local_contrast(faint)[90:110, 20:]))
        True
    """
    grey = _spread(values)
    near = max(grey.shape) // _SMOOTH | 1
    far = 2 * near + 1
    difference = grey - cv2.blur(grey, (near, near))
    spread = np.sqrt(np.maximum(cv2.blur(difference * difference, (far, far)), 0))
    return np.asarray(np.clip(128 + difference / (spread + _FLOOR) * _SPREAD, 0, 255), np.uint8)


def smoothed_over(values: NDArray[Any], boxes: Sequence[TextBox]) -> NDArray[Any]:
    """A picture in which boxes hold what their surroundings would lead one to expect, grain included.

    For looking again at what is left after blanking: flat patches would themselves be taken for writing.

    Example:
        >>> smoothed_over(np.ones((8, 8)), [TextBox(2, 2, 3, 3)]).round(3).max().item()
        1.0
    """
    if not boxes:
        return values
    grey, there = values.astype(np.float32), np.ones(values.shape, np.float32)
    for box in boxes:
        there[box.place] = 0
    if not there.any():
        return np.full_like(grey, grey.min())
    smooth = _filled_up(grey * there, there)
    grain = np.abs(grey - cv2.blur(grey, (5, 5)))[there > 0]
    noise = np.random.default_rng(0).normal(0, 1.25 * float(np.median(grain)), values.shape)
    return np.asarray(np.where(there == 0, smooth + noise, grey), np.float32)


def _filled_up(known: Grey, weight: Grey) -> Grey:
    """Where the weight is 0, what ever wider surroundings hold (push and pull through halved pictures)."""
    values = known / np.maximum(weight, 1e-6)
    if min(known.shape) < _SMALLEST or bool((weight > 0).all()):
        return np.asarray(np.where(weight > 0, values, values[weight > 0].mean()), np.float32)
    size = ((known.shape[1] + 1) // 2, (known.shape[0] + 1) // 2)
    small, heavy = (
        np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)
        for plane in (known, weight)
    )
    wide = cv2.resize(_filled_up(small, heavy), known.shape[::-1], interpolation=cv2.INTER_LINEAR)
    share = np.minimum(weight, 1)
    return np.asarray(share * values + (1 - share) * wide, np.float32)


def png_of(pixels: DicomPixels, framed: Sequence[TextBox]) -> bytes:
    """An image as a person looks at it, as PNG, with boxes framed in red.

    Of several frames, the brightest value that each pixel has in any of them; at most 2048 pixels a side.

    Example:
        >>> from pydicom.dataset import Dataset
        >>> png_of(DicomPixels(np.zeros((1, 8, 8), np.uint8), "MONOCHROME2", 8, Dataset()), ())[1:4]
        b'PNG'
    """
    colours = cv2.cvtColor(_shown(pixels), cv2.COLOR_GRAY2BGR)
    for box in framed:
        cv2.rectangle(colours, (box.x, box.y), (box.x + box.width, box.y + box.height), (0, 0, 255), 2)
    ratio = min(1.0, _LONGEST_SHOWN / max(colours.shape[:2]))
    if ratio < 1:
        colours = np.asarray(cv2.resize(colours, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA))
    return bytes(cv2.imencode(".png", colours)[1])


def _shown(pixels: DicomPixels) -> NDArray[np.uint8]:
    if pixels.photometric == "PALETTE COLOR":
        return stretched(pixels.display(pixels.frames // 2))
    brightest = pixels.stored.max(axis=0)
    if brightest.ndim == 3:
        brightest = brightest[..., 0] if pixels.photometric.startswith("YBR") else brightest.max(axis=-1)
    shown = stretched(_finite(brightest))
    return np.asarray(255 - shown if is_inverted(pixels.dataset) else shown, np.uint8)
