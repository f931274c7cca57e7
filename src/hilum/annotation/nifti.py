"""Marked cases as NIfTI masks, one volume a lesion and series, and such masks read."""

import gzip
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.annotation.coco import FoundShape
from hilum.annotation.combining import shape_of
from hilum.annotation.frames import frame_orientation, frame_position, frame_spacing
from hilum.annotation.lesion import pixels_of
from hilum.annotation.marked_case import CaseImage, MarkedCase
from hilum.annotation.shapes import Mask
from hilum.errors import ImageError
from hilum.files import replaced_when_done

_NAME = re.compile(r"(?P<series>\w+?)_lesion-(?P<number>\d{1,6})_category-(?P<category>\d{1,2})\.nii(\.gz)?")
_LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


def write_masks(folder: Path, case: MarkedCase) -> list[Path]:
    """Write a mask for each lesion and series, `<series>_lesion-<number>_category-<number>.nii.gz`.

    A file with several frames is a volume of its own, under its own name.

    Axes are columns, rows and slices; the affine leads into RAS where the images say where they lie. Lesions
    have files of their own, so that those that overlap stay whole.

    Args:
        folder: where to; it is there.
        case: with its images.

    Raises:
        ImageError: images of a series have different sizes, or cannot be read.
    """
    made = []
    for prefix, images in case.volumes():
        if len({image.size for image in images}) > 1:
            raise ImageError(f"the images of {prefix} have different sizes: they make no volume")
        affine = _affine(images)
        for lesion in case.lesions:
            if not any(image.key in lesion.shapes for image in images):
                continue
            stack = np.stack([pixels_of(lesion, image.key, *image.size) for image in images])
            name = f"{prefix}_lesion-{lesion.number:02d}_category-{lesion.category}.nii.gz"
            with replaced_when_done(folder / name) as path:
                path.write_bytes(_packed(stack.transpose(2, 1, 0).astype(np.uint8), affine))
            made.append(folder / name)
    return made


def _packed(mask: NDArray[np.uint8], affine: NDArray[np.float64]) -> bytes:
    """A compressed NIfTI file, the same bytes for the same mask."""
    import nibabel

    made: Any = nibabel
    return gzip.compress(made.Nifti1Image(mask, affine).to_bytes(), mtime=0)


def read_masks(file: Path, images: Sequence[CaseImage]) -> list[FoundShape]:
    """The slices of a mask, each with the SOP Instance UID of its image.

    Args:
        file: a NIfTI mask with the axes of `write_masks`; every value that is not 0 is inside.
        images: of its series, in the order of the volume.

    Raises:
        ImageError: the file cannot be read, or has another size than the series.
    """
    from hilum.image.nifti import read_nifti

    array = read_nifti(file).array
    wanted = (images[0].size[1], images[0].size[0], len(images))
    if array.shape != wanted:
        raise ImageError(f"{file.name} has {array.shape} voxels and its series {wanted}")
    named = _NAME.fullmatch(file.name)
    lesion, category = (named["number"].lstrip("0"), int(named["category"])) if named else (file.name, None)
    found = []
    for place, image in enumerate(images):
        painted = shape_of(array[:, :, place].T != 0, Mask(0, 0, 1, 1, (0, 1)))
        if painted is not None:
            found.append(FoundShape(image.instance, painted, category, lesion, None, image.frame))
    return found


def series_named(file: str) -> str | None:
    """The series that the name of a mask speaks of; None where others named it.

    Example:
        >>> series_named("cct_0KDNRJF_001_lesion-02_category-1.nii.gz")
        'cct_0KDNRJF_001'
    """
    named = _NAME.fullmatch(file)
    return named["series"] if named else None


def _affine(images: Sequence[CaseImage]) -> NDArray[np.float64]:
    """From columns, rows, slices to RAS millimetres; whole numbers where the images have no place."""
    from hilum.dicom import quietly, read_dataset
    from hilum.dicom.attributes import number

    with quietly():
        ends = [read_dataset(image.file, stop_before_pixels=True) for image in (images[0], images[-1])]
    first, last = images[0].frame, images[-1].frame
    begin, end = frame_position(ends[0], first), frame_position(ends[1], last)
    turn, spacing = frame_orientation(ends[0], first), frame_spacing(ends[0], first)
    if begin is None or end is None or turn is None or spacing is None:
        return np.eye(4)
    along = np.array(turn)
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1] = along[:3] * spacing[1], along[3:] * spacing[0]
    normal = np.cross(along[:3], along[3:]) * (number(ends[0], "SliceThickness") or 1)
    steps = len(images) - 1
    affine[:3, 2] = (np.array(end) - np.array(begin)) / steps if steps else normal
    affine[:3, 3] = begin
    if abs(np.linalg.det(affine[:3, :3])) < 1e-9:
        return np.eye(4)
    return np.asarray(_LPS_TO_RAS @ affine)
