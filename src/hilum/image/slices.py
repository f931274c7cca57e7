"""A volume as a doctor pages through it: axial slices from the feet up, each seen from the feet."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.errors import ImageError
from hilum.image.display import read_display
from hilum.image.files import kind_of
from hilum.image.nifti import read_nifti
from hilum.image.resizing import resize
from hilum.image.series import holds_series, read_series
from hilum.image.volume import Volume

# Where the slices, the rows and the columns of an axial picture lead.
_AXIAL = ("S", "P", "L")
_OPPOSITE = {"S": "I", "P": "A", "L": "R"}


@dataclass(frozen=True, eq=False)
class Slices:
    """A volume in axial slices.

    Attributes:
        array: (slices, rows, columns) values as measured, whole numbers where the file has such; slices go
            to the head, rows to the back, columns to the patient's left.
        square: rows and columns that a slice would have if its pixels were square, in the finer of its two
            spacings.
    """

    array: NDArray[Any]
    square: tuple[int, int]

    @property
    def middle(self) -> NDArray[np.float32]:
        """The middle slice as a picture: square pixels, grey from the volume's 1st to its 99th percentile.

        Example:
            >>> volume = np.linspace(0, 1, 64, dtype=np.float32).reshape(4, 4, 4)
            >>> Slices(volume, (4, 8)).middle.shape
            (4, 8)
        """
        low, high = np.percentile(self.array[:: max(len(self.array) // 32, 1)], [1.0, 99.0])
        picture = (self.array[len(self.array) // 2] - low) / max(high - low, np.finfo(np.float32).tiny)
        return resize(np.clip(picture, 0, 1), self.square)


def holds_volume(path: Path | str) -> bool:
    """Whether a path holds a volume: a NIfTI file, or a folder with the DICOM files of a series.

    Raises:
        ImageError: the file cannot be opened.

    Example:
        >>> holds_volume("README.md")
        False
    """
    try:
        return holds_series(path) or kind_of(path) == "nifti"
    except OSError as error:
        raise ImageError(f"{path} cannot be opened: {error.strerror or error}") from error


def read_slices(path: Path | str) -> Slices:
    """Read a volume in axial slices, whatever the order of the file's axes.

    Each axis is turned to the nearest direction of the patient; nothing is interpolated. Where the file gives
    no place in the patient its axes are taken as columns, rows and slices. Values that are no numbers become
    the smallest one.

    Args:
        path: a NIfTI file, or a folder with the DICOM files of one series.

    Raises:
        ImageError: there is no volume, a file is cut or damaged, there is a single slice, or the slices of a
            series do not lie evenly.

    Example:
        >>> read_slices("README.md")
        Traceback (most recent call last):
        hilum.errors.ImageError: README.md is no volume: a NIfTI file or the folder of a series is needed
    """
    if not holds_volume(path):
        raise ImageError(f"{path} is no volume: a NIfTI file or the folder of a series is needed")
    volume = read_series(path) if Path(path).is_dir() else read_nifti(path)
    if min(volume.shape) < 2:
        raise ImageError(f"{path} holds a single slice; a volume of several slices is needed")
    return _axial(volume, path)


def read_picture(path: Path | str) -> NDArray[np.float32]:
    """One picture of any image file, to look at: of a volume the middle slice.

    Args:
        path: a DICOM file with one frame, a PNG, a JPEG or a NIfTI file, or the folder of a series.

    Returns:
        (rows, columns) grey from 0, black, to 1, white.

    Raises:
        ImageError: the file cannot be read.
    """
    return read_slices(path).middle if holds_volume(path) else read_display(path)


def _axial(volume: Volume, path: Path | str) -> Slices:
    axes, turned = _axes(volume.orientation)
    array: NDArray[Any] = volume.array.transpose(axes)
    array = np.flip(array, tuple(place for place in range(3) if turned[place]))
    spacing = volume.spacing or (1.0, 1.0, 1.0)
    rows, columns = (array.shape[place] * spacing[axes[place]] for place in (1, 2))
    finest = min(spacing[axes[1]], spacing[axes[2]])
    return Slices(_finite(array, path), (max(1, round(rows / finest)), max(1, round(columns / finest))))


def _axes(orientation: str | None) -> tuple[tuple[int, int, int], tuple[bool, bool, bool]]:
    """Which axis of the file gives slices, rows and columns, and which of them is turned round.

    Example:
        >>> _axes("RAS")
        ((2, 1, 0), (False, True, True))
    """
    if orientation is None:
        return (2, 1, 0), (False, False, False)
    found = [
        next(place for place in range(3) if orientation[place] in (letter, _OPPOSITE[letter]))
        for letter in _AXIAL
    ]
    turned = [orientation[place] != letter for place, letter in zip(found, _AXIAL, strict=True)]
    return (found[0], found[1], found[2]), (turned[0], turned[1], turned[2])


def _finite(array: NDArray[Any], path: Path | str) -> NDArray[Any]:
    if array.dtype.kind in "iu":
        return array
    with np.errstate(over="ignore"):
        values: NDArray[np.float32] = np.ascontiguousarray(array, dtype=np.float32)
    known = np.isfinite(values)
    if known.all():
        return values
    if not known.any():
        raise ImageError(f"{path} holds no numbers: replace it")
    return np.where(known, values, values[known].min())
