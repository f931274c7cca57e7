"""One picture, grey from 0 to 1, as a doctor sees it."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hilum.dicom import decode, read_dataset
from hilum.errors import ImageError
from hilum.image.files import kind_of
from hilum.image.flat import grey, read_flat
from hilum.image.nuclear import Wanted, choose_frame, counts_as_grey, is_nuclear, is_planar


def read_display(path: Path | str, frame: Wanted = None) -> NDArray[np.float32]:
    """Read a two-dimensional image as grey from 0, black, to 1, white.

    DICOM goes through its modality LUT, its window or VOI LUT, and inversion for MONOCHROME1 (PS3.4 section
    N.2). PNG and JPEG are divided by the highest value of their type. Colour becomes luminance (ITU-R
    BT.601). EXIF orientation of a JPEG is honoured; transparency is left out.

    Of a nuclear medicine image the counts are kept: linear from none, black, to the highest, white, without
    the window that the file proposes. Of several frames the anterior one of the first energy window is taken,
    by its tags (see `hilum.image.nuclear`).

    Args:
        path: a DICOM file with one frame, or of nuclear medicine; a PNG (8 or 16 bits) or a JPEG.
        frame: of a DICOM file of several frames `anterior`, `posterior`, or a number counted from 1.

    Returns:
        (rows, columns), float32.

    Raises:
        ImageError: the file is no such image, is cut or damaged, or has several frames or slices of which
            none is meant.

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
        return _dicom(path, frame)
    if kind == "nifti":
        raise ImageError(f"{path} is a volume; one picture is needed: take a DICOM, PNG or JPEG")
    raise ImageError(f"{path} is no image that can be read: DICOM, PNG and JPEG can")


def _dicom(path: Path | str, wanted: Wanted) -> NDArray[np.float32]:
    dataset = read_dataset(path)
    if is_nuclear(dataset) or wanted is not None:
        index, pixels = choose_frame(dataset, wanted), decode(dataset)
    else:
        index, pixels = 0, decode(dataset)
        if pixels.frames != 1:
            raise ImageError(f"{path} has {pixels.frames} frames; one picture is needed: take a single frame")
    if is_planar(dataset) and not pixels.is_colour:
        return counts_as_grey(pixels.modality_values()[index])
    return pixels.display(index)
