"""The archive: what it holds, small pictures of it, and checks of it."""

from dataclasses import asdict
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Header, Path, Query, Response, UploadFile
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from hilum.archive.statistics import statistics_of
from hilum.errors import ImageError
from hilum.serving.access.asking import Person, asks
from hilum.serving.access.rights import Right
from hilum.serving.bodies import largest_body
from hilum.serving.failures import Refusal
from hilum.serving.images.checks import checks_of
from hilum.serving.images.classes_kept import classes_of
from hilum.serving.images.goals import GOALS
from hilum.serving.images.index_view import CHOICES, IndexView, Level, views_of
from hilum.serving.images.thumbnails import THUMBNAIL_SIZES, picture_name, thumbnail
from hilum.serving.jobs.desk import last_result, start_job
from hilum.serving.language import Told
from hilum.serving.paging import AfterNumber, Limit
from hilum.serving.state import Serving, serving

router = APIRouter(prefix="/api/archive", tags=["archive"])
Server = Annotated[Serving, Depends(serving)]
Viewer = Annotated[Person, Depends(asks(Right.see_archive))]
Values = Annotated[list[str], Query(max_length=50)]
CheckName = Literal["series", "criteria", "verify"]
_TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")


class StatisticsLine(BaseModel):
    """One line of the statistics."""

    by: str = Field(description="What is told apart, such as modality; `all` for the total.")
    value: str
    patients: int
    studies: int
    series: int
    images: int
    frames: int
    bytes: int


class GoalLine(BaseModel):
    """What the guideline wants of a data set and class, and what is there (section 1.5.1)."""

    dataset: str
    class_name: str
    patients: int
    images: int
    goal_patients: int
    goal_images: int


class Statistics(BaseModel):
    """How much the archive holds, and of which kinds."""

    lines: list[StatisticsLine]
    goals: list[GoalLine]
    classes_known: bool = Field(description="Whether a table of classes was given.")
    missing_files: int
    notes: list[Told]


class ArchiveRow(BaseModel):
    """A patient, study or series of the archive, by research identifiers."""

    patient: str
    study: str | None
    series: str | None
    modality: list[str]
    view: list[str]
    dataset: list[str]
    classes: list[str]
    body_part: list[str]
    manufacturer: list[str]
    sex: list[str]
    age: float | None
    date: str = Field(description="Of the study, moved by the patient's offset; empty where not said.")
    images: int
    frames: int
    series_count: int
    study_count: int
    cover: str = Field(description="The image in its middle, for a thumbnail.")


class ArchivePage(BaseModel):
    """A page of rows."""

    items: list[ArchiveRow]
    next: int | None
    total: int


class Choice(BaseModel):
    """A value that can be chosen, with how many series have it."""

    value: str
    series: int


class ImageRow(BaseModel):
    """An image of the archive."""

    image: str
    modality: str
    view: str
    rows: int
    columns: int
    frames: int


class SeriesShown(BaseModel):
    """A series with its images."""

    row: ArchiveRow
    images: list[ImageRow]


class ClassesTaken(BaseModel):
    """What a table of classes told."""

    images: int = Field(description="How many images have a class now.")
    unused_rows: int = Field(description="How many rows of the table meet no image.")


class CheckAsked(BaseModel):
    """How a check is to be made."""

    model_config = ConfigDict(extra="forbid")
    pixels: bool = Field(False, description="For verify: decode every picture as well.")
    name: str = Field(
        "all", pattern="^[a-z0-9-]{1,64}$", description="For criteria: a data set or one criterion."
    )


class JobAsked(BaseModel):
    """A job that was asked for."""

    job: str


class PictureFound(BaseModel):
    """A picture that a check has something to say of."""

    image: str
    series: str
    reason: Told
    outcome: Literal["failed", "unknown"]


class CheckShown(BaseModel):
    """What one check found."""

    name: str
    sentence: Told
    section: Told
    passed: int | None
    failed: int
    unknown: int
    not_asked: Told
    of: Literal["images", "series"]
    pictures: list[PictureFound]


class ChecksShown(BaseModel):
    """What the last finished check of a kind found."""

    job: str | None = Field(description="None where it was never made.")
    ended: str | None
    checks: list[CheckShown]


def _chosen(
    modality: Values = [],  # noqa: B006  # FastAPI copies it
    view: Values = [],  # noqa: B006
    dataset: Values = [],  # noqa: B006
    class_name: Annotated[list[str], Query(alias="class", max_length=50)] = [],  # noqa: B006
    sex: Values = [],  # noqa: B006
    body_part: Values = [],  # noqa: B006
    manufacturer: Values = [],  # noqa: B006
    year: Values = [],  # noqa: B006
    patient: Values = [],  # noqa: B006
    study: Values = [],  # noqa: B006
) -> dict[str, list[str]]:
    """The values of the filters; an empty text means that files do not say it."""
    given = dict(
        zip(CHOICES, (modality, view, dataset, class_name, sex, body_part, manufacturer, year), strict=True)
    )
    return {name: values for name, values in {**given, "patient": patient, "study": study}.items() if values}


@router.get("/statistics")
def read_statistics(server: Server, _person: Viewer) -> Statistics:
    """Count patients, studies, series and images by class, modality, sex, age, maker and year."""
    view = views_of(server).now()
    kept = server.kept.get("statistics")
    if kept is None or kept[0] != view.stamp:
        kept = (view.stamp, _counted(server, view))
        server.kept["statistics"] = kept
    found: Statistics = kept[1]
    return found


@router.get("/choices")
def list_choices(server: Server, _person: Viewer) -> dict[str, list[Choice]]:
    """List the values by which the archive can be filtered."""
    choices = views_of(server).now().choices
    return {
        column: [Choice(value=str(value), series=int(count)) for value, count in values]
        for column, values in choices.items()
    }


@router.get("/{level}")
def list_archive(
    server: Server,
    _person: Viewer,
    level: Annotated[Level, Path(description="What a row is.")],
    chosen: Annotated[dict[str, list[str]], Depends(_chosen)],
    text: Annotated[str, Query(max_length=200, description="Words that must stand in the row.")] = "",
    after: AfterNumber = 0,
    limit: Limit = 100,
) -> ArchivePage:
    """List patients, studies or series that meet the filters; `after` is a place in the list."""
    view = views_of(server).now()
    frame = view.rows(
        level, {name: values for name, values in chosen.items() if name in view_columns(level)}, text
    )
    page = frame.iloc[after : after + limit]
    following = after + limit if after + limit < len(frame) else None
    items = [_row(row) for row in page.to_dict("records")]
    return ArchivePage(items=items, next=following, total=len(frame))


@router.get("/series/{series}")
def read_series(
    server: Server, person: Viewer, series: Annotated[str, Path(max_length=64, pattern="^[0-9.]+$")]
) -> SeriesShown:
    """Show a series with its images."""
    view = views_of(server).now()
    rows = view.rows("series", {"series": [series]}, "")
    if rows.empty:
        raise Refusal(404, "there is no such series in the archive")
    images = view.images[(view.images["series"] == series).to_numpy()]
    server.audit.record(person.id, "series_seen", series)
    columns = ["image", "modality", "view", "rows", "columns", "frames"]
    shown = [ImageRow.model_validate(row) for row in images[columns].to_dict("records")]
    return SeriesShown(row=_row(rows.iloc[0].to_dict()), images=shown)


@router.get("/thumbnails/picture", response_class=FileResponse)
def read_thumbnail(
    server: Server,
    _person: Viewer,
    image: Annotated[str, Query(min_length=1, max_length=1000, description="As lists name it.")],
    size: Annotated[int, Query(ge=16, le=512, description="Pixels of the longer side, at least.")] = 128,
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Show a small picture of an archived image, as a doctor sees it."""
    views = views_of(server)
    pixels = views.now().pixels_of.get(image)
    if pixels is None:
        raise Refusal(404, "there is no such image in the archive")
    size = next(one for one in THUMBNAIL_SIZES if one >= size)
    tag = f'"{FilePath(picture_name(image, pixels, size)).stem}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=600"}
    if if_none_match == tag:
        return Response(status_code=304, headers=headers)
    folder = server.settings.folder / "thumbnails"
    try:
        path = thumbnail(views.archive, image, pixels, size, folder)
    except ImageError:
        raise Refusal(404, "this image cannot be shown as a picture") from None
    except OSError:
        raise Refusal(404, "this image cannot be read: verify the archive") from None
    return FileResponse(path, media_type="image/jpeg", headers=headers)


@router.put("/classes", openapi_extra=largest_body(64 << 20))
def put_classes(
    server: Server,
    person: Annotated[Person, Depends(asks(Right.bring_images))],
    table: Annotated[UploadFile, File(description="CSV or Excel: patient, study or accession, and class.")],
) -> ClassesTaken:
    """Take a table with the class of each patient or study, in place of the one before."""
    ending = FilePath(table.filename or "").suffix.lower()
    if ending not in _TABLES:
        raise Refusal(422, "this is no table that can be read: save it as CSV (.csv) or Excel (.xlsx)")
    images, unused = classes_of(server).take(table.file.read(), ending, views_of(server).archive)
    server.audit.record(person.id, "classes_given", "archive", {"images": images})
    return ClassesTaken(images=images, unused_rows=unused)


@router.get("/checks/{check}")
def read_check(server: Server, _person: Viewer, check: CheckName) -> ChecksShown:
    """Show what the last finished check found: defects of series, criteria of the guideline, or changes."""
    last = last_result(server, check)
    if last is None:
        return ChecksShown(job=None, ended=None, checks=[])
    job, result = last
    found = [CheckShown(**asdict(one)) for one in checks_of(check, result, views_of(server).now())]
    return ChecksShown(job=job.id, ended=job.ended, checks=found)


@router.post("/checks/{check}", status_code=202)
def start_check(server: Server, person: Viewer, check: CheckName, asked: CheckAsked) -> JobAsked:
    """Check the archive: the slices of its series, the guideline's criteria, or that nothing has changed."""
    classes = classes_of(server)
    forms: dict[str, dict[str, Any]] = {
        "verify": {"pixels": asked.pixels},
        "series": {},
        "criteria": {"name": asked.name, "classes": str(classes.file) if classes.stamp else ""},
    }
    return JobAsked(job=start_job(server, person, check, forms[check]))


def view_columns(level: Level) -> tuple[str, ...]:
    """The columns by which a level can be filtered.

    Example:
        >>> view_columns("patients")[-1]
        'patient'
    """
    keys: dict[str, tuple[str, ...]] = {"patients": ("patient",), "studies": ("patient", "study")}
    return (*CHOICES, *keys.get(level, ("patient", "study", "series")))


def _counted(server: Serving, view: IndexView) -> Statistics:
    archive, images = views_of(server).archive, view.images
    sizes = {}
    for image in images["image"]:
        path = archive.path(image)
        if path.is_file():
            sizes[image] = path.stat().st_size
    known = bool(classes_of(server).stamp)
    found = statistics_of(images, sizes, images["class"] if known else None)
    there = {row.value: row for row in found.of("data set and class")}
    goals = []
    for goal in GOALS:
        row = there.get(f"{goal.dataset} {goal.class_name}")
        counts = {"patients": row.patients if row else 0, "images": row.images if row else 0}
        wanted = {"goal_patients": goal.patients, "goal_images": goal.images}
        goals.append(GoalLine(dataset=goal.dataset, class_name=goal.class_name, **counts, **wanted))
    return Statistics(
        lines=[StatisticsLine(**asdict(row)) for row in found.rows],
        goals=goals,
        classes_known=known,
        missing_files=found.missing_files,
        notes=list(found.notes),
    )


def _row(row: dict[Any, Any]) -> ArchiveRow:
    age = row["age"]
    many = {
        name: list(row[name]) for name in ("modality", "view", "dataset", "body_part", "manufacturer", "sex")
    }
    return ArchiveRow(
        patient=row["patient"],
        study=row.get("study"),
        series=row.get("series"),
        classes=list(row["class"]),
        age=None if age is None or age != age else float(age),  # noqa: PLR0124  # a missing number is not itself
        date=row["date"] or "",
        images=row["images"],
        frames=row["frames"],
        series_count=row["series_count"],
        study_count=row["study_count"],
        cover=row["cover"],
        **many,
    )
