"""Any image file to a volume of what was measured."""

from pathlib import Path

import numpy as np

from hilum.dicom import decode, geometry, read_dataset
from hilum.errors import ImageError
from hilum.image.files import kind_of
from hilum.image.flat import read_flat
from hilum.image.nifti import read_nifti
from hilum.image.volume import Volume


def read_image(path: Path | str) -> Volume:
    """Read an image with its values exact and its place in space.

    What the file holds decides, not its name. DICOM gives modality values (Hounsfield units for CT) in
    patient coordinates; NIfTI its scaled values with the affine turned from RAS to LPS; PNG and JPEG their
    values as stored, without millimetres.

    Args:
        path: a DICOM, NIfTI (`.nii`, `.nii.gz`), PNG or JPEG file.

    Raises:
        ImageError: the file is none of these, is cut or damaged, or asks for too much memory.

    Example:
        >>> read_image("README.md")
        Traceback (most recent call last):
        hilum.errors.ImageError: README.md is no image that can be read: DICOM, NIfTI, PNG and JPEG can
    """
    try:
        kind = kind_of(path)
    except OSError as error:
        raise ImageError(f"{path} cannot be opened: {error.strerror or error}") from error
    if kind == "dicom":
        return _read_dicom(path)
    if kind == "nifti":
        return read_nifti(path)
    if kind in ("png", "jpeg"):
        return Volume(read_flat(path)[np.newaxis])
    raise ImageError(f"{path} is no image that can be read: DICOM, NIfTI, PNG and JPEG can")


def _read_dicom(path: Path | str) -> Volume:
    dataset = read_dataset(path)
    values = decode(dataset).modality_values()
    place = geometry(dataset)
    return Volume(
        values,
        place.affine,
        frame_of_reference=place.frame_of_reference,
        in_patient=place.in_patient,
        spacing_source=place.spacing_source,
        notes=place.notes,
    )
