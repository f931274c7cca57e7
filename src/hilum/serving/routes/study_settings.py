"""What the forms of a study offer, what a change would do, and external cohorts with tables of their own."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from hilum.errors import HilumError
from hilum.serving import studies_revisions as revisions
from hilum.serving import studies_store as store
from hilum.serving.audit import record_request
from hilum.serving.failures import Refusal
from hilum.serving.language import Told
from hilum.serving.proposing.joining import Joining, criterion_of
from hilum.serving.routes.studies import Making, Seeing, Slug
from hilum.serving.routes.study_tables import look_at
from hilum.serving.state import Serving, serving
from hilum.serving.studies_editing import Edit, data_of, edited
from hilum.serving.studies_external import join_cohort, leave_cohort, needed_columns
from hilum.serving.studies_forms import Edits, StudyState
from hilum.serving.studies_made import source_of
from hilum.serving.studies_saving import apply_edits, see_text
from hilum.serving.studies_tables import SUFFIXES
from hilum.serving.studies_trying import sentence_about

router = APIRouter(prefix="/api/studies", tags=["studies"])
CohortName = Annotated[str, Path(min_length=1, max_length=60, description="The external cohort.")]
_MARGINS = {
    "survival": ("auc_t", "harrell_c", "uno_c", "brier_t"),
    "regression": ("mae", "rmse", "r2", "ccc"),
}
_OF_CLASSES = ("auroc", "auprc", "sensitivity", "specificity", "accuracy", "brier")


class NetworkOffered(BaseModel):
    """A network that a study may name."""

    name: str
    sentence: Told
    sizes: list[int] = Field(description="Sides of an image, in pixels, among which a plan chooses.")
    pretrained: bool = Field(description="Whether there are weights that it may start from.")
    volumes: bool = Field(description="Whether it reads volumes and not single images.")


class MeasureOffered(BaseModel):
    """A measure that a margin may be given for."""

    name: str
    label: str


class SettingsOffered(BaseModel):
    """What a study's forms may be filled from."""

    networks: list[NetworkOffered]
    measures: list[MeasureOffered]
    tables: list[str] = Field(description="Tables beside the study, by name.")
    needed: list[str] = Field(description="Columns that a table of an external cohort must have.")


class Tried(BaseModel):
    """What a change would do."""

    sentence: Told = Field(description="What would be wrong; empty where nothing is.")


class CohortJoined(BaseModel):
    """A second table, as an external cohort."""

    model_config = ConfigDict(extra="forbid")
    tag: str = Field(max_length=40)
    name: str = Field(
        min_length=1, max_length=60, pattern=r"^[^'\"`\\\n\r\t ][^'\"`\\\n\r\t]*$", examples=["Seoul"]
    )
    table: str = Field(max_length=120, description="The table beside the study.")
    columns: dict[Annotated[str, Field(max_length=200)], Annotated[str, Field(max_length=200)]] = Field(
        default_factory=dict, max_length=60, description="Column of the study's table = of the second one."
    )
    below: str = Field(
        "", max_length=40, pattern=r"^[a-z0-9-]*$", description="Folder that its images came into."
    )
    apart: bool = Field(False, description="The same number stands for another person there.")


class CohortLeft(BaseModel):
    """From which state an external cohort is taken out."""

    model_config = ConfigDict(extra="forbid")
    tag: str = Field(max_length=40)


@router.get("/{slug}/settings")
def list_study_settings(request: Request, slug: Slug, person: Seeing) -> SettingsOffered:
    """What the study's forms may be filled from: networks, measures, tables, columns that it reads."""
    from hilum.catalogue import MODELS, VOLUME_MODELS
    from hilum.reporting.labels import measure_label

    place = store.study_seen(serving(request), person, slug)
    data = data_of(revisions.text_of(place.folder))
    task = data.get("task", {})
    kind = str(task.get("kind", "")) if isinstance(task, dict) else ""
    tables = (
        path.name for path in place.folder.iterdir() if path.is_file() and not path.name.startswith(".")
    )
    records = [*((each, False) for each in MODELS), *((each, True) for each in VOLUME_MODELS)]
    return SettingsOffered(
        networks=[
            NetworkOffered(
                name=each.name,
                sentence=each.sentence,
                sizes=list(each.sizes),
                pretrained=each.weights is not None,
                volumes=volumes,
            )
            for each, volumes in records
        ],
        measures=[
            MeasureOffered(name=name, label=measure_label(name)) for name in _MARGINS.get(kind, _OF_CLASSES)
        ],
        tables=sorted(name for name in tables if name.lower().endswith(SUFFIXES)),
        needed=needed_columns(data, place.folder),
    )


@router.post("/{slug}/settings/tried")
def try_study_settings(request: Request, slug: Slug, person: Making, given: Edits) -> Tried:
    """Say what would be wrong with the study after changes; nothing is saved."""
    here = serving(request)
    place = store.study_seen(here, person, slug, change=True)
    text = revisions.text_of(place.folder)
    edits = [Edit(tuple(one.at), one.value) for one in given.edits]
    sentence = sentence_about(text, edits, _columns(here, place, text))
    if not sentence:
        try:
            see_text(here, person, place, edited(text, edits))
        except Refusal as refusal:
            sentence = refusal.sentence
    return Tried(sentence=sentence)


@router.put("/{slug}/external")
def join_study_external(request: Request, slug: Slug, person: Making, given: CohortJoined) -> StudyState:
    """Join a second table as an external cohort, which is only tested."""
    here = serving(request)
    place = store.study_seen(here, person, slug, change=True)
    text = _text_of_tag(place, given.tag)
    data = data_of(text)
    cohort = _table(data)
    if not cohort:
        raise Refusal(
            422, "an external cohort with a table of its own needs a first table: bring that one first"
        )
    first, second = (
        look_at(here, place, source_of(place.folder, cohort["table"])[0]),
        look_at(here, place, given.table),
    )
    name = given.name.strip()
    wrong = sentence_about(text, [Edit(("split", "external", name), criterion_of(name))])
    if wrong:
        raise Refusal(422, wrong)
    split = data.get("split")
    if isinstance(split, dict) and name in split.get("external", {}):
        raise Refusal(422, f"there is an external cohort `{name}` already: give this one another name")
    joining = Joining(
        name,
        given.columns,
        str(cohort.get("patient") or ""),
        str(cohort.get("image") or ""),
        given.below,
        # Of the archive a number is one person, whichever table names it.
        apart=given.apart and cohort.get("images") != "archive",
    )
    try:
        edits, files = join_cohort(place.folder, data, first.frame, second.frame, joining)
    except HilumError as problem:
        raise Refusal(422, str(problem)) from None
    detail: dict[str, str | int] = {"rows": len(second.frame)}
    record_request(request, person, "study_external_joined", f"study {slug}", detail)
    return apply_edits(here, person, place, given.tag, edits, files=files)


@router.post("/{slug}/external/{name}/out")
def leave_study_external(
    request: Request, slug: Slug, name: CohortName, person: Making, given: CohortLeft
) -> StudyState:
    """Take an external cohort out, with the rows that came with it."""
    here = serving(request)
    place = store.study_seen(here, person, slug, change=True)
    data = data_of(_text_of_tag(place, given.tag))
    cohort = _table(data)
    frame = look_at(here, place, source_of(place.folder, cohort["table"])[0]).frame if cohort else None
    try:
        edits, files = leave_cohort(place.folder, data, frame, name)
    except HilumError as problem:
        raise Refusal(422, str(problem)) from None
    return apply_edits(here, person, place, given.tag, edits, files=files)


def _text_of_tag(place: store.StudyPlace, tag: str) -> str:
    """The study's text, where it is still the one that the page shows: before any table is written."""
    text = revisions.text_of(place.folder)
    if tag != revisions.tag_of(text):
        raise Refusal(409, "this study was changed in another window or by somebody else since it was loaded")
    return text


def _table(data: dict[str, Any]) -> dict[str, Any]:
    """The study's cohort where it names a table, else nothing."""
    cohort = data.get("cohort")
    return cohort if isinstance(cohort, dict) and isinstance(cohort.get("table"), str) else {}


def _columns(here: Serving, place: store.StudyPlace, text: str) -> list[str] | None:
    try:
        cohort = _table(data_of(text))
        return [str(name) for name in look_at(here, place, cohort["table"]).frame.columns] if cohort else None
    except (HilumError, Refusal):
        return None
