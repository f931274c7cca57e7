"""Packages for others: copies of the archive, and releases on terms; made by jobs, fetched as a zip file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Path, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from hilum.archive import open_archive
from hilum.archive.release_terms import names_a_patient, one_line, today
from hilum.serving.access.asking import Person, asks
from hilum.serving.access.rights import Right
from hilum.serving.bodies import largest_body
from hilum.serving.failures import Refusal
from hilum.serving.images.classes_kept import classes_of
from hilum.serving.jobs.child import private_file
from hilum.serving.jobs.desk import start_job
from hilum.serving.jobs.records import UNFINISHED
from hilum.serving.language import Told
from hilum.serving.packages_folder import FACTS, IMAGES, zipped
from hilum.serving.packages_kept import (
    Package,
    all_packages,
    begin_package,
    delete_package,
    find_package,
    note_job,
)
from hilum.serving.packages_shown import PackageRow, job_of, row_of, rows_of
from hilum.serving.policy import attached
from hilum.serving.release_asked import Look, SentTable, look_at
from hilum.serving.results_runs import run_seen
from hilum.serving.state import Serving, serving

router = APIRouter(prefix="/api/packages", tags=["packages"])
Server = Annotated[Serving, Depends(serving)]
Releaser = Annotated[Person, Depends(asks(Right.release_data))]
PackageId = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="The package's id.")]
_LARGEST = 64 << 20
_MOST_LACKING = 200


class PackagesShown(BaseModel):
    """All packages that are kept, the last first."""

    items: list[PackageRow]


class ExportForm(BaseModel):
    """How the archive is copied."""

    model_config = ConfigDict(extra="forbid")
    layout: Literal["guideline", "plain"] = Field(
        "guideline",
        description="guideline: data set, class, patient, series; plain: patient, study, series.",
    )
    description: str = Field("lung cancer images", max_length=50, description="The project's name.")
    contributor: str = Field("not said", max_length=130, description="Who took part.")
    data_version: str = Field("1.0", max_length=5, description="The data set's version.")


class LackingProof(BaseModel):
    """A patient whose class is not proven, by research identifier."""

    patient: str
    why: Told


class ReleaseLook(BaseModel):
    """What would leave, before anything is made."""

    patients: int
    images: int
    everything: bool = Field(description="Whether that is all of the archive.")
    expires: str
    days_left: int
    releases_before: int = Field(description="Releases under the same approval that stand already.")
    lacking: int = Field(description="How many patients lack the proof that their class needs.")
    lacking_proofs: list[LackingProof]


@dataclass(frozen=True)
class ReleaseForm:
    """What is asked of a release, as a form with two tables."""

    given: dict[str, str]
    choice: SentTable | None
    facts: SentTable | None
    run: tuple[str, str] | None


def _form(
    recipient: Annotated[str, Form(max_length=300, description="Who gets it.")] = "",
    approval: Annotated[str, Form(max_length=300, description="The number of the approval.")] = "",
    committee: Annotated[str, Form(max_length=300, description="Who approved it.")] = "",
    expires: Annotated[str, Form(max_length=40, description="The approval's last day, as 2030-12-31.")] = "",
    purpose: Annotated[str, Form(max_length=300, description="What it may be used for.")] = "",
    reason: Annotated[
        str, Form(max_length=300, description="Why it leaves although proofs are lacking.")
    ] = "",
    study: Annotated[str, Form(max_length=200, description="Only the cohort of a run: its study.")] = "",
    run: Annotated[str, Form(max_length=200, description="Only the cohort of this run of the study.")] = "",
    choice: Annotated[
        UploadFile | None,
        File(description="Only what it names: CSV or Excel with a column patient or image."),
    ] = None,
    facts: Annotated[
        UploadFile | None, File(description="Pathology and follow-up, checked against the class.")
    ] = None,
) -> ReleaseForm:
    given = {"recipient": recipient, "approval": approval, "committee": committee, "expires": expires}
    if choice is not None and run:
        raise Refusal(422, "choose a list or the cohort of a run: one of both")
    named = (study, run) if run else None
    return ReleaseForm(given | {"purpose": purpose, "reason": reason}, _sent(choice), _sent(facts), named)


Form_ = Annotated[ReleaseForm, Depends(_form)]


@router.get("")
def list_packages(server: Server, _person: Releaser) -> PackagesShown:
    """List the packages that are kept, the last first."""
    return PackagesShown(items=rows_of(server, all_packages(server)))


@router.post("/export", status_code=202)
def start_export(server: Server, person: Releaser, asked: ExportForm) -> PackageRow:
    """Copy the archive, in the guideline's layout or as plain folders; every file is compared on its way."""
    archive, classes = open_archive(server.workspace), classes_of(server)
    if archive.objects().empty:
        raise Refusal(409, "the archive holds no images: bring some in first")
    if asked.layout == "guideline" and not classes.stamp:
        raise Refusal(
            409,
            "the guideline's layout has a folder for each class: give a table of classes on the page of what "
            "the archive holds",
        )
    words = {name: one_line(text) for name, text in asked.model_dump(exclude={"layout"}).items()}
    if named := names_a_patient(archive, words):
        raise Refusal(422, f"the {named.replace('_', ' ')} holds an identifier of a patient: say it without")
    package = begin_package(server, person, "export", {"layout": asked.layout})
    table = str(classes.file) if asked.layout == "guideline" else ""
    facts = {"out": str(package.out), "layout": asked.layout, "classes": table, **words}
    return _started(server, person, package, facts)


@router.post("/release/look", openapi_extra=largest_body(2 * _LARGEST))
def look_at_release(server: Server, person: Releaser, form: Form_) -> ReleaseLook:
    """Say what would leave, and which patients lack proof of their class; nothing is made or recorded."""
    look = _look(server, person, form)
    return ReleaseLook(
        patients=int(look.chosen["patient"].nunique()),
        images=len(look.chosen),
        everything=look.everything,
        expires=look.terms.expires.isoformat(),
        days_left=(look.terms.expires - today()).days,
        releases_before=look.releases_before,
        lacking=len(look.lacking),
        lacking_proofs=[
            LackingProof(patient=patient, why=why)
            for patient, why in list(look.lacking.items())[:_MOST_LACKING]
        ],
    )


@router.post("/release", status_code=202, openapi_extra=largest_body(2 * _LARGEST))
def start_release(server: Server, person: Releaser, form: Form_) -> PackageRow:
    """Make a data set for a recipient, only with approval, committee, last day, recipient and purpose."""
    look = _look(server, person, form)
    terms, reason = look.terms, one_line(form.given["reason"])
    if look.lacking and not reason:
        raise Refusal(
            409,
            f"{len(look.lacking)} of {look.chosen['patient'].nunique()} patients lack the proof that their "
            "class needs: correct the table, leave them out, or say why they leave nevertheless",
        )
    told = {"recipient": terms.recipient, "approval": terms.approval, "expires": terms.expires.isoformat()}
    package = begin_package(server, person, "release", told)
    facts = {"out": str(package.out), **told, "committee": terms.committee, "purpose": terms.purpose}
    if not look.everything:
        table = look.chosen[["image"]].to_csv(index=False, lineterminator="\n")
        private_file(package.folder / IMAGES, table.encode())
        facts["images"] = str(package.folder / IMAGES)
    if form.facts is not None:
        table_of_facts = package.folder / f"{FACTS}{form.facts.ending}"
        private_file(table_of_facts, form.facts.content)
        facts["facts"] = str(table_of_facts)
    return _started(server, person, package, facts | {"accept_violations": reason if look.lacking else ""})


@router.get(
    "/{package}/content",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": {}}}},
)
def download_package(server: Server, person: Releaser, package: PackageId) -> StreamingResponse:
    """Fetch a package as a zip file, as long as its approval holds; each time is recorded."""
    found = find_package(server, package)
    row = row_of(server, found)
    if row.state != "done" or not row.place:
        raise Refusal(409, "this package is not made yet")
    if row.refused:
        raise Refusal(409, row.refused)
    server.audit.record(person.id, "package_fetched", package, {"release": row.release or 0})
    name = f"release-{row.release}" if row.release else f"archive-{row.made[:10]}"
    return StreamingResponse(
        _pieces(found, name), media_type="application/zip", headers=attached(f"{name}.zip")
    )


@router.delete("/{package}", status_code=204)
def remove_package(server: Server, person: Releaser, package: PackageId) -> None:
    """Delete the files of a package on the server; the record of releases stays."""
    found = find_package(server, package)
    job = job_of(server, found)
    if job is not None and job.state in UNFINISHED:
        raise Refusal(409, "this package is being made: stop that work first")
    delete_package(server, found)
    server.audit.record(person.id, "package_deleted", package)


def _look(server: Serving, person: Person, form: ReleaseForm) -> Look:
    images = None if form.run is None else _images_of_run(server, person, *form.run)
    return look_at(open_archive(server.workspace), form.given, form.choice, form.facts, images)


def _images_of_run(server: Serving, person: Person, study: str, run: str) -> list[str]:
    """The images of a run's cohort, for one who may see the study."""
    if not person.may(Right.see_studies):
        raise Refusal(403, "your account may not see studies: choose a list instead")
    from hilum.cohorts import Cohort

    cohort = Cohort.load(run_seen(server, person, study, run).folder / "cohort.parquet")
    if cohort.root.resolve() != open_archive(server.workspace).folder.resolve():
        raise Refusal(409, "the images of this run are not those of the archive: choose another run")
    return [image for images in cohort.images_of_cases for image in images]


def _started(server: Serving, person: Person, package: Package, facts: dict[str, Any]) -> PackageRow:
    try:
        job = start_job(server, person, package.kind, facts)
    except BaseException:
        delete_package(server, package)
        raise
    server.audit.record(person.id, f"{package.kind}_asked_for", package.id, {"job": job})
    return row_of(server, note_job(server, package, job))


def _sent(file: UploadFile | None) -> SentTable | None:
    if file is None or not file.filename:
        return None
    return SentTable(FilePath(file.filename).suffix.lower(), file.file.read())


def _pieces(package: Package, name: str) -> Iterator[bytes]:
    yield from zipped(package.out, name)
