"""Images of a study: a folder of the server, uploaded ones, or the archive; looked at before a run."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response, UploadFile
from pydantic import BaseModel, Field

from hilum.errors import HilumError
from hilum.serving import studies_revisions as revisions
from hilum.serving import studies_store as store
from hilum.serving.access.person import Person
from hilum.serving.access.rights import Right
from hilum.serving.audit import record_request
from hilum.serving.bodies import largest_body
from hilum.serving.failures import Refusal
from hilum.serving.language import Told
from hilum.serving.proposing.folders import look_at_paths
from hilum.serving.routes.studies import Making, Seeing, Slug
from hilum.serving.state import Serving, serving
from hilum.serving.studies_editing import data_of
from hilum.serving.studies_images import (
    MOST_UPLOADED_BYTES,
    archive_images,
    facets_of,
    forget_listing,
    keep_image,
    key_of,
    listed,
    picture,
    some_of,
)
from hilum.serving.studies_matching import root_of_images
from hilum.serving.studies_paths import see_path

router = APIRouter(prefix="/api/studies", tags=["studies"])
_SIDE = 320


class PatternShown(BaseModel):
    """A way to take the patient from file names."""

    pattern: str = Field(description="A regular expression; empty where every file is a patient of its own.")
    patients: int
    largest: int
    fits: int


class FacetCount(BaseModel):
    """How many images have a value."""

    all: int
    kept: int


class ImagesShown(BaseModel):
    """The images of a study."""

    source: str = Field(description="`folder`, `archive`, or empty where none are chosen.")
    images: int
    patients: int | None = None
    kept: int
    kept_patients: int | None = None
    labels: dict[str, int] = Field(description="Sub-folders that can be labels.")
    parts: dict[str, int] = Field(description="Sub-folders that are named like parts.")
    loose: int = Field(description="Images in no sub-folder.")
    patterns: list[PatternShown]
    facets: dict[str, dict[str, FacetCount]]
    ages: list[float]
    aside: list[str] = Field(description="Criteria that ask the table and are not counted here.")
    samples: list[str] = Field(description="Keys of some pictures.")


class Uploaded(BaseModel):
    """What came of an upload."""

    folder: str
    stored: int
    refused: int
    sentence: Told


@router.post("/{slug}/images", status_code=201, openapi_extra=largest_body(MOST_UPLOADED_BYTES))
def bring_study_images(
    request: Request,
    slug: Slug,
    person: Making,
    files: list[UploadFile],
    paths: Annotated[list[str], Form(max_length=2000)],
    into: Annotated[str, Form(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")] = "images",
) -> Uploaded:
    """Bring images (PNG, JPEG, DICOM), a part at a time; the folders they come from become labels."""
    here = serving(request)
    place = store.study_seen(here, person, slug, change=True)
    if len(paths) != len(files):
        raise Refusal(422, "every image needs the path that it had")
    stored, sentence = 0, ""
    for file, path in zip(files, paths, strict=True):
        try:
            keep_image(place.folder, into, path, file.file.read())
            stored += 1
        except Refusal as refusal:
            sentence = refusal.sentence
    forget_listing(here.kept, (place.folder / into).resolve())
    detail: dict[str, str | int] = {"stored": stored}
    record_request(request, person, "study_images_brought", f"study {slug}", detail)
    return Uploaded(folder=into, stored=stored, refused=len(files) - stored, sentence=sentence)


@router.get("/{slug}/images")
def read_study_images(request: Request, slug: Slug, person: Seeing) -> ImagesShown:
    """Look at a study's images: how many, of which kinds, and some of them."""
    here = serving(request)
    place = store.study_seen(here, person, slug)
    cohort = _cohort(place)
    record_request(request, person, "study_images_seen", f"study {slug}")
    if cohort.get("images") == "archive":
        return _of_archive(here, person, cohort)
    root = root_of_images(here, person, place, cohort)
    paths = [] if root is None else listed(here.kept, root)
    look = look_at_paths(paths)
    labels = [name for name, _ in look.labels]
    return ImagesShown(
        source="" if root is None else "folder",
        images=look.images,
        kept=look.images,
        labels=dict(look.labels),
        parts=dict(look.parts),
        loose=look.loose,
        patterns=[PatternShown(**vars(each)) for each in look.patterns],
        facets={},
        ages=[],
        aside=[],
        samples=[key_of(path) for path in some_of(paths, labels)],
    )


@router.get("/{slug}/pictures/{key}", response_class=Response)
def read_study_picture(
    request: Request,
    slug: Slug,
    key: str,
    person: Seeing,
    side: Annotated[int, Query(ge=32, le=1024)] = _SIDE,
) -> Response:
    """One of the study's images as a small PNG."""
    here = serving(request)
    place = store.study_seen(here, person, slug)
    path = _path_of(here, person, place, key)
    record_request(request, person, "study_picture_seen", f"study {slug}", {"picture": key[:20]})
    content = picture(path, side)
    return Response(content, media_type="image/png", headers={"Cache-Control": "private, max-age=3600"})


def _path_of(here: Serving, person: Person, place: store.StudyPlace, key: str) -> Path:
    cohort = _cohort(place)
    if cohort.get("images") == "archive" and person.may(Right.see_archive):
        for name in archive_images(here)["image"]:
            if key_of(str(name)) == key:
                return here.workspace.archive_folder / str(name)
    root = root_of_images(here, person, place, cohort)
    for name in [] if root is None else listed(here.kept, root):
        if root is not None and key_of(name) == key:
            return see_path(root / name, place.folder, here.settings, images=True)
    raise Refusal(404, "there is no such picture in this study")


def _of_archive(here: Serving, person: Person, cohort: dict[str, Any]) -> ImagesShown:
    if not person.may(Right.see_archive):
        raise Refusal(403, "your account may not look into the archive: ask an administrator for the right")
    include = cohort.get("include", [])
    try:
        told = facets_of(archive_images(here), [str(text) for text in include if isinstance(text, str)])
    except HilumError as problem:
        raise Refusal(422, str(problem)) from None
    samples = [key_of(name) for name in told.pop("samples")]
    return ImagesShown(source="archive", labels={}, parts={}, loose=0, patterns=[], samples=samples, **told)


def _cohort(place: store.StudyPlace) -> dict[str, Any]:
    cohort = data_of(revisions.text_of(place.folder)).get("cohort", {})
    return cohort if isinstance(cohort, dict) else {}
