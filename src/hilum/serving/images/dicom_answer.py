"""A DICOM file of the archive as an answer, in a form that a browser can read."""

import io
from collections.abc import Mapping
from pathlib import Path

from fastapi import Response
from fastapi.responses import FileResponse
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

from hilum.dicom import quietly, read_dataset
from hilum.errors import ImageError
from hilum.serving.failures import Refusal

MEDIA_TYPE = "application/dicom"


def dicom_answer(file: Path, headers: Mapping[str, str]) -> Response:
    """Give a DICOM file as it lies in the archive; a deflated one (PS3.5 A.5) unpacked.

    Browsers' DICOM readers do not unpack data sets, so that such a file goes out in Explicit VR Little
    Endian. Its content is the same, element by element; it comes whole, even where a part is asked for.

    Args:
        file: in the archive.
        headers: of the answer.

    Raises:
        Refusal: the deflated file cannot be read.
    """
    if not _is_deflated(file):
        return FileResponse(file, media_type=MEDIA_TYPE, headers=dict(headers))
    try:
        content = _unpacked(file)
    except ImageError:
        raise Refusal(404, "the file of this image cannot be read: verify the archive") from None
    return Response(content, media_type=MEDIA_TYPE, headers=dict(headers))


def _is_deflated(file: Path) -> bool:
    """Whether the file is deflated; a damaged one goes out as it is, and the viewer says so."""
    try:
        header = read_dataset(file, stop_before_pixels=True)
    except ImageError:
        return False
    return bool(header.file_meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian)


def _unpacked(file: Path) -> bytes:
    """The file in Explicit VR Little Endian.

    Raises:
        ImageError: it is damaged, or would be larger than a file may be.
    """
    dataset = read_dataset(file)
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made = io.BytesIO()
    with quietly():
        dataset.save_as(made, enforce_file_format=True)
    return made.getvalue()
