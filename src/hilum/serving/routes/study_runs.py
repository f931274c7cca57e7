"""What stands between a study and its report: readers that fit, the cohort looked at, the run."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from hilum.errors import HilumError, StudyFileError, TableError
from hilum.serving import studies_revisions as revisions
from hilum.serving import studies_store as store
from hilum.serving.access.asking import Person, asks
from hilum.serving.access.rights import Right
from hilum.serving.audit import record_request
from hilum.serving.failures import Refusal
from hilum.serving.jobs.desk import jobs_of, start_job
from hilum.serving.jobs.records import Job, State
from hilum.serving.language import Told
from hilum.serving.proposing.scores import fit_scores
from hilum.serving.routes.studies import Seeing, Slug
from hilum.serving.routes.study_tables import FileName, look_at
from hilum.serving.state import Serving, serving
from hilum.serving.studies_cohort import cohort_of, told
from hilum.serving.studies_looks import look_kept, looks_like_now, note_look
from hilum.serving.studies_paths import see_paths
from hilum.serving.studies_time import expected_minutes
from hilum.study import Study, parse_study

router = APIRouter(prefix="/api/studies", tags=["studies"])
Running = Annotated[Person, Depends(asks(Right.see_studies, Right.run_studies))]


class NeedShown(BaseModel):
    """One item of a score."""

    label: Told
    inputs: list[str] = Field(description="Names under which a mapping can give it.")
    column: str = Field(description="The column that serves; empty where none does.")
    input: str
    missing: int


class ScoreShown(BaseModel):
    """How well the table feeds a clinical score."""

    name: str
    title: str
    sentence: Told
    needs: list[NeedShown]
    lacking: list[Told]
    warnings: list[Told]
    complete: int
    rows: int
    horizon_days: float | None


class ProductShown(BaseModel):
    """What the columns of a product's table seem to be."""

    columns: list[str]
    case: str
    opinions: dict[str, str]
    apart: dict[str, str]
    problem: Told = Field(description="Why they cannot be told; empty where they can.")


class Mapping(BaseModel):
    """Which column is which, as a person says it."""

    model_config = ConfigDict(extra="forbid")
    mapping: dict[Annotated[str, Field(max_length=200)], Annotated[str, Field(max_length=200)]] = Field(
        default_factory=dict, max_length=60
    )


class Step(BaseModel):
    """A step of the flow diagram."""

    rule: Told
    excluded: int
    remaining_cases: int
    remaining_patients: int


class FindingPicture(BaseModel):
    """A picture that a finding concerns."""

    key: str
    case: str = Field(description="Empty for those who may not see who it is.")


class FindingShown(BaseModel):
    """Something that was found."""

    code: str
    level: str
    text: Told
    n: int
    pictures: list[FindingPicture]


class TableOne(BaseModel):
    """Table 1."""

    columns: list[Told]
    rows: list[list[Told]]


class AtHorizon(BaseModel):
    """What is known of the cases at a horizon of the task."""

    days: float
    events: int = Field(description="With the event by then.")
    other: int = Field(description="With a competing event by then, and so without this one.")
    lost: int = Field(description="Followed for less long, and without an event: not known.")


class CohortShown(BaseModel):
    """The cohort."""

    problem: Told = Field(description="Why there is none; empty where there is one.")
    cases: int
    patients: int
    events: int | None = Field(description="With the event at any time, or of the positive class.")
    horizons: list[AtHorizon] = Field(description="Of a time to an event.")
    unknown: int = Field(description="Rows left out because their outcome is missing.")
    parts: dict[str, int]
    flow: list[Step]
    notes: list[Told]
    table_one: TableOne | None
    findings: list[FindingShown] | None = Field(description="Null as long as nobody looked.")
    job: str | None = Field(description="The job that looks, or looked.")
    minutes: float | None = Field(description="What a run is likely to take on this machine.")


class JobStarted(BaseModel):
    """A job that was asked for."""

    job: str


@router.get("/{slug}/scores")
def list_study_scores(request: Request, slug: Slug, person: Seeing) -> list[ScoreShown]:
    """List the clinical scores that the study's table can feed, and what each lacks."""
    here = serving(request)
    place = store.study_seen(here, person, slug)
    study = _read(place)
    if study.cohort.table is None:
        return []
    look = look_at(here, place, study.cohort.table)
    mappings = {
        str(reader.score): dict(reader.mapping) for reader in study.readers if reader.score is not None
    }
    return [
        ScoreShown(
            name=fit.name,
            title=fit.title,
            sentence=fit.sentence,
            needs=[NeedShown(**{**vars(need), "inputs": list(need.inputs)}) for need in fit.needs],
            lacking=list(fit.lacking),
            warnings=list(fit.warnings),
            complete=fit.complete,
            rows=len(look.frame),
            horizon_days=fit.horizon_days,
        )
        for fit in fit_scores(look.frame, mappings)
    ]


@router.post("/{slug}/products/{name}")
def read_study_product(
    request: Request, slug: Slug, name: FileName, person: Seeing, given: Annotated[Mapping, Body()]
) -> ProductShown:
    """Look which columns of a product's table hold case and opinions, by a mapping or by their names."""
    from hilum.readers.product_columns import find_product_columns

    here = serving(request)
    place = store.study_seen(here, person, slug)
    look = look_at(here, place, name)
    columns = [str(column) for column in look.frame.columns]
    try:
        found = find_product_columns(columns, given.mapping, name)
    except TableError as problem:
        return ProductShown(columns=columns, case="", opinions={}, apart={}, problem=str(problem))
    return ProductShown(
        columns=columns, case=found.case, opinions=dict(found.opinions), apart=dict(found.apart), problem=""
    )


@router.get("/{slug}/cohort")
def read_study_cohort(request: Request, slug: Slug, person: Seeing) -> CohortShown:
    """The cohort as `hilum check` makes it: flow, parts, Table 1, and what a look at it found."""
    here = serving(request)
    place = store.study_seen(here, person, slug)
    try:
        study = _read(place)
        see_paths(study, place.folder, here.settings, person)
        job = _look(here, place)
        findings = _findings(here, job)
        groups = findings["near_duplicate_groups"] if findings is not None else None
        cohort = cohort_of(here, place, groups)
    except HilumError as problem:
        return _no_cohort(str(problem))
    shown: dict[str, Any] = told(cohort, findings, names=person.may(Right.see_identities))
    minutes = expected_minutes(study, shown["parts"]) if study.readers else None
    record_request(request, person, "study_cohort_seen", f"study {slug}")
    return CohortShown(problem="", job=None if job is None else job.id, minutes=minutes, **shown)


@router.post("/{slug}/check", status_code=202)
def check_study_cohort(request: Request, slug: Slug, person: Seeing) -> JobStarted:
    """Look for leakage, copies and gaps in the cohort, as a job; its findings come with the cohort."""
    here = serving(request)
    place = store.study_seen(here, person, slug)
    _see_runnable(here, person, place)
    job = start_job(here, person, "check", {"file": str(place.file)}, place.slug)
    note_look(place.folder, job)
    return JobStarted(job=job)


@router.post("/{slug}/run", status_code=202)
def run_study_of_page(request: Request, slug: Slug, person: Running) -> JobStarted:
    """Run a study, as a job; run again, it goes on where it was cut off."""
    here = serving(request)
    place = store.study_seen(here, person, slug)
    if place.archived is not None:
        raise Refusal(409, "this study is put away: bring it back before it is run")
    study = _see_runnable(here, person, place)
    if not study.readers:
        raise Refusal(422, "nobody reads yet: add a model, a score or a product")
    if revisions.draft_of(place.folder) is not None:
        raise Refusal(
            409, "the text was changed and cannot be read: correct it, or forget the change, then run"
        )
    return JobStarted(job=start_job(here, person, "run", {"file": str(place.file)}, place.slug))


def _no_cohort(problem: str) -> CohortShown:
    return CohortShown(
        problem=problem,
        cases=0,
        patients=0,
        events=None,
        horizons=[],
        unknown=0,
        parts={},
        flow=[],
        notes=[],
        table_one=None,
        findings=None,
        job=None,
        minutes=None,
    )


def _see_runnable(here: Serving, person: Person, place: store.StudyPlace) -> Study:
    try:
        study = _read(place)
    except StudyFileError as problem:
        raise Refusal(422, str(problem)) from None
    see_paths(study, place.folder, here.settings, person)
    return study


def _read(place: store.StudyPlace) -> Study:
    return parse_study(revisions.text_of(place.folder), store.STUDY_FILE)


def _look(here: Serving, place: store.StudyPlace) -> Job | None:
    """The job that looked, or looks, at the study as it is now."""
    kept = look_kept(place.folder)
    if kept is None or not looks_like_now(place.folder, kept):
        return None
    return jobs_of(here).records.find(kept.job)


def _findings(here: Serving, job: Job | None) -> dict[str, Any] | None:
    """What a look found: it names cases, and so lies in the job's folder and not in its record."""
    if job is None or job.state != State.done:
        return None
    try:
        found = json.loads((jobs_of(here).folder_of(job) / "result.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and "items" in found else None
