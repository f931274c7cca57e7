"""Tables of a study: brought, looked at, and turned into a question."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from hilum.errors import HilumError
from hilum.serving import studies_revisions as revisions
from hilum.serving import studies_store as store
from hilum.serving.access.person import Person
from hilum.serving.access.rights import Right
from hilum.serving.audit import record_request
from hilum.serving.bodies import largest_body
from hilum.serving.failures import Refusal
from hilum.serving.language import Told
from hilum.serving.proposing.making import Making as ColumnMaking
from hilum.serving.proposing.tasks import propose_tasks
from hilum.serving.routes.studies import Making, Seeing, Slug
from hilum.serving.state import Serving, serving
from hilum.serving.studies_editing import Edit, data_of
from hilum.serving.studies_forms import StudyState
from hilum.serving.studies_made import make_table, source_of
from hilum.serving.studies_matching import guess_of_patient, root_of_images
from hilum.serving.studies_paths import see_path
from hilum.serving.studies_saving import apply_edits, state_of
from hilum.serving.studies_tables import (
    MOST_BYTES,
    TableLook,
    look_at_table,
    see_upload,
    shown_rows,
    shown_values,
)
from hilum.serving.studies_uploads import received

router = APIRouter(prefix="/api/studies", tags=["studies"])
FileName = Annotated[str, Path(max_length=120, description="Of a table beside the study.")]


class TableBrought(BaseModel):
    """A table that lies beside the study now."""

    name: str
    rows: int
    columns: int


class ColumnShown(BaseModel):
    """What a column seems to hold."""

    name: str
    kind: str = Field(description="empty, date, flag, number, class, identifier or text")
    role: str
    unit: str
    unit_said: bool = Field(description="The heading says the unit; else it was guessed.")
    private: str = Field(description="Why its values are hidden; empty where they are not.")
    missing: int
    distinct: int
    values: dict[str, int]
    lowest: float | None
    median: float | None
    highest: float | None
    coding: dict[str, int] | None = Field(description="Of yes or no: which value is 1, 0 or 2.")
    coding_sure: bool
    date_form: str


class PatientShown(BaseModel):
    """Which columns name patient, examination and image, as far as it can be told."""

    patient: str
    case: str
    image: str
    pattern: str
    why: str
    share: float
    sure: bool
    others: list[str]
    zeros: bool = Field(description="Leading zeros were cut by a spreadsheet program.")


class TableShown(BaseModel):
    """A table of a study."""

    name: str
    source: str = Field(description="The table it was made from, or its own name.")
    made: list[Told] = Field(description="Columns that were made, in sentences.")
    rows: int
    columns: list[ColumnShown]
    sample: list[list[str]]
    patient: PatientShown | None = Field(description="Null for a table that is not the study's own.")


class MakingAsked(BaseModel):
    """A column to make from others."""

    model_config = ConfigDict(extra="forbid")
    new: str = Field(min_length=1, max_length=200)
    how: str = Field(pattern="^(coded|days|present|equals|scaled)$")
    columns: list[Annotated[str, Field(max_length=200)]] = Field(min_length=1, max_length=6)
    numbers: dict[Annotated[str, Field(max_length=200)], int] = Field(default_factory=dict, max_length=20)
    unit: str = Field("days", pattern="^(days|weeks|months|years)$")


class TaskShown(BaseModel):
    """A question that can be asked."""

    kind: str
    sentence: Told
    keys: dict[str, Any]
    makings: list[MakingAsked]
    facts: dict[str, Any]
    doubts: list[str]
    sure: bool


class TaskTaken(BaseModel):
    """The question that is taken."""

    model_config = ConfigDict(extra="forbid")
    tag: str = Field(max_length=40)
    keys: dict[Annotated[str, Field(max_length=60)], Any] = Field(min_length=1, max_length=12)
    makings: list[MakingAsked] = Field(default_factory=list, max_length=200)


@router.post("/{slug}/tables", status_code=201, openapi_extra=largest_body(MOST_BYTES + 1_000_000))
def bring_study_table(
    request: Request,
    slug: Slug,
    person: Making,
    file: UploadFile,
    name: Annotated[str, Form(max_length=120)] = "",
) -> TableBrought:
    """Bring a table (Excel, CSV, Parquet; 50 MB at most); one of the same name is replaced and kept."""
    here = serving(request)
    place = store.study_seen(here, person, slug, change=True)
    called = revisions.usable_name(name or file.filename or "table.csv")
    with received(place.folder, file, called, MOST_BYTES) as path:
        see_upload(path, called)
        content = path.read_bytes()
    files = revisions.keep_file(place.folder, called, content)
    text = revisions.text_of(place.folder)
    revisions.save(place.folder, text, revisions.tag_of(text), (person.id, person.name), "table", files=files)
    look = look_at_table(here.kept, place.folder / called)
    detail: dict[str, str | int] = {"rows": len(look.frame), "columns": len(look.columns)}
    record_request(request, person, "study_table_brought", f"study {slug}", detail)
    return TableBrought(name=called, rows=len(look.frame), columns=len(look.columns))


@router.get("/{slug}/tables/{name}")
def read_study_table(request: Request, slug: Slug, name: FileName, person: Seeing) -> TableShown:
    """Look at a table: what its columns seem to hold, first rows. Identities are hidden without the right."""
    here = serving(request)
    place = store.study_seen(here, person, slug)
    look = look_at(here, place, name)
    data = data_of(revisions.text_of(place.folder))
    cohort = data.get("cohort", {}) if isinstance(data.get("cohort"), dict) else {}
    own = cohort.get("table") in (None, name) or source_of(place.folder, str(cohort.get("table")))[0] == name
    guess = guess_of_patient(here, person, place, look, cohort) if own else None
    record_request(request, person, "study_table_seen", f"study {slug}")
    identities = person.may(Right.see_identities)
    patient = str(cohort.get("patient") or (guess.patient if guess is not None else ""))
    source, made = source_of(place.folder, name)
    return TableShown(
        name=name,
        source=source,
        made=[each.sentence for each in made],
        rows=len(look.frame),
        columns=[_column(each, patient, identities=identities) for each in look.columns],
        sample=shown_rows(look, patient, identities=identities),
        patient=None
        if guess is None
        else PatientShown.model_validate({**vars(guess), "others": list(guess.others)}),
    )


@router.get("/{slug}/tasks")
def propose_study_tasks(request: Request, slug: Slug, person: Seeing) -> list[TaskShown]:
    """Propose questions that table and images can answer, the likeliest first, with what is doubtful."""
    here = serving(request)
    place = store.study_seen(here, person, slug)
    data = data_of(revisions.text_of(place.folder))
    cohort = data.get("cohort", {}) if isinstance(data.get("cohort"), dict) else {}
    columns: Any = ()
    frame = None
    if isinstance(cohort.get("table"), str):
        look = look_at(here, place, source_of(place.folder, cohort["table"])[0])
        taken = {cohort.get("patient"), cohort.get("case"), cohort.get("image")}
        columns, frame = [each for each in look.columns if each.name not in taken], look.frame
    labels = _labels(here, person, place, cohort)
    found = propose_tasks(columns, frame, labels, str(data.get("title", "")))
    return [
        TaskShown(
            kind=each.kind,
            sentence=each.sentence,
            keys=dict(each.keys),
            makings=[
                MakingAsked.model_validate({**vars(m), "columns": list(m.columns)}) for m in each.makings
            ],
            facts=dict(each.facts),
            doubts=list(each.doubts),
            sure=each.sure,
        )
        for each in found
    ]


@router.put("/{slug}/task")
def take_study_task(request: Request, slug: Slug, person: Making, given: TaskTaken) -> StudyState:
    """Take a question: its keys are written; columns that it needs are made in a table beside the first."""
    here = serving(request)
    place = store.study_seen(here, person, slug, change=True)
    text = revisions.text_of(place.folder)
    if given.tag != revisions.tag_of(text):
        # Before a table is written: one that the study reads must not change below it.
        raise Refusal(409, "this study was changed in another window or by somebody else since it was loaded")
    data = data_of(text)
    cohort = data.get("cohort", {}) if isinstance(data.get("cohort"), dict) else {}
    edits, files = [], None
    table = cohort.get("table")
    if isinstance(table, str):
        source, _ = source_of(place.folder, table)
        wanted = source
        if given.makings:
            look = look_at(here, place, source)
            makings = [ColumnMaking(m.new, m.how, tuple(m.columns), m.numbers, m.unit) for m in given.makings]  # type: ignore[arg-type]
            wanted, files = make_table(place.folder, source, look.frame, makings)
        if wanted != table:
            edits.append(Edit(("cohort", "table"), wanted))
    elif given.makings:
        raise Refusal(422, "columns can only be made from a table: bring one first")
    edits += _task_edits(data.get("task"), given.keys)
    return apply_edits(here, person, place, given.tag, edits, files=files) if edits else state_of(place)


def look_at(here: Serving, place: store.StudyPlace, name: str) -> TableLook:
    """A table that a study may name.

    Raises:
        Refusal: It lies elsewhere, or cannot be read.
    """
    path = see_path(place.folder / name, place.folder, here.settings, images=False)
    if path.name.startswith(".") or not path.is_file():
        raise Refusal(404, "there is no such table beside the study: bring it")
    try:
        return look_at_table(here.kept, path)
    except HilumError as problem:
        raise Refusal(422, str(problem)) from None


def _task_edits(now: Any, keys: dict[str, Any]) -> list[Edit]:
    """Keys that change; those of another question go. A table that is there keeps its place and comments."""
    if not isinstance(now, dict):
        return [Edit(("task",), keys)]
    gone = [Edit(("task", key)) for key in now if key not in keys]
    # The kind first: a file is read at the end only, but what stands together should be together.
    return [*gone, *(Edit(("task", key), value) for key, value in keys.items() if now.get(key) != value)]


def _labels(here: Serving, person: Person, place: store.StudyPlace, cohort: dict[str, Any]) -> list[str]:
    from hilum.serving.proposing.folders import look_at_paths
    from hilum.serving.studies_images import listed

    root = root_of_images(here, person, place, cohort)
    return [] if root is None else [name for name, _ in look_at_paths(listed(here.kept, root)).labels]


def _column(each: Any, patient: str, *, identities: bool) -> ColumnShown:
    hidden = bool(each.private or each.name == patient) and not identities
    numbers: dict[str, Any] = {
        name: None if hidden else getattr(each, name) for name in ("lowest", "median", "highest")
    }
    return ColumnShown(
        **{name: getattr(each, name) for name in ("name", "kind", "role", "unit", "unit_said", "private")},
        **{name: getattr(each, name) for name in ("missing", "distinct", "date_form")},
        **numbers,
        values=dict(shown_values(each, patient, identities=identities)),
        coding=None if each.coding is None or hidden else dict(each.coding.numbers),
        coding_sure=each.coding is not None and each.coding.sure,
    )
