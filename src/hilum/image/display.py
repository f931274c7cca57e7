"""One picture, grey from 0 to 1, as a doctor sees it."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hilum.dicom import decode, read_dataset
from hilum.errors import ImageError
from hilum.image.files import kind_of
from hilum.image.flat import grey, read_flat


def read_display(path: Path | str) -> NDArray[np.float32]:
    """Read a two-dimensional image as grey from 0, black, to 1, white.

    DICOM goes through its modality LUT, its window or VOI LUT, and inversion for MONOCHROME1 (PS3.4 section
    N.2). PNG and JPEG are divided by the highest value of their type. Colour becomes luminance (ITU-R
    BT.601). EXIF orientation of a JPEG is honoured; transparency is left out.

    Args:
        path: a DICOM file with one frame, a PNG (8 or 16 bits) or a JPEG.

    Returns:
        (rows, columns), float32.

    Raises:
        ImageError: the file is no such image, is cut or damaged, or has several frames or slices.

    Example:
        >>> read_display("README.md")
        Traceback (most recent call last):
        hilum.errors.ImageError: README.md is no image that can be read: DICOM, PNG and JPEG can
    """
    try:
        kind = kind_of(path)
    except OSError as error:
        raise ImageError(f"{path} cannot be opened: {error.strerror or error}") from error
    if kind in ("png", "jpeg"):
        return grey(read_flat(path))
    if kind == "dicom":
        pixels = decode(read_dataset(path))
        if pixels.frames != 1:
            raise ImageError(f"{path} has {pixels.frames} frames; one picture is needed: take a single frame")
        return pixels.display()
    if kind == "nifti":
        raise ImageError(f"{path} is a volume; one picture is needed: take a DICOM, PNG or JPEG")
    raise ImageError(f"{path} is no image that can be read: DICOM, PNG and JPEG can")
