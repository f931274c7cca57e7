"""Folders of the server that a study may take its images from."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from hilum.serving.failures import Refusal
from hilum.serving.routes.studies import Making
from hilum.serving.state import serving
from hilum.serving.studies_paths import see_path, shared_images

router = APIRouter(prefix="/api/study-folders", tags=["studies"])
_MOST_FOLDERS = 300


class FolderShown(BaseModel):
    """A folder of the server."""

    name: str
    path: str
    images: int = Field(description="Images directly in it; more may lie below.")


class FoldersShown(BaseModel):
    """The folders of a folder."""

    path: str
    above: str | None
    folders: list[FolderShown]


@router.get("")
def list_study_folders(
    request: Request, _person: Making, under: Annotated[str, Query(max_length=2000)] = ""
) -> FoldersShown:
    """List folders of the server that may be used as images."""
    here = serving(request)
    top = shared_images(here.workspace) if here.settings.accounts else Path("/")
    start = Path(under) if under else (top if here.settings.accounts else Path.home())
    where = (
        see_path(start, here.workspace.root / "studies" / "-", here.settings, images=True) if under else start
    )
    if not where.is_dir():
        return FoldersShown(path=str(where), above=None, folders=[])
    try:
        inside = sorted(path for path in where.iterdir() if not path.name.startswith(".") and path.is_dir())
    except OSError:
        raise Refusal(403, "this folder cannot be looked into: choose another one") from None
    folders = [
        FolderShown(name=path.name, path=str(path), images=_images_in(path))
        for path in inside[:_MOST_FOLDERS]
    ]
    above = None if where == top else str(where.parent)
    return FoldersShown(path=str(where), above=above, folders=folders)


def _images_in(folder: Path) -> int:
    endings = (".png", ".jpg", ".jpeg", ".dcm", ".dicom")
    try:
        return sum(path.name.lower().endswith(endings) for path in folder.iterdir())
    except OSError:
        return 0
