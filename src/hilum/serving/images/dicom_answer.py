"""A DICOM file of the archive as an answer, in a form that a browser can read."""

import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from fastapi import Response
from fastapi.responses import FileResponse
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

from hilum.dicom import quietly, read_dataset
from hilum.errors import ImageError
from hilum.serving.failures import Refusal
from hilum.serving.images.frame_content import frame_content, has_frames

MEDIA_TYPE = "application/dicom"


def dicom_answer(file: Path, headers: Mapping[str, str], frame: int | None = None) -> Response:
    """Give a DICOM file as it lies in the archive; a deflated one (PS3.5 A.5) unpacked; or one of its frames.

    Browsers' DICOM readers do not unpack data sets, so that such a file goes out in Explicit VR Little
    Endian. Its content is the same, element by element; it comes whole, even where a part is asked for.

    Args:
        file: in the archive.
        headers: of the answer.
        frame: the number of the frame that is wanted alone, from 1; None for the whole file. A file that is
            one ordinary image goes out whole.

    Raises:
        Refusal: the deflated file, or the frame, cannot be read.
    """
    state = file.stat()
    deflated, framed = _kind(file, state.st_mtime_ns, state.st_size)
    if frame is not None and (frame > 1 or framed):
        try:
            return Response(frame_content(file, frame), media_type=MEDIA_TYPE, headers=dict(headers))
        except ImageError:
            raise Refusal(404, "this frame of the image cannot be read: verify the archive") from None
    if not deflated:
        return FileResponse(file, media_type=MEDIA_TYPE, headers=dict(headers))
    try:
        content = _unpacked(file)
    except ImageError:
        raise Refusal(404, "the file of this image cannot be read: verify the archive") from None
    return Response(content, media_type=MEDIA_TYPE, headers=dict(headers))


@lru_cache(maxsize=4096)
def _kind(file: Path, _changed: int, _size: int) -> tuple[bool, bool]:
    """Whether a file is deflated, and whether it has frames.

    A damaged one has neither: it goes out as it is, and the viewer says so.
    """
    try:
        header = read_dataset(file, stop_before_pixels=True)
    except ImageError:
        return False, False
    deflated = bool(header.file_meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian)
    return deflated, has_frames(header)


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
