"""From an image file to the array that a model reads: the same few lines for training and for prediction."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hilum.image import read_display
from hilum.preparation.geometry import fit_square
from hilum.preparation.intensity import standardise
from hilum.preparation.plan import Picture
from hilum.preparation.volume import prepare_volume

# A film of 4,000 columns standardises as well from 512, and forty times as fast.
_STANDARDISE_AT = 512


def prepare_picture(path: Path, options: Picture) -> NDArray[np.uint8 | np.uint16]:
    """Read one image file and bring it into the form of the plan.

    Args:
        path: DICOM, PNG or JPEG; NIfTI where the plan reads volumes.
        options: the plan's picture section.

    Returns:
        (size, size), or (depth, size, size) where the plan reads volumes: whole numbers over the full range
        of the stored bits.

    Raises:
        ImageError: the file cannot be read.
    """
    if options.depth > 1:
        return _whole_numbers(prepare_volume(path, options), options)
    return prepare_array(read_display(path), options)


def prepare_array(picture: NDArray[np.float32], options: Picture) -> NDArray[np.uint8 | np.uint16]:
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
    if min(picture.shape) > 2 * _STANDARDISE_AT and max(picture.shape) >= 2 * options.size:
        factor = min(picture.shape) // _STANDARDISE_AT
        rows, columns = (side // factor for side in picture.shape)
        picture = picture[: rows * factor, : columns * factor]
        picture = picture.reshape(rows, factor, columns, factor).mean(axis=(1, 3), dtype=np.float32)
    square, _ = fit_square(standardise(picture, options.normalisation), options.size, options.fit)
    return _whole_numbers(square, options)


def _whole_numbers(grey: NDArray[np.float32], options: Picture) -> NDArray[np.uint8 | np.uint16]:
    kind = storage(options)
    return np.round(np.clip(grey, 0, 1) * np.iinfo(kind).max).astype(kind)


def storage(options: Picture) -> type[np.uint8] | type[np.uint16]:
    """The number type in which prepared pictures are stored.

    Example:
        >>> storage(Picture(bits=16)).__name__
        'uint16'
    """
    return np.uint8 if options.bits == 8 else np.uint16
