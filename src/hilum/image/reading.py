"""Any image file to a volume of what was measured."""

from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset

from hilum.dicom import decode, geometry, read_dataset
from hilum.errors import ImageError
from hilum.image.files import kind_of
from hilum.image.flat import read_flat
from hilum.image.nifti import read_nifti
from hilum.image.nuclear import Wanted, about_frame, choose_frame, is_planar
from hilum.image.series import holds_series, read_series
from hilum.image.volume import Volume


def read_image(path: Path | str, frame: Wanted = None) -> Volume:
    """Read an image with its values exact and its place in space.

    What the file holds decides, not its name. DICOM gives modality values (Hounsfield units for CT) in
    patient coordinates; NIfTI its scaled values with the affine turned from RAS to LPS; PNG and JPEG their
    values as stored, without millimetres. Of a planar nuclear medicine image of several frames, one is taken,
    by its tags: the anterior one of the first energy window where nobody says; a note tells which it was.

    Args:
        path: a DICOM, NIfTI (`.nii`, `.nii.gz`), PNG or JPEG file, or the folder of a DICOM series.
        frame: of a planar nuclear medicine image `anterior`, `posterior`, or a number counted from 1; of any
            other DICOM file of several frames a number, or None for all of them.

    Raises:
        ImageError: the file is none of these, is cut or damaged, asks for too much memory, or does not say
            which of its frames is meant.

    Example:
        >>> read_image("README.md")
        Traceback (most recent call last):
        hilum.errors.ImageError: README.md is no image that can be read: DICOM, NIfTI, PNG and JPEG can
    """
    if holds_series(path):
        return read_series(path)
    try:
        kind = kind_of(path)
    except OSError as error:
        raise ImageError(f"{path} cannot be opened: {error.strerror or error}") from error
    if kind == "dicom":
        return _read_dicom(path, frame)
    if kind == "nifti":
        return read_nifti(path)
    if kind in ("png", "jpeg"):
        return Volume(read_flat(path)[np.newaxis])
    raise ImageError(f"{path} is no image that can be read: DICOM, NIfTI, PNG and JPEG can")


def _read_dicom(path: Path | str, wanted: Wanted) -> Volume:
    dataset = read_dataset(path)
    one = wanted is not None or is_planar(dataset)
    index = choose_frame(dataset, wanted) if one else 0
    pixels = decode(dataset)
    values = pixels.modality_values()
    if one and pixels.frames > 1:
        place, notes = geometry(_of_one_frame(dataset)), _notes(dataset, index)
        values = values[index : index + 1]
    else:
        place, notes = geometry(dataset), ()
    return Volume(
        values,
        place.affine,
        frame_of_reference=place.frame_of_reference,
        in_patient=place.in_patient,
        spacing_source=place.spacing_source,
        notes=(*notes, *place.notes),
    )


def _notes(dataset: Dataset, index: int) -> tuple[str, ...]:
    if is_planar(dataset):
        return (about_frame(dataset, index),)
    return (f"frame {index + 1} of {dataset.NumberOfFrames} was taken",)


def _of_one_frame(dataset: Dataset) -> Dataset:
    """What the header says of distances in any of its frames; where in the patient they lie differs."""
    kept = ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing", "FrameOfReferenceUID")
    one = Dataset()
    for keyword in kept:
        if keyword in dataset:
            one[keyword] = dataset[keyword]
    return one
