"""Where the pixels lie, in millimetres (PS3.3 sections C.7.6.2 and C.7.6.16.2)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from hilum.dicom.attributes import number, numbers, text, whole
from hilum.dicom.functional_groups import frame_group

_EVEN = 1e-3
"""Millimetres by which positions may differ from an even grid: headers are written so exactly."""

_AT_DETECTOR = "distances are measured at the {} ({}); in the patient they are smaller"


@dataclass(frozen=True)
class Geometry:
    """How array indices (slice, row, column) become millimetres.

    Attributes:
        affine: 4 x 4, from (slice, row, column, 1) to (x, y, z, 1) in millimetres: patient coordinates to the
            left, posterior, superior (LPS) where `in_patient`, else x along the rows and y down the columns
            of the image. None where the file gives no millimetres.
        in_patient: whether position and orientation in the patient are known.
        spacing_source: which attribute the distance of pixels comes from; empty where there is none.
        frame_of_reference: the UID that images of one coordinate system share; None where there is none.
        notes: what a reader of distances should know, in sentences.
    """

    affine: NDArray[np.float64] | None
    in_patient: bool
    spacing_source: str
    frame_of_reference: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Plane:
    """One frame in the patient."""

    position: NDArray[np.float64]
    along_columns: NDArray[np.float64]  # direction in which the column index grows
    along_rows: NDArray[np.float64]  # direction in which the row index grows

    @property
    def normal(self) -> NDArray[np.float64]:
        return np.cross(self.along_columns, self.along_rows)


def geometry(dataset: Dataset) -> Geometry:
    """Find where the pixels of a file lie.

    Distances come from PixelSpacing, else from ImagerPixelSpacing or NominalScannedPixelSpacing, which
    measure at the detector or the film and not in the patient: a note says so. Without any of them there are
    no millimetres. Position and orientation come from ImagePositionPatient and ImageOrientationPatient, for
    enhanced objects from the functional groups. Frames must lie evenly on a line to have one affine; where
    they do not, there is none, and a note says so.

    Args:
        dataset: from `read_dataset`; the pixels are not needed.

    Example:
        >>> dataset = Dataset()
        >>> dataset.ImagerPixelSpacing = [0.15, 0.15]
        >>> geometry(dataset).spacing_source
        'ImagerPixelSpacing'
    """
    reference = text(dataset, "FrameOfReferenceUID") or None
    spacing, source, notes = _pixel_spacing(dataset)
    if spacing is None:
        return Geometry(None, False, "", reference, notes)
    planes = [_plane(dataset, frame) for frame in range(max(1, whole(dataset, "NumberOfFrames", 1)))]
    found = [plane for plane in planes if plane is not None]
    if not found or len(found) < len(planes):
        affine = _flat_affine(spacing) if len(planes) == 1 else None
        return Geometry(affine, False, source, reference, notes)
    step, about_step = _slice_step(dataset, found)
    if step is None:
        return Geometry(None, False, source, reference, (*notes, about_step))
    affine = np.eye(4)
    affine[:3, 0] = step
    affine[:3, 1] = found[0].along_rows * spacing[0]
    affine[:3, 2] = found[0].along_columns * spacing[1]
    affine[:3, 3] = found[0].position
    return Geometry(affine, True, source, reference, (*notes, about_step) if about_step else notes)


def _pixel_spacing(dataset: Dataset) -> tuple[tuple[float, float] | None, str, tuple[str, ...]]:
    """Return (between rows, between columns), the attribute it comes from, and what to know about it."""
    measures = frame_group(dataset, "PixelMeasuresSequence", 0)
    for place in (measures, dataset):
        spacing = _positive_pair(place, "PixelSpacing")
        if spacing and spacing == _positive_pair(dataset, "ImagerPixelSpacing"):
            return spacing, "PixelSpacing", (_AT_DETECTOR.format("detector", "as ImagerPixelSpacing"),)
        if spacing:
            return spacing, "PixelSpacing", ()
    for keyword, where in (("ImagerPixelSpacing", "detector"), ("NominalScannedPixelSpacing", "film")):
        spacing = _positive_pair(dataset, keyword)
        if spacing:
            return spacing, keyword, (_AT_DETECTOR.format(where, keyword),)
    return None, "", ("the file gives no pixel spacing, so there are no millimetres",)


def _positive_pair(place: Dataset | None, keyword: str) -> tuple[float, float] | None:
    values = numbers(place, keyword) if place is not None else ()
    return (values[0], values[1]) if len(values) == 2 and min(values) > 0 else None


def _plane(dataset: Dataset, frame: int) -> _Plane | None:
    place = frame_group(dataset, "PlanePositionSequence", frame) or dataset
    turn = frame_group(dataset, "PlaneOrientationSequence", frame) or dataset
    position, orientation = numbers(place, "ImagePositionPatient"), numbers(turn, "ImageOrientationPatient")
    if len(position) != 3 or len(orientation) != 6:
        return None
    along_columns, along_rows = np.array(orientation[:3]), np.array(orientation[3:])
    lengths = np.linalg.norm(along_columns), np.linalg.norm(along_rows)
    if min(lengths) < 0.5 or abs(along_columns @ along_rows) > 0.01:
        return None
    plane = _Plane(np.array(position), along_columns / lengths[0], along_rows / lengths[1])
    offsets = numbers(dataset, "GridFrameOffsetVector")  # dose grids: PS3.3 section C.8.8.3.2
    if 0 < frame < len(offsets):
        moved = plane.position + (offsets[frame] - offsets[0]) * plane.normal
        return _Plane(moved, plane.along_columns, plane.along_rows)
    return plane


def _slice_step(dataset: Dataset, planes: list[_Plane]) -> tuple[NDArray[np.float64] | None, str]:
    """Return the vector from one frame to the next, or None with the reason."""
    first = planes[0]
    if len(planes) == 1:
        return _single_step(dataset, first)
    steps = np.diff([plane.position for plane in planes], axis=0)
    mean = np.asarray(steps.mean(axis=0))
    axes = np.array([[plane.along_columns, plane.along_rows] for plane in planes])
    turned = not np.allclose(axes, axes[0], atol=1e-4)
    if turned or np.abs(steps - mean).max() > _EVEN or np.linalg.norm(mean) < _EVEN:
        return None, "the frames do not lie evenly along one line, so they have no common coordinates"
    return mean, ""


def _single_step(dataset: Dataset, plane: _Plane) -> tuple[NDArray[np.float64], str]:
    measures = frame_group(dataset, "PixelMeasuresSequence", 0) or dataset
    for keyword in ("SpacingBetweenSlices", "SliceThickness"):
        distance = number(measures, keyword)
        if distance and distance > 0:
            return plane.normal * distance, ""
    return plane.normal, "the file gives no slice thickness; 1 mm stands in its place"


def _flat_affine(spacing: tuple[float, float]) -> NDArray[Any]:
    """A picture without a place in the patient: x along the rows, y down the columns."""
    affine = np.zeros((4, 4))
    affine[2, 0] = 1.0
    affine[1, 1], affine[0, 2] = spacing
    affine[3, 3] = 1.0
    return affine
