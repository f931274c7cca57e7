"""Bringing images in: from a folder of the server, or sent by the browser piece by piece."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from hilum.serving.access.asking import Person, asks
from hilum.serving.access.rights import Right
from hilum.serving.bodies import largest_body
from hilum.serving.failures import Refusal
from hilum.serving.images.acknowledged import require_acknowledged
from hilum.serving.images.browsing import allowed_folders, folder_chosen, look_into
from hilum.serving.images.uploads import LARGEST_PIECE, MOST_FILES, Uploads
from hilum.serving.jobs.desk import start_job
from hilum.serving.state import Serving, serving

router = APIRouter(prefix="/api/imports", tags=["imports"])
Server = Annotated[Serving, Depends(serving)]
Bringer = Annotated[Person, Depends(asks(Right.bring_images))]
UploadId = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="The upload's id.")]
_PIECE = largest_body(LARGEST_PIECE) | {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class FolderChosen(BaseModel):
    """A folder of the server. It comes in the body, never in an address: folders are named after patients."""

    model_config = ConfigDict(extra="forbid")
    root: int = Field(ge=0, le=1000, description="Which of the allowed folders.")
    path: list[Annotated[str, Field(max_length=255)]] = Field(
        default=[], max_length=100, description="The names that lead down from it."
    )


class FolderShown(BaseModel):
    """What a folder holds."""

    folders: list[str]
    files: int = Field(description="How many files lie in it, not counting those in its folders.")
    more: bool = Field(description="Whether it holds more than was looked at.")


class RootsShown(BaseModel):
    """The folders below which sources may be chosen."""

    roots: list[str]


class FileAnnounced(BaseModel):
    """A file that is to come."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=4096, description="With the folders that it lies in.")
    size: int = Field(ge=0, le=1 << 40)


class UploadAnnounced(BaseModel):
    """Files that are to come."""

    model_config = ConfigDict(extra="forbid")
    files: list[FileAnnounced] = Field(min_length=1, max_length=MOST_FILES)


class UploadBegun(BaseModel):
    """An upload that may begin."""

    upload: str
    largest_piece: int = Field(description="Bytes of a piece at most.")


class UploadHeld(BaseModel):
    """How many bytes of each file have come, in the order in which they were announced."""

    came: list[int]


class PieceTaken(BaseModel):
    """How many bytes of the file have come."""

    came: int


class ImportAsked(BaseModel):
    """What is to be brought in: folders of the server, or an upload of which everything has come."""

    model_config = ConfigDict(extra="forbid")
    folders: list[FolderChosen] = Field(default=[], max_length=100)
    upload: str | None = Field(None, pattern="^[0-9a-f]{16}$")


class ImportBegun(BaseModel):
    """The job that brings images in."""

    job: str


@router.get("/roots")
def list_import_roots(server: Server, _person: Bringer) -> RootsShown:
    """Name the folders of the server below which sources may be chosen."""
    return RootsShown(roots=[str(one) for one in allowed_folders(server.settings)])


@router.post("/folders")
def look_into_folder(server: Server, _person: Bringer, folder: FolderChosen) -> FolderShown:
    """Name the folders in a folder of the server, and count its files."""
    found = look_into(folder_chosen(server.settings, folder.root, folder.path))
    return FolderShown(folders=list(found.folders), files=found.files, more=found.more)


@router.post("/uploads", status_code=201, openapi_extra=largest_body(16 << 20))
def begin_upload(server: Server, person: Bringer, announced: UploadAnnounced) -> UploadBegun:
    """Announce files that are to be sent."""
    require_acknowledged(server, person)
    files = [(one.name, one.size) for one in announced.files]
    name = Uploads(server.settings).begin(person.id, files)
    server.audit.record(person.id, "upload_begun", name, {"files": len(files)})
    return UploadBegun(upload=name, largest_piece=LARGEST_PIECE)


@router.get("/uploads/{upload}")
def read_upload(server: Server, person: Bringer, upload: UploadId) -> UploadHeld:
    """Say how much of an upload has come, so that one that was cut off goes on."""
    return UploadHeld(came=Uploads(server.settings).came(upload, person.id))


@router.put("/uploads/{upload}/files/{number}", openapi_extra=_PIECE)
def put_piece(
    server: Server,
    person: Bringer,
    upload: UploadId,
    number: Annotated[int, Path(ge=0, le=MOST_FILES)],
    offset: Annotated[int, Query(ge=0, le=1 << 40, description="Where in the file the piece begins.")],
    piece: Annotated[bytes, Body(media_type="application/octet-stream")],
) -> PieceTaken:
    """Take a piece of a file; it begins where the last one ended."""
    return PieceTaken(came=Uploads(server.settings).take(upload, person.id, number, offset, piece))


@router.delete("/uploads/{upload}", status_code=204)
def delete_upload(server: Server, person: Bringer, upload: UploadId) -> None:
    """Delete an upload with all of its files."""
    uploads = Uploads(server.settings)
    uploads.files(upload, person.id)
    uploads.delete(upload)
    server.audit.record(person.id, "upload_deleted", upload)


@router.post("", status_code=202)
def start_import(server: Server, person: Bringer, asked: ImportAsked) -> ImportBegun:
    """De-identify and archive images; what cannot be cleaned or read goes to quarantine."""
    require_acknowledged(server, person)
    if bool(asked.folders) is bool(asked.upload):
        raise Refusal(422, "choose folders of the server, or send files: one of both")
    sources = [str(folder_chosen(server.settings, one.root, one.path)) for one in asked.folders]
    if asked.upload:
        sources = [str(Uploads(server.settings).whole(asked.upload, person.id))]
    job = start_job(server, person, "ingest", {"sources": sources, "upload": asked.upload or ""})
    return ImportBegun(job=job)
