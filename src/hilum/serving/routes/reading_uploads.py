"""Files for a model come piece by piece into a private place, and are deleted once they were read."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request

from hilum.serving.audit import record_request
from hilum.serving.bodies import largest_body
from hilum.serving.failures import Refusal
from hilum.serving.images.uploads import LARGEST_PIECE, MOST_FILES, Uploads
from hilum.serving.readings_images import MOST_BYTES
from hilum.serving.routes.imports import (
    PieceTaken,
    UploadAnnounced,
    UploadBegun,
    UploadHeld,
    UploadId,
)
from hilum.serving.routes.readings import Reading
from hilum.serving.state import serving

router = APIRouter(prefix="/api/readings/uploads", tags=["readings"])
_PIECE = largest_body(LARGEST_PIECE) | {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("", status_code=201, openapi_extra=largest_body(16 << 20))
def begin_reading_upload(request: Request, person: Reading, announced: UploadAnnounced) -> UploadBegun:
    """Announce images, and perhaps a table, that a model is to read."""
    here = serving(request)
    files = [(one.name, one.size) for one in announced.files]
    if sum(size for _, size in files) > MOST_BYTES:
        raise Refusal(413, f"these files have more than {MOST_BYTES / 1e9:,.0f} GB: send fewer at once")
    name = Uploads(here.settings).begin(person.id, files)
    record_request(request, person, "upload_begun", name, {"files": len(files)})
    return UploadBegun(upload=name, largest_piece=LARGEST_PIECE)


@router.get("/{upload}")
def read_reading_upload(request: Request, person: Reading, upload: UploadId) -> UploadHeld:
    """Say how much of an upload has come, so that one that was cut off goes on."""
    return UploadHeld(came=Uploads(serving(request).settings).came(upload, person.id))


@router.put("/{upload}/files/{number}", openapi_extra=_PIECE)
def put_reading_piece(  # where the piece belongs
    request: Request,
    person: Reading,
    upload: UploadId,
    number: Annotated[int, Path(ge=0, le=MOST_FILES)],
    offset: Annotated[int, Query(ge=0, le=1 << 40, description="Where in the file the piece begins.")],
    piece: Annotated[bytes, Body(media_type="application/octet-stream")],
) -> PieceTaken:
    """Take a piece of a file; it begins where the last one ended."""
    uploads = Uploads(serving(request).settings)
    return PieceTaken(came=uploads.take(upload, person.id, number, offset, piece))


@router.delete("/{upload}", status_code=204)
def delete_reading_upload(request: Request, person: Reading, upload: UploadId) -> None:
    """Delete an upload with all of its files."""
    uploads = Uploads(serving(request).settings)
    uploads.files(upload, person.id)
    uploads.delete(upload)
    record_request(request, person, "upload_deleted", upload)
