"""Models of finished runs: their cards, what they reached, where they lie."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field

from hilum.errors import WorkspaceError
from hilum.serving import results_models as models
from hilum.serving.access.asking import Person, asks
from hilum.serving.access.rights import Right
from hilum.serving.audit import record_request
from hilum.serving.paging import AfterNumber, Limit
from hilum.serving.results_names import names_in, without_names
from hilum.serving.results_runs import opened
from hilum.serving.routes.results import RunName
from hilum.serving.routes.studies import Slug
from hilum.serving.state import Serving, serving

router = APIRouter(prefix="/api/models", tags=["models"])
Seeing = Annotated[Person, Depends(asks(Right.see_models, Right.see_studies))]
ReaderName = Annotated[
    str, Path(min_length=1, max_length=200, pattern=r"^[^/\\\x00]+$", description="The model's name.")
]


class ModelRow(BaseModel):
    """A trained model."""

    study: str
    title: str
    run: str
    reader: str
    architecture: str
    task: str
    threshold: float | None
    repeats: int
    exported: bool = Field(description="It lies there for onnxruntime as well.")
    measure: str
    result: dict[str, Any] | None = Field(description="What it reached, as in `evaluation.json`.")


class ModelPage(BaseModel):
    """Models."""

    items: list[ModelRow]
    next: int | None
    total: int


class ModelCard(BaseModel):
    """A model's card."""

    model: ModelRow
    place: str = Field(description="Where it lies below the workspace.")
    card: str = Field(description="In Markdown.")


@router.get("")
def list_models(
    request: Request,
    person: Seeing,
    after: AfterNumber = 0,
    limit: Limit = 50,
    text: Annotated[str, Query(max_length=200, description="Only those whose line has it.")] = "",
) -> ModelPage:
    """List the models of the studies that the person may see."""
    here = serving(request)
    wanted = text.casefold()
    found = [
        model
        for model in models.models_of(here, person)
        if wanted in f"{model.study.title} {model.run} {model.reader}".casefold()
    ]
    more = after + limit < len(found)
    items = [_row(here, model) for model in found[after : after + limit]]
    return ModelPage(items=items, next=after + limit if more else None, total=len(found))


@router.get("/{slug}/{run}/{reader}")
def read_model(request: Request, slug: Slug, run: RunName, reader: ReaderName, person: Seeing) -> ModelCard:
    """Read a model's card."""
    here = serving(request)
    place, model = models.model_seen(here, person, slug, run, reader)
    card = models.card_of(model)
    if not place.names:
        card = without_names(card, names_in(opened(here, place).cohort))
    record_request(request, person, "model_seen", f"study {slug}", {"run": run, "reader": reader})
    where = model.folder.relative_to(here.workspace.root).as_posix()
    return ModelCard(model=_row(here, model), place=where, card=card)


def _row(here: Serving, model: models.ModelPlace) -> ModelRow:
    from hilum.conduct.runs import read_run

    facts = models.facts_of(here, model)
    measure, result = "", None
    try:
        run = read_run(here.workspace.runs_folder / model.run)
        measure = run.endpoint.label if run.endpoint is not None else ""
        result = next((row for row in run.to_json()["results"] if row["reader"] == model.reader), None)
    except WorkspaceError:
        pass
    return ModelRow(
        study=model.study.slug,
        title=model.study.title,
        run=model.run,
        reader=model.reader,
        architecture=str(facts.get("architecture", "")),
        task=str(facts.get("task", "")),
        threshold=facts.get("threshold"),
        repeats=model.repeats,
        exported=model.exported,
        measure=measure,
        result=result,
    )
