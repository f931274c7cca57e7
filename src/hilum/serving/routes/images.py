"""Archived images for the viewer: series in the order of their slices, DICOM files, pictures."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field
from sqlalchemy import select

from hilum.archive.index import IMAGES, reading
from hilum.archive.series_slice import Slice
from hilum.errors import ImageError
from hilum.serving.access.asking import Person, asks_any
from hilum.serving.access.rights import Right
from hilum.serving.audit import record_request
from hilum.serving.failures import Refusal
from hilum.serving.images.dicom_answer import dicom_answer
from hilum.serving.images.index_view import views_of
from hilum.serving.images.series_order import series_in_order
from hilum.serving.images.thumbnails import THUMBNAIL_SIZES, picture_name, thumbnail
from hilum.serving.images_assigned import assigned_images
from hilum.serving.state import Serving, serving

router = APIRouter(prefix="/api/images", tags=["images"])

LOOKING = (Right.see_archive, Right.mark_lesions, Right.mark_first, Right.adjudicate, Right.see_markings)
Looker = Annotated[Person, Depends(asks_any(*LOOKING))]
Uid = Annotated[str, Path(min_length=1, max_length=64, pattern="^[0-9.]+$")]
_MISSING = "there is no such image in the archive, or it was not given to you"
_FOREVER = "private, max-age=86400, immutable"


class ImagePlaced(BaseModel):
    """One slice of a series and where it lies."""

    instance: str = Field(description="SOP Instance UID, a research identifier.")
    frame: int = Field(description="Number of the frame in its file, from 0.")
    number: int | None = Field(None, description="Instance Number as the file says.")
    rows: int
    columns: int
    position: list[float] | None = Field(None, description="Centre of the first pixel (LPS, millimetres).")
    orientation: list[float] | None = Field(None, description="Directions along a row and along a column.")
    spacing: list[float] | None = Field(None, description="Millimetres between rows, and between columns.")
    url: str = Field(description="Where its DICOM file is; of a frame, an image of its own.")


class SeriesPlaced(BaseModel):
    """A series in the order of its slices."""

    series: str
    study: str
    modality: str
    distance: float | None = Field(None, description="Millimetres between neighbouring slices, as usual.")
    volume: bool = Field(description="The slices make one even volume, as far as headers tell.")
    defects: list[str] = Field(description="What is wrong with the series, by name.")
    images: list[ImagePlaced]


@router.get("/series/{series}")
def read_series_of_images(request: Request, person: Looker, series: Uid) -> SeriesPlaced:
    """List the images of a series in the order in which they lie in the body."""
    here = serving(request)
    archive = views_of(here).archive
    with reading(archive.engine) as connection:
        rows = connection.execute(select(IMAGES).where(IMAGES.c.series == series)).mappings().all()
    pictures = [dict(row) for row in rows if row["kind"] == "image"]
    _see_allowed(here, person, pictures)
    record_request(request, person, "series_opened", f"series {series}", {"images": len(pictures)})
    try:
        found = series_in_order(here, archive, pictures)
    except ImageError:
        raise Refusal(404, "a file of this series cannot be read: verify the archive") from None
    return SeriesPlaced(
        series=series,
        study=found.study,
        modality=found.modality,
        distance=found.distance,
        volume=found.is_volume,
        defects=[defect.name for defect in found.defects],
        images=[_placed(one) for one in _each_frame(found.slices, pictures)],
    )


def _each_frame(slices: Sequence[Slice], rows: Sequence[dict[str, Any]]) -> list[Slice]:
    """The slices, and every frame of files whose frames lie nowhere, such as those of ultrasound."""
    counts = {row["instance"]: int(row["frames"] or 1) for row in rows}
    found: list[Slice] = []
    for one in slices:
        count = counts.get(one.instance, 1)
        several = count > 1 and not one.frame
        found += [replace(one, frame=number) for number in range(1, count + 1)] if several else [one]
    return found


def _placed(one: Slice) -> ImagePlaced:
    return ImagePlaced(
        instance=one.instance,
        frame=max(one.frame - 1, 0),
        number=one.number,
        rows=one.size[0],
        columns=one.size[1],
        position=list(one.position) if one.position else None,
        orientation=list(one.orientation) if one.orientation else None,
        spacing=list(one.spacing) or None,
        url=f"/api/images/{one.instance}/dicom" + (f"?frame={one.frame - 1}" if one.frame else ""),
    )


@router.get(
    "/{instance}/dicom",
    response_class=FileResponse,
    responses={200: {"content": {"application/dicom": {}}, "description": "The DICOM file."}},
)
def read_dicom_of_image(
    request: Request,
    person: Looker,
    instance: Uid,
    frame: Annotated[
        int | None,
        Query(ge=0, le=1_000_000, description="One frame alone, from 0; left out, the whole file."),
    ] = None,
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Give an archived image as a DICOM file, or one of its frames; parts of it where a range is asked."""
    row = _row(serving(request), person, instance)
    part = "" if frame is None else f"-{frame}"
    headers = {"ETag": f'"{row["file_sha256"]}{part}"', "Cache-Control": _FOREVER}
    if if_none_match == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    file = views_of(serving(request)).archive.path(row["image"])
    if not file.is_file():
        raise Refusal(404, "the file of this image is missing: verify the archive")
    record_request(request, person, "image_opened", f"image {instance}")
    return dicom_answer(file, headers, None if frame is None else frame + 1)


@router.get("/{instance}/picture", response_class=FileResponse)
def read_picture_of_image(
    request: Request,
    person: Looker,
    instance: Uid,
    size: Annotated[int, Query(ge=16, le=512, description="Pixels of the longer side, at least.")] = 256,
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Show an archived image as a doctor sees it, as a small picture."""
    here = serving(request)
    row = _row(here, person, instance)
    size = next(one for one in THUMBNAIL_SIZES if one >= size)
    tag = f'"{FilePath(picture_name(row["image"], row["pixel_sha256"], size)).stem}"'
    headers = {"ETag": tag, "Cache-Control": _FOREVER}
    if if_none_match == tag:
        return Response(status_code=304, headers=headers)
    folder = here.settings.folder / "thumbnails"
    try:
        path = thumbnail(views_of(here).archive, row["image"], row["pixel_sha256"], size, folder)
    except (ImageError, OSError):
        raise Refusal(404, "this image cannot be shown as a picture") from None
    return FileResponse(path, media_type="image/jpeg", headers=headers)


def _row(here: Serving, person: Person, instance: str) -> dict[str, Any]:
    """The index's row of an image that a person may see."""
    archive = views_of(here).archive
    with reading(archive.engine) as connection:
        found = connection.execute(select(IMAGES).where(IMAGES.c.instance == instance)).mappings().first()
    rows = [dict(found)] if found is not None else []
    _see_allowed(here, person, rows)
    return rows[0]


def _see_allowed(here: Serving, person: Person, rows: Sequence[dict[str, Any]]) -> None:
    """See that a person may look at images: by the right to the archive, or because they were given to him.

    Raises:
        Refusal: there are none, or one of them may not be seen; the two are not told apart.
    """
    if rows and person.may(Right.see_archive):
        return
    if not rows or not {row["image"] for row in rows} <= assigned_images(here, person, rows[0]["patient"]):
        raise Refusal(404, _MISSING)
