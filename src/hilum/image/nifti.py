"""NIfTI, by nibabel."""

from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.dicom import LIMITS, quietly
from hilum.errors import ImageError
from hilum.image.volume import Volume

_RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
_TO_MILLIMETRES = {"meter": 1000.0, "micron": 0.001}


def read_nifti(path: Path | str) -> Volume:
    """Read a NIfTI-1 or NIfTI-2 file with three axes in space.

    NIfTI coordinates grow to the right, anterior and superior (RAS); x and y are turned, so that the affine
    leads into the LPS coordinates of DICOM. The array keeps the axes of the file. Whole numbers stay whole
    where the file scales by 1 and 0, else values are float64. Metres and micrometres become millimetres.

    Args:
        path: a file ending in `.nii` or `.nii.gz`.

    Raises:
        ImageError: the file is cut or damaged, has time or colours, or needs too much memory.
    """
    try:
        with quietly():
            array, image = _load(path)
        return _place(array, image)
    except ImageError as error:
        raise ImageError(f"{path} cannot be used: {error}") from None
    except Exception as error:  # nibabel raises nearly anything on broken files
        raise ImageError(f"{path} is cut or damaged and cannot be read; replace it") from error


def _load(path: Path | str) -> tuple[NDArray[Any], Any]:
    import nibabel

    image = nibabel.load(path)
    if not isinstance(image, nibabel.Nifti1Image):  # NIfTI-2 is a kind of it
        raise ImageError("it is no NIfTI file")
    header: Any = image.header
    kind = header.get_data_dtype()
    shape = tuple(int(side) for side in image.shape)
    if len(shape) < 2 or min(shape) < 1 or prod(shape[3:]) != 1:
        raise ImageError(f"its axes are {shape}; three axes in space can be read")
    if kind.kind not in "iuf":
        raise ImageError(f"its values are {kind}; real numbers can be read")
    if prod(shape) * max(8, kind.itemsize) > 2 * LIMITS.decoded_bytes:
        raise ImageError(f"its {shape} voxels would need too much memory")
    array = np.asanyarray(image.dataobj)
    return array.reshape((*shape[:3], 1)[:3]), image


def _place(array: NDArray[Any], image: Any) -> Volume:
    header = image.header
    scale = _TO_MILLIMETRES.get(header.get_xyzt_units()[0], 1.0)
    in_patient = int(header["sform_code"]) > 0 or int(header["qform_code"]) > 0
    if in_patient:
        affine = _RAS_TO_LPS @ image.affine
        notes: tuple[str, ...] = ()
    else:
        zooms = [*(float(zoom) for zoom in header.get_zooms()[:3]), 1.0, 1.0][:3]
        affine = np.diag([*zooms, 1.0])
        notes = ("the file gives voxel sizes but no place in the patient",)
    affine[:3] *= scale
    return Volume(array, affine, in_patient=in_patient, spacing_source="NIfTI", notes=notes)
