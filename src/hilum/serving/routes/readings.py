"""New images read by a trained model: asked for, followed, looked at, taken along, deleted."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import FileResponse

from hilum.serving import readings_forms as forms
from hilum.serving import readings_store as store
from hilum.serving.access.asking import Person, asks
from hilum.serving.access.rights import Right
from hilum.serving.audit import record_request
from hilum.serving.failures import Refusal
from hilum.serving.paging import AfterNumber, Limit
from hilum.serving.policy import attached
from hilum.serving.readings_asking import Begun, Wanted, begin_with_archive, begin_with_files, needs_of
from hilum.serving.readings_csv import csv_of
from hilum.serving.readings_images import MOST_BYTES, MOST_IMAGES
from hilum.serving.readings_outcome import archived_of, plain, result_of
from hilum.serving.results_models import model_seen
from hilum.serving.routes.models import ReaderName
from hilum.serving.routes.results import RunName
from hilum.serving.routes.studies import Slug
from hilum.serving.state import Serving, serving
from hilum.serving.studies_images import archive_images, facets_of
from hilum.serving.studies_store import studies_of

router = APIRouter(prefix="/api/readings", tags=["readings"])
Reading = Annotated[Person, Depends(asks(Right.see_models, Right.see_studies))]
Choosing = Annotated[Person, Depends(asks(Right.see_models, Right.see_studies, Right.see_archive))]
ReadingId = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="The reading's id.")]
ImageNumber = Annotated[int, Path(ge=1, le=MOST_IMAGES, description="The image's number.")]
_PRIVATE = {"Cache-Control": "private, max-age=3600"}
_CHOSEN = ("images", "patients", "kept", "kept_patients", "facets", "ages")


@router.get("/needs/{slug}/{run}/{reader}")
def read_model_needs(
    request: Request, slug: Slug, run: RunName, reader: ReaderName, person: Reading
) -> forms.ModelNeeds:
    """Say what a model reads: columns of a table, several images of a case, volumes."""
    here = serving(request)
    needs = needs_of(here, model_seen(here, person, slug, run, reader)[1])
    return forms.ModelNeeds(
        columns=list(needs.columns),
        several=needs.several,
        volumes=needs.volumes,
        images_at_most=MOST_IMAGES,
        bytes_at_most=MOST_BYTES,
    )


@router.post("/archive")
def choose_images_to_read(
    request: Request, person: Choosing, asked: forms.ArchiveAsked
) -> forms.ArchiveChosen:
    """Count the images of the archive that criteria keep, and the values by which more can be left out."""
    found = facets_of(archive_images(serving(request)), asked.include)
    record_request(request, person, "archive_counted", "archive", {"criteria": len(asked.include)})
    if found["aside"]:
        raise Refusal(422, "a criterion asks for a column that the archive does not have: take it out")
    return forms.ArchiveChosen(**{name: found[name] for name in _CHOSEN})


@router.post("", status_code=202)
def start_reading(request: Request, person: Reading, asked: forms.ReadingAsked) -> forms.ReadingBegun:
    """Have a model read new images: files that were sent, or images of the archive."""
    here = serving(request)
    if (asked.upload is None) is (asked.include is None):
        raise Refusal(422, "send files, or choose images of the archive: one of both")
    if asked.include is not None and not person.may(Right.see_archive):
        raise Refusal(
            403, "your account may not use the archive's images: ask an administrator for the right"
        )
    _, model = model_seen(here, person, asked.study, asked.run, asked.reader)
    if asked.include is not None:
        begun = begin_with_archive(here, Wanted(person, model, asked.maps), asked.include)
    else:
        begun = begin_with_files(here, Wanted(person, model, asked.maps), str(asked.upload), asked.table)
    detail: dict[str, str | int] = {"study": asked.study, "run": asked.run, "images": len(begun.images)}
    record_request(request, person, "reading_asked_for", f"reading {begun.id}", detail)
    return _begun(begun)


@router.get("")
def list_readings(
    request: Request,
    person: Reading,
    after: AfterNumber = 0,
    limit: Limit = 50,
    text: Annotated[str, Query(max_length=200, description="Only those whose line has it.")] = "",
) -> forms.ReadingPage:
    """List the readings that the person asked for, or may see by their studies, the last first."""
    here, wanted = serving(request), text.casefold()
    titles = {place.slug: place.title for place in studies_of(here, person)}
    found = [
        one
        for one in store.readings_of(here, person)
        if wanted in f"{titles.get(one.study, '')} {one.run} {one.reader} {one.person_name}".casefold()
    ]
    page = [one for one in found if not after or one.number < after][: limit + 1]
    items = [_row(here, person, one, titles) for one in page[:limit]]
    return forms.ReadingPage(
        items=items, next=page[limit - 1].number if len(page) > limit else None, total=len(found)
    )


@router.get("/{reading}")
def read_reading(request: Request, reading: ReadingId, person: Reading) -> forms.ReadingShown:
    """Say how a reading stands, and what its table shows."""
    here = serving(request)
    found = store.reading_seen(here, person, reading)
    titles = {place.slug: place.title for place in studies_of(here, person)}
    row = _row(here, person, found, titles)
    record_request(request, person, "reading_seen", f"reading {reading}", {"study": found.study})
    if row.state != "done":
        return forms.ReadingShown(reading=row, ready=False)
    told = result_of(store.folder_of(here, found))
    return forms.ReadingShown(
        reading=row,
        ready=True,
        rows=len(told["rows"]),
        noticed=sum(bool(each["notices"]) for each in told["rows"]),
        pictures=_sees_pictures(person, found),
        **{
            name: told[name] for name in ("task", "columns", "names", "thresholds", "unread", "notes", "maps")
        },
    )


@router.get("/{reading}/rows")
def list_rows_of_reading(
    request: Request,
    reading: ReadingId,
    person: Reading,
    after: AfterNumber = 0,
    limit: Limit = 100,
    only: Annotated[str, Query(pattern="^(|noticed|unread)$", description="Only these rows.")] = "",
) -> forms.OneReadingPage:
    """List what the model said, by image; those that it could not read with the reason."""
    here = serving(request)
    found = store.reading_seen(here, person, reading)
    told = result_of(store.folder_of(here, found))
    sees = _sees_pictures(person, found)
    archived = archived_of(store.folder_of(here, found)) if sees else []
    pictures = set(told["pictures"]) if sees else set()
    rows = [each for each in told["rows"] if _wanted(each, only)]
    items = [_one(each, archived, pictures) for each in rows[after : after + limit]]
    more = after + limit < len(rows)
    return forms.OneReadingPage(items=items, next=after + limit if more else None, total=len(rows))


@router.get("/{reading}/pictures/{image}", response_class=FileResponse)
def read_picture_of_reading(
    request: Request,
    reading: ReadingId,
    image: ImageNumber,
    person: Reading,
    with_map: Annotated[bool, Query(description="With the map of where the model looked.")] = False,
) -> Response:
    """Show an image that was read, small, with writing in it blanked."""
    here = serving(request)
    found = store.reading_seen(here, person, reading)
    if not _sees_pictures(person, found):
        raise Refusal(403, "your account may not see images of the archive: ask an administrator")
    name = f"{image:04d}{'-map' if with_map else ''}.jpg"
    path = store.folder_of(here, found) / store.PICTURES / name
    if not path.is_file():
        raise Refusal(404, "this reading has no such picture")
    record_request(request, person, "reading_picture_seen", f"reading {reading}", {"image": image})
    return FileResponse(path, media_type="image/jpeg", headers=_PRIVATE)


@router.get("/{reading}/readings.csv", response_class=Response)
def take_readings(request: Request, reading: ReadingId, person: Reading) -> Response:
    """Take the readings along as CSV, images by their numbers."""
    here = serving(request)
    found = store.reading_seen(here, person, reading)
    place = store.folder_of(here, found)
    archived = archived_of(place) if _sees_pictures(person, found) else []
    text = csv_of(result_of(place), found.reader, archived)
    record_request(request, person, "reading_taken", f"reading {reading}", {"study": found.study})
    headers = attached(f"readings-{found.number}.csv")
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.delete("/{reading}", status_code=204)
def delete_reading(request: Request, reading: ReadingId, person: Reading) -> None:
    """Delete a reading with its pictures."""
    here = serving(request)
    store.delete_reading(here, person, store.reading_seen(here, person, reading))


def _begun(begun: Begun) -> forms.ReadingBegun:
    numbered = [
        forms.ImageNumbered(image=number, file=one.file, member=one.member)
        for number, one in enumerate(begun.images, start=1)
    ]
    return forms.ReadingBegun(reading=begun.id, job=begun.job, images=numbered, passed_over=begun.passed_over)


def _row(here: Serving, person: Person, found: store.Reading, titles: dict[str, str]) -> forms.ReadingRow:
    job = store.job_of(here, found)
    facts = {name: getattr(found, name) for name in forms.ReadingRow.model_fields if hasattr(found, name)}
    return forms.ReadingRow(
        **{
            **facts,
            "person": found.person_name,
            "mine": found.person == person.id or person.may(Right.manage_users),
            "title": titles.get(found.study, ""),
            "state": "failed" if job is None else job.state.value,
            "sentence": "" if job is None else plain(job.sentence),
        }
    )


def _one(each: dict[str, Any], archived: list[str], pictures: set[int]) -> forms.OneReading:
    return forms.OneReading(
        **{name: each[name] for name in ("images", "values", "decision", "notices", "reason")},
        archived=[archived[image - 1] for image in each["images"]] if archived else [],
        pictures=[image for image in each["images"] if image in pictures],
    )


def _wanted(each: dict[str, Any], only: str) -> bool:
    return {"": True, "noticed": bool(each["notices"]), "unread": bool(each["reason"])}[only]


def _sees_pictures(person: Person, reading: store.Reading) -> bool:
    """The archive's images are for those who may see it, files that were sent for all who see the reading."""
    return reading.source == "files" or person.may(Right.see_archive)
