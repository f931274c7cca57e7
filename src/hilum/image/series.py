"""A folder with the slices of one DICOM series, as a volume."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from hilum.dicom import LIMITS, decode, geometry, is_dicom, read_dataset
from hilum.errors import ImageError
from hilum.image.files import list_images
from hilum.image.volume import Volume

_OVERVIEWS = frozenset({"LOCALIZER", "SCOUT"})
_MOST_FILES = 20_000
# How far, of the usual distance, one distance may be from it: a missing slice doubles it.
_UNEVEN = 0.1
_SAME_DIRECTION = 2e-3


def holds_series(path: Path | str) -> bool:
    """Whether a path is a folder with DICOM files in it, as an archive keeps a series.

    Example:
        >>> holds_series("README.md")
        False
    """
    folder = Path(path)
    return folder.is_dir() and any(is_dicom(file) for file in _files(folder))


def list_series(folder: Path | str) -> list[Path]:
    """The folder itself and all below it that hold DICOM files, sorted; links are not followed.

    Example:
        >>> list_series("no-such-folder")
        []
    """
    root = Path(folder)
    if not root.is_dir():
        return []
    below = sorted(path for path in root.rglob("*") if path.is_dir() and not path.is_symlink())
    return [path for path in (root, *below) if holds_series(path)]


def list_volume_files(folder: Path | str) -> list[Path]:
    """The NIfTI files in a folder and below, sorted.

    Example:
        >>> list_volume_files("no-such-folder")
        []
    """
    return [path for path in list_images(folder) if path.name.lower().endswith((".nii", ".nii.gz"))]


def read_series(folder: Path | str) -> Volume:
    """Read the slices of one series, in order by where they lie, never by number or name.

    Overview images (localisers) are left out. Values are what was measured, such as Hounsfield units. A
    gantry that was tilted gives an affine with slices that move sideways, as they do.

    Args:
        folder: with the files of one series (PS3.3 section C.7.6.2 says where each lies), or with one file of
            several frames.

    Returns:
        (slices, rows, columns) along the normal of the slices, with its affine.

    Raises:
        ImageError: there are fewer than two slices, or they are not one even stack: of several series, sizes
            or directions, without a place, twice at one place, or with a slice missing.

    Example:
        >>> read_series("no-such-folder")
        Traceback (most recent call last):
        hilum.errors.ImageError: no-such-folder holds no DICOM files with pictures
    """
    folder = Path(folder)
    files = _files(folder) if folder.is_dir() else []
    headers = [read_dataset(file, stop_before_pixels=True) for file in files if is_dicom(file)]
    found = [header for header in headers if "Rows" in header and "Columns" in header]
    if not found:
        raise ImageError(f"{folder} holds no DICOM files with pictures")
    kept = [header for header in found if not _is_overview(header)] or found
    _see_one_series(kept, folder)
    if len(kept) == 1:
        return _of_frames(Path(str(kept[0].filename)), folder)
    return _stacked([_placed(header, folder) for header in kept], folder)


def _is_overview(header: Dataset) -> bool:
    words = header.get("ImageType") or ()
    told = (words,) if isinstance(words, str) else words
    return not _OVERVIEWS.isdisjoint(str(word).upper() for word in told)


def _files(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    if len(files) > _MOST_FILES:
        raise ImageError(f"{folder} holds {len(files)} files, which is no series of slices")
    return files


def _see_one_series(datasets: Sequence[Dataset], folder: Path) -> None:
    series = {str(one.get("SeriesInstanceUID", "")) for one in datasets}
    if len(series) > 1:
        raise ImageError(f"{folder} holds {len(series)} series: give each a folder of its own")
    sizes = {(int(one.Rows), int(one.Columns)) for one in datasets}
    if len(sizes) > 1:
        raise ImageError(f"the slices in {folder} have {len(sizes)} sizes, so they are no volume")
    rows, columns = next(iter(sizes))
    if len(datasets) * rows * columns * 4 > LIMITS.decoded_bytes:
        raise ImageError(f"the {len(datasets)} slices in {folder} would need too much memory")


def _of_frames(path: Path, folder: Path) -> Volume:
    """The volume of a single file that holds all slices as its frames."""
    dataset = read_dataset(path)
    place, values = geometry(dataset), decode(dataset).modality_values()
    if len(values) < 2:
        raise ImageError(f"{folder} holds a single slice; a volume of several slices is needed")
    if values.ndim != 3:
        raise ImageError(f"the frames in {folder} are in colour; slices in grey can be read as a volume")
    return Volume(
        values,
        place.affine,
        frame_of_reference=place.frame_of_reference,
        in_patient=place.in_patient,
        spacing_source=place.spacing_source,
        notes=place.notes,
    )


@dataclass(frozen=True, eq=False)
class _Slice:
    """One slice where it lies."""

    path: Path
    frame_of_reference: str | None
    affine: NDArray[np.float64]

    @property
    def position(self) -> NDArray[np.float64]:
        return np.asarray(self.affine[:3, 3])

    @property
    def axes(self) -> NDArray[np.float64]:
        """From one row, and from one column, to the next, in millimetres."""
        return np.asarray(self.affine[:3, 1:3])

    @property
    def normal(self) -> NDArray[np.float64]:
        across = np.cross(self.axes[:, 1], self.axes[:, 0])
        return np.asarray(across / np.linalg.norm(across))


def _placed(header: Dataset, folder: Path) -> _Slice:
    if int(header.get("NumberOfFrames") or 1) > 1:
        raise ImageError(f"{folder} holds several files of several frames each, which are no single volume")
    place = geometry(header)
    if place.affine is None or not place.in_patient:
        raise ImageError(
            f"a slice in {folder} does not say where it lies (ImagePositionPatient, ImageOrientationPatient, "
            "PixelSpacing)"
        )
    return _Slice(Path(str(header.filename)), place.frame_of_reference, place.affine)


def _stacked(slices: list[_Slice], folder: Path) -> Volume:
    first = slices[0]
    if any(np.abs(one.axes - first.axes).max() > _SAME_DIRECTION for one in slices):
        raise ImageError(f"the slices in {folder} do not all look the same way, so they are no volume")
    ordered = sorted(slices, key=lambda one: float(one.position @ first.normal))
    _see_even(np.array([one.position @ first.normal for one in ordered]), folder)
    affine = np.array(ordered[0].affine)
    affine[:3, 0] = (ordered[-1].position - ordered[0].position) / (len(ordered) - 1)
    return Volume(
        _values(ordered, folder),
        affine,
        frame_of_reference=first.frame_of_reference,
        in_patient=True,
        spacing_source="PixelSpacing",
    )


def _see_even(heights: NDArray[np.float64], folder: Path) -> None:
    steps = np.diff(heights)
    usual = float(np.median(steps))
    if usual <= 0 or steps.min() < _UNEVEN * usual:
        raise ImageError(f"two slices in {folder} lie at one place, so they are no single volume")
    if np.abs(steps - usual).max() > _UNEVEN * usual:
        raise ImageError(
            f"the slices in {folder} do not lie evenly ({steps.min():.2f} to {steps.max():.2f} mm apart): "
            "one is missing, or several stacks are mixed"
        )


def _values(ordered: list[_Slice], folder: Path) -> NDArray[Any]:
    """The measured values of all slices; whole numbers where all are whole."""
    planes = []
    for one in ordered:
        values = decode(read_dataset(one.path)).modality_values()
        if values.ndim != 3:
            raise ImageError(f"the slices in {folder} are in colour; slices in grey can be read as a volume")
        planes.append(values[0] if values.dtype.kind in "iu" else values[0].astype(np.float32))
    return np.stack(planes)
