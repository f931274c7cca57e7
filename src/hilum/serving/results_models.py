"""The models of finished runs: whose they are, their cards, what they reached, where they lie."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hilum.errors import HilumError
from hilum.serving import studies_store as store
from hilum.serving.access.person import Person
from hilum.serving.failures import Refusal
from hilum.serving.results_runs import RunPlace, kept, run_seen, runs_of_study
from hilum.serving.state import Serving

_CARD = "card.md"
_ONNX = "model.onnx"
_LONGEST_CARD = 2_000_000


@dataclass(frozen=True)
class ModelPlace:
    """A trained model of a run.

    Attributes:
        study: The study that trained it.
        run: The run.
        reader: Its name.
        folder: `models/<reader>/` of the run.
    """

    study: store.StudyPlace
    run: str
    reader: str
    folder: Path

    @property
    def repeats(self) -> int:
        """How often it was trained."""
        return len(list(self.folder.glob("*/model.json")))

    @property
    def exported(self) -> bool:
        """Whether every training of it lies there for onnxruntime as well."""
        made = len(list(self.folder.glob(f"*/{_ONNX}")))
        return made > 0 and made == self.repeats


def models_of(here: Serving, person: Person) -> list[ModelPlace]:
    """The models of all studies that a person may see, those of the last changed study first."""
    return [
        model
        for place in store.studies_of(here, person)
        for name in runs_of_study(here, place)
        for model in _in(place, name, here.workspace.runs_folder / name)
    ]


def model_seen(
    here: Serving, person: Person, slug: str, run: str, reader: str
) -> tuple[RunPlace, ModelPlace]:
    """One model, for a person who may see its study.

    Raises:
        Refusal: 404 where there is none.
    """
    place = run_seen(here, person, slug, run)
    found = next((each for each in _in(place.study, run, place.folder) if each.reader == reader), None)
    if found is None:
        raise Refusal(404, "this run has no such model")
    return place, found


def card_of(model: ModelPlace) -> str:
    """The model's card, as Markdown.

    Raises:
        Refusal: 404 where there is none yet.
    """
    path = model.folder / _CARD
    if not path.is_file() or path.stat().st_size > _LONGEST_CARD:
        raise Refusal(404, "this model has no card yet: run the study again, it goes on where it was cut off")
    return path.read_text(encoding="utf-8")


def facts_of(here: Serving, model: ModelPlace) -> dict[str, Any]:
    """Architecture, task and frozen threshold of a model; empty where it cannot be read."""
    first = next(iter(sorted(model.folder.glob("*/model.json"))), None)
    return {} if first is None else kept(here, first, _facts)


def _facts(path: Path) -> dict[str, Any]:
    from hilum.models import load_facts

    try:
        facts = load_facts(path.parent)
    except (HilumError, OSError, ValueError):
        return {}
    return {
        "architecture": facts.architecture,
        "task": str(facts.task.get("kind", "")),
        "threshold": facts.threshold,
        "reads_table": bool(facts.table),
    }


def _in(place: store.StudyPlace, run: str, folder: Path) -> Iterator[ModelPlace]:
    for path in sorted((folder / "models").glob("*/1/model.json")):
        yield ModelPlace(place, run, path.parent.parent.name, path.parent.parent)
