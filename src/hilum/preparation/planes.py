"""From an image file to the planes that a plan wants: one grey picture, or one for each window."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hilum.dicom import read_dataset
from hilum.errors import ImageError
from hilum.image import read_display, read_image, read_picture
from hilum.image.files import kind_of
from hilum.preparation.plan import Picture
from hilum.preparation.window import Window

Grey = NDArray[np.float32]


def read_planes(path: Path, options: Picture) -> Grey:
    """Read one image as a doctor sees it, or through the plan's windows.

    Args:
        path: DICOM, PNG or JPEG.
        options: the plan's picture section.

    Returns:
        (rows, columns) in 0..1, or (channels, rows, columns) where the plan has several windows.

    Raises:
        ImageError: the file cannot be read, or lacks the Hounsfield units that the plan needs.
    """
    steps = options.steps
    if not steps.all_windows:
        return read_display(path, steps.frame)
    volume = read_image(path, steps.frame) if _in_hounsfield_units(path) else None
    if volume is None or volume.array.ndim != 3 or len(volume.array) != 1:
        raise ImageError(
            f"{path} holds no single slice in Hounsfield units, which `window` in [preparation] needs: leave "
            "`window` out, or take DICOM slices of CT"
        )
    shown = [Window(*window).forward(volume.array[0]) for window in steps.all_windows]
    return shown[0] if len(shown) == 1 else np.stack(shown)


def shown_picture(path: Path, options: Picture) -> Grey:
    """The image to look at, before anything is done to it: its frame, or of a volume the middle slice.

    Args:
        path: an image file, or the folder of a series.
        options: the plan's picture section.

    Returns:
        (rows, columns) in 0..1.

    Raises:
        ImageError: the file cannot be read.
    """
    frame = options.steps.frame
    return read_picture(path) if frame is None else read_display(path, frame)


def spacing_of(path: Path, options: Picture) -> tuple[float, float] | None:
    """Millimetres between rows and between columns, where the plan asks for them.

    Raises:
        ImageError: the file does not say them.
    """
    if options.steps.spacing_mm is None:
        return None
    spacing = read_image(path, options.steps.frame).spacing
    if spacing is None:
        raise ImageError(
            f"{path} does not say how large its pixels are, which `spacing_mm` in [preparation] needs: leave "
            "`spacing_mm` out, or take DICOM files with their Pixel Spacing"
        )
    return float(spacing[1]), float(spacing[2])


def _in_hounsfield_units(path: Path) -> bool:
    """Only CT is; Rescale Type (0028,1054) may say it of other files."""
    try:
        if kind_of(path) != "dicom":
            return False
    except OSError as error:
        raise ImageError(f"{path} cannot be opened: {error.strerror or error}") from error
    header = read_dataset(path, stop_before_pixels=True)
    return str(header.get("Modality", "")) == "CT" or str(header.get("RescaleType", "")) == "HU"
