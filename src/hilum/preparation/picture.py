"""From an image file to the array that a model reads: the same few lines for training and for prediction."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hilum.image import read_slices
from hilum.preparation.body import CropToBody
from hilum.preparation.centring import CentreOnLungs
from hilum.preparation.clahe import Clahe
from hilum.preparation.crop_to_lungs import CropToLungs
from hilum.preparation.geometry import inner_size
from hilum.preparation.intensity import LATE, standardise
from hilum.preparation.letterbox import Letterbox
from hilum.preparation.mean_image import from_text
from hilum.preparation.placement import Moved, Placement, pasted
from hilum.preparation.plan import Picture
from hilum.preparation.planes import read_planes, spacing_of
from hilum.preparation.resample import Resample, to_spacing
from hilum.preparation.upright import likeness_to, turned_by
from hilum.preparation.volume import prepare_slices

if TYPE_CHECKING:
    from hilum.preparation.lung_mask import LungMask

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
        (size, size), (channels, size, size) where it has several windows, or (depth, size, size) where it
        reads volumes: whole numbers over the full range of the stored bits.

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
    return place_array(read_planes(path, options), options, spacing_of(path, options))


def prepare_array(picture: Grey, options: Picture) -> Stored:
    """Bring a grey picture into the form of the plan.

    Args:
        picture: (rows, columns) in 0..1, or (channels, rows, columns).
        options: the plan's picture section.

    Returns:
        (size, size), or (channels, size, size): whole numbers over the full range of the stored depth.

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
        picture: (rows, columns) in 0..1, or (channels, rows, columns).
        options: the plan's picture section.
        spacing_mm: between rows and between columns, for a plan that says how large a pixel is.

    Example:
        >>> square, placement = place_array(np.ones((32, 16), np.float32), Picture(size=16))
        >>> placement.points_back(np.array([[0.0, 4.0]])).tolist()
        [[0.5, 0.5]]
    """
    squares, looked_at, moves, cropped = _squares(picture, options, spacing_mm)
    steps, way, turned = options.steps, "none", 0
    shift = (0, 0)
    if steps.centre == "lungs":
        mean = _mean(steps.mean) if steps.needs_mean else None
        moved, way = CentreOnLungs(mean, steps.fallback).find(looked_at)
        shift = moved.offset or (0, 0)
        squares = [pasted(each, moved.after, shift) for each in squares]
        looked_at = pasted(looked_at, moved.after, shift)
        moves = (*moves, moved)
    if steps.upright:
        turned = turned_by(looked_at, _mean(steps.mean))
    strange = steps.view and likeness_to(looked_at, _mean(steps.mean)) < steps.least_like
    square = squares[0] if picture.ndim == 2 else np.stack(squares)
    return _whole_numbers(square, options), Placement(moves, way, shift, turned, cropped, strange)


def compared_square(path: Path, options: Picture) -> Grey:
    """An image as it is compared with others: in its square, its grey values not yet made comparable.

    Args:
        path: DICOM, PNG or JPEG.
        options: the plan's picture section; nothing is centred.

    Raises:
        ImageError: as `prepare_picture`.
    """
    return _squares(read_planes(path, options), options, spacing_of(path, options))[1]


def _squares(
    picture: Grey, options: Picture, spacing_mm: tuple[float, float] | None
) -> tuple[list[Grey], Grey, tuple[Moved, ...], str]:
    """A square of each channel, how their mean looks, what became of places, and how the lungs were found."""
    planes = list(picture) if picture.ndim == 3 else [picture]
    seen = planes[0] if len(planes) == 1 else np.asarray(picture.mean(axis=0), dtype=np.float32)
    moves, cropped = _crop(seen, options)
    if moves:
        planes = [pasted(plane, moves[0].after, moves[0].offset or (0, 0)) for plane in planes]
        seen = pasted(seen, moves[0].after, moves[0].offset or (0, 0))
    shape = (seen.shape[0], seen.shape[1])
    inner = inner_size(shape, options.size, options.fit)
    if options.steps.spacing_mm is not None and spacing_mm is not None:
        inner = to_spacing(shape, spacing_mm, options.steps.spacing_mm)
    made = [_square(plane, inner, options) for plane in planes]
    boxed = Letterbox(options.size).forward(np.zeros(inner, np.float32))[1]
    looked_at = made[0]
    if options.steps.placed:
        thin = Resample(*inner, options.steps.resampling).forward(_thinned(seen, max(options.size, *inner)))[
            0
        ]
        looked_at = Letterbox(options.size).forward(standardise(thin, "min-max"))[0]
    return made, looked_at, (*moves, Moved(shape, inner), boxed), cropped


def _crop(seen: Grey, options: Picture) -> tuple[tuple[Moved, ...], str]:
    if options.steps.crop == "body":
        return (CropToBody().forward(seen)[1],), ""
    if options.steps.crop == "lungs":
        mask = _lungs(options.steps.lungs) if options.steps.lungs else None
        _, moved, found = CropToLungs(mask).forward(seen)
        return (moved,), found
    return (), ""


def _square(plane: Grey, inner: tuple[int, int], options: Picture) -> Grey:
    """One channel at its size, its grey values made comparable, in the middle of its square."""
    resample = Resample(*inner, options.steps.resampling)
    thin = _thinned(plane, max(options.size, *inner))
    if options.normalisation in LATE:
        grey = standardise(resample.forward(thin)[0], options.normalisation)
    else:
        grey = resample.forward(standardise(thin, options.normalisation))[0]
    if options.steps.clahe:
        grey = Clahe().forward(grey)
    return Letterbox(options.size).forward(grey)[0]


def _thinned(picture: Grey, size: int) -> Grey:
    if not (min(picture.shape) > 2 * _STANDARDISE_AT and max(picture.shape) >= 2 * size):
        return picture
    factor = min(picture.shape) // _STANDARDISE_AT
    rows, columns = (side // factor for side in picture.shape)
    whole = picture[: rows * factor, : columns * factor]
    thin: Grey = whole.reshape(rows, factor, columns, factor).mean(axis=(1, 3), dtype=np.float32)
    return thin


def _of_slices(square: tuple[int, int], options: Picture) -> Placement:
    inner = inner_size(square, options.size, options.fit)
    offset = ((options.size - inner[0]) // 2, (options.size - inner[1]) // 2)
    return Placement((Moved(square, inner), Moved(inner, (options.size, options.size), offset)))


@lru_cache(maxsize=2)
def _lungs(text: str) -> "LungMask":
    from hilum.preparation.lung_mask import LungMask

    return LungMask.from_text(text)


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
