"""Colour to red, green, blue, and to the luminance that a grey picture needs (PS3.3 section C.7.6.3.1.2)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_color_lut
from pydicom.uid import ExplicitVRBigEndian

from hilum.dicom.lookup import look_up_table
from hilum.dicom.pixel_header import transfer_syntax
from hilum.dicom.quiet import quietly
from hilum.errors import ImageError

_PALETTE = "{}PaletteColorLookupTable"
_YBR_TO_RGB = np.array(
    [[1.0, 0.0, 1.402], [1.0, -0.114 * 1.772 / 0.587, -0.299 * 1.402 / 0.587], [1.0, 1.772, 0.0]]
)
_LUMINANCE = np.array([0.299, 0.587, 0.114])


def is_colour(photometric: str) -> bool:
    """Tell whether a photometric interpretation is in colour.

    Example:
        >>> is_colour("PALETTE COLOR"), is_colour("MONOCHROME1")
        (True, False)
    """
    return photometric not in ("MONOCHROME1", "MONOCHROME2", "")


def to_rgb(frame: NDArray[Any], photometric: str, dataset: Dataset, bits: int) -> tuple[NDArray[Any], int]:
    """Convert one frame to red, green and blue.

    YBR_FULL and YBR_FULL_422 by the full-range ITU-R BT.601 equations, rounded to whole numbers; a palette by
    its tables; RGB as it is.

    Args:
        frame: (rows, columns, 3), or (rows, columns) of palette indices.
        photometric: what the frame is in.
        dataset: holds the palette.
        bits: bits stored.

    Returns:
        The frame as (rows, columns, 3) and how many bits its values have.

    Raises:
        ImageError: the photometric interpretation cannot be converted, or the palette is broken.

    Example:
        >>> frame = np.array([[[76, 85, 255]]], np.uint8)
        >>> to_rgb(frame, "YBR_FULL", Dataset(), 8)[0].tolist()
        [[[254, 0, 0]]]
    """
    if photometric == "PALETTE COLOR":
        return _from_palette(frame, dataset)
    if photometric == "RGB":
        return frame, bits
    if photometric in ("YBR_FULL", "YBR_FULL_422"):
        middle, highest = 2.0 ** (bits - 1), 2**bits - 1
        ybr = frame.astype(np.float64)
        ybr[..., 1:] -= middle
        rgb = np.clip(np.rint(ybr @ _YBR_TO_RGB.T), 0, highest)
        return rgb.astype(frame.dtype), bits
    raise ImageError(
        f"its colours are in {photometric}, which cannot be read; RGB, YBR_FULL and palettes can"
    )


def _from_palette(frame: NDArray[Any], dataset: Dataset) -> tuple[NDArray[Any], int]:
    """Look each index up in the three tables of the palette (PS3.3 section C.7.6.3.1.5 and C.7.6.3.1.6)."""
    if f"Segmented{_PALETTE.format('Red')}Data" in dataset:
        return _from_segments(frame, dataset)
    little = transfer_syntax(dataset) != ExplicitVRBigEndian
    try:
        tables = [
            look_up_table(dataset, signed=False, little=little, prefix=_PALETTE.format(colour))
            for colour in ("Red", "Green", "Blue")
        ]
    except ImageError as error:
        raise ImageError(f"its colour palette cannot be read: {error}") from error
    bits = max(table.bits for table in tables)
    rgb = np.stack([table.apply(frame) for table in tables], axis=-1)
    return rgb.astype(np.uint8 if bits <= 8 else np.uint16), bits


def _from_segments(frame: NDArray[Any], dataset: Dataset) -> tuple[NDArray[Any], int]:
    """A palette in segments (PS3.3 section C.7.9.2), by pydicom."""
    try:
        with quietly():
            rgb = np.asarray(apply_color_lut(frame, dataset))
    except Exception as error:  # broken palettes raise nearly anything
        raise ImageError("its colour palette in segments cannot be read") from error
    return rgb[..., :3], 8 * rgb.dtype.itemsize


def luminance(rgb: NDArray[Any]) -> NDArray[np.float64]:
    """Return how bright a colour is: 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601).

    Args:
        rgb: (..., 3).

    Example:
        >>> luminance(np.array([255, 255, 255])).tolist()
        255.0
    """
    return np.asarray(rgb.astype(np.float64) @ _LUMINANCE)
