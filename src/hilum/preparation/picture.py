"""From an image file to the array that a model reads: the same few lines for training and for prediction."""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hilum.errors import ImageError
from hilum.image import read_display, read_image, read_slices
from hilum.preparation.body import CropToBody
from hilum.preparation.centring import CentreOnLungs
from hilum.preparation.clahe import Clahe
from hilum.preparation.geometry import inner_size
from hilum.preparation.intensity import LATE, standardise
from hilum.preparation.letterbox import Letterbox
from hilum.preparation.mean_image import from_text
from hilum.preparation.placement import Moved, Placement, pasted
from hilum.preparation.plan import Picture
from hilum.preparation.resample import Resample, to_spacing
from hilum.preparation.upright import turned_by
from hilum.preparation.volume import prepare_slices
from hilum.preparation.window import Window

Grey = NDArray[np.float32]
Stored = NDArray[np.uint8 | np.uint16]
# A film of 4,000 columns standardises as well from 512, and forty times as fast.
_STANDARDISE_AT = 512


def prepare_picture(path: Path, options: Picture) -> Stored:
    """Read one image file and bring it into the form of the plan.

    Args:
        path: DICOM, PNG or JPEG; NIfTI where the plan reads volumes.
        options: the plan's picture section.

    Returns:
        (size, size), or (depth, size, size) where the plan reads volumes: whole numbers over the full range
        of the stored bits.

    Raises:
        ImageError: the file cannot be read, or lacks the Hounsfield units or millimetres that the plan
            needs.
    """
    return prepare_placed(path, options)[0]


def prepare_placed(path: Path, options: Picture) -> tuple[Stored, Placement]:
    """As `prepare_picture`, with the way back to the original image.

    Raises:
        ImageError: as `prepare_picture`.
    """
    if options.depth > 1:
        slices = read_slices(path)
        return _whole_numbers(prepare_slices(slices, options), options), _of_slices(slices.square, options)
    return place_array(_read(path, options), options, _spacing(path, options))


def prepare_array(picture: Grey, options: Picture) -> Stored:
    """Bring a grey picture into the form of the plan.

    Args:
        picture: (rows, columns) in 0..1.
        options: the plan's picture section.

    Returns:
        (size, size) whole numbers over the full range of the stored depth.

    Example:
        >>> prepare_array(np.eye(32, dtype=np.float32), Picture(size=16)).dtype
        dtype('uint8')
    """
    return place_array(picture, options)[0]


def place_array(
    picture: Grey, options: Picture, spacing_mm: tuple[float, float] | None = None
) -> tuple[Stored, Placement]:
    """As `prepare_array`, with the way back to the original picture.

    Args:
        picture: (rows, columns) in 0..1.
        options: the plan's picture section.
        spacing_mm: between rows and between columns, for a plan that says how large a pixel is.

    Example:
        >>> square, placement = place_array(np.ones((32, 16), np.float32), Picture(size=16))
        >>> placement.points_back(np.array([[0.0, 4.0]])).tolist()
        [[0.5, 0.5]]
    """
    square, looked_at, moves = _square(picture, options, spacing_mm)
    steps, way, turned = options.steps, "none", 0
    shift = (0, 0)
    if steps.centre == "lungs":
        mean = _mean(steps.mean) if steps.needs_mean else None
        moved, way = CentreOnLungs(mean, steps.fallback).find(looked_at)
        shift = moved.offset or (0, 0)
        square, looked_at = (pasted(each, moved.after, shift) for each in (square, looked_at))
        moves = (*moves, moved)
    if steps.upright:
        turned = turned_by(looked_at, _mean(steps.mean))
    return _whole_numbers(square, options), Placement(moves, way, shift, turned)


def compared_square(path: Path, options: Picture) -> Grey:
    """An image as it is compared with others: in its square, its grey values not yet made comparable.

    Args:
        path: DICOM, PNG or JPEG.
        options: the plan's picture section; nothing is centred.

    Raises:
        ImageError: as `prepare_picture`.
    """
    return _square(_read(path, options), options, _spacing(path, options))[1]


def _square(
    picture: Grey, options: Picture, spacing_mm: tuple[float, float] | None
) -> tuple[Grey, Grey, tuple[Moved, ...]]:
    """The square, the same with its grey values as they were, and what became of the places."""
    moves: list[Moved] = []
    if options.steps.crop == "body":
        picture, moved = CropToBody().forward(picture)
        moves.append(moved)
    shape = (picture.shape[0], picture.shape[1])
    inner = inner_size(shape, options.size, options.fit)
    if options.steps.spacing_mm is not None and spacing_mm is not None:
        inner = to_spacing(shape, spacing_mm, options.steps.spacing_mm)
    resample, letterbox = Resample(*inner, options.steps.resampling), Letterbox(options.size)
    thin = _thinned(picture, max(options.size, *inner))
    late = options.normalisation in LATE
    grey, _ = resample.forward(thin if late else standardise(thin, options.normalisation))
    raw = grey if late or options.normalisation == "none" else None
    if late:
        grey = standardise(grey, options.normalisation)
    if options.steps.clahe:
        grey = Clahe().forward(grey)
    square, boxed = letterbox.forward(grey)
    if options.steps.placed:
        raw = resample.forward(thin)[0] if raw is None else raw
        looked_at = letterbox.forward(standardise(raw, "min-max"))[0]
    else:
        looked_at = square
    return square, looked_at, (*moves, Moved(shape, inner), boxed)


def _thinned(picture: Grey, size: int) -> Grey:
    if not (min(picture.shape) > 2 * _STANDARDISE_AT and max(picture.shape) >= 2 * size):
        return picture
    factor = min(picture.shape) // _STANDARDISE_AT
    rows, columns = (side // factor for side in picture.shape)
    whole = picture[: rows * factor, : columns * factor]
    thin: Grey = whole.reshape(rows, factor, columns, factor).mean(axis=(1, 3), dtype=np.float32)
    return thin


def _read(path: Path, options: Picture) -> Grey:
    """The picture as a doctor sees it, or through the plan's window."""
    window = options.steps.window
    if window is None:
        return read_display(path)
    volume = read_image(path)
    if volume.array.ndim != 3 or len(volume.array) != 1 or volume.spacing is None:
        raise ImageError(
            f"{path} holds no single slice in Hounsfield units, which `window` in [preparation] needs: leave "
            "`window` out, or take DICOM slices of CT"
        )
    return Window(*window).forward(volume.array[0])


def _spacing(path: Path, options: Picture) -> tuple[float, float] | None:
    if options.steps.spacing_mm is None:
        return None
    spacing = read_image(path).spacing
    if spacing is None:
        raise ImageError(
            f"{path} does not say how large its pixels are, which `spacing_mm` in [preparation] needs: leave "
            "`spacing_mm` out, or take DICOM files with their Pixel Spacing"
        )
    return float(spacing[1]), float(spacing[2])


def _of_slices(square: tuple[int, int], options: Picture) -> Placement:
    inner = inner_size(square, options.size, options.fit)
    offset = ((options.size - inner[0]) // 2, (options.size - inner[1]) // 2)
    return Placement((Moved(square, inner), Moved(inner, (options.size, options.size), offset)))


@lru_cache(maxsize=4)
def _mean(text: str) -> Grey:
    return from_text(text)


def _whole_numbers(grey: Grey, options: Picture) -> Stored:
    kind = storage(options)
    return np.round(np.clip(grey, 0, 1) * np.iinfo(kind).max).astype(kind)


def storage(options: Picture) -> type[np.uint8] | type[np.uint16]:
    """The number type in which prepared pictures are stored.

    Example:
        >>> storage(Picture(bits=16)).__name__
        'uint16'
    """
    return np.uint8 if options.bits == 8 else np.uint16
