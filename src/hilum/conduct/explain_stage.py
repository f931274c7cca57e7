"""From a run's models to examples with maps, and to what the maps are worth."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.conduct.context import StudyContext
from hilum.conduct.examples import choose_examples, explain_examples
from hilum.conduct.examples_judged import judged_cases
from hilum.conduct.inputs import file_hash
from hilum.conduct.lesions import read_lesions
from hilum.conduct.map_checks import check_model, check_where
from hilum.conduct.opinions import readings_path
from hilum.conduct.run_folder import RunFolder
from hilum.errors import StudyFileError
from hilum.evaluation import Evaluation, Readings
from hilum.explanation import Method, method_named
from hilum.explanation.maps_of_model import fits_model
from hilum.explanation.what import what_to_explain
from hilum.files import replaced_when_done, write_atomically
from hilum.image import resize
from hilum.models import Blend
from hilum.progress import Progress, silent
from hilum.readers.trained import TrainedModel
from hilum.reporting import Example
from hilum.reporting.inputs import MapCheck
from hilum.study import Study
from hilum.tasks import ModelTask

FOLDER = "explain"
# In a report; `hilum explain RUN --check` looks at more.
CHECKED = 24
_LONGEST_SIDE = 720


@dataclass(frozen=True)
class Explanations:
    """What a run shows of how its model came to its answers.

    Attributes:
        examples: Cases with maps.
        checks: Whether the maps are to be believed.
        notes: What must be said of how they were made, in sentences.
    """

    examples: tuple[Example, ...] = ()
    checks: tuple[MapCheck, ...] = ()
    notes: tuple[str, ...] = ()


def explain_stage(
    context: StudyContext, cohort: Cohort, run: RunFolder, key: str, progress: Progress = silent
) -> str:
    """Choose and explain examples of the model that separates best on validation, and check its maps.

    Args:
        context: The study, whose `[explanation]` says by which methods, and where its paths begin.
        cohort: The cohort that was read.
        run: The run, with readings, models and evaluation.
        key: The key of the evaluation's stage.
        progress: Told after every case.

    Returns:
        The stage's key; empty where the study trains no model.

    Raises:
        StudyFileError: The table of lesions is not there.
    """
    study, folder = context.study, context.folder
    if not any(reader.model is not None for reader in study.readers):
        return ""
    asked = study.explanation
    inputs: dict[str, object] = {"evaluation": key, "methods": asked.methods}
    if asked.lesions is not None:
        inputs["lesions"] = _hash(folder, asked.lesions)
    outputs = [f"{FOLDER}/examples.json", f"{FOLDER}/examples.npz"]
    return run.stage("explain", inputs, outputs, lambda: _work(study, folder, cohort, run, progress))


def _work(study: Study, folder: Path, cohort: Cohort, run: RunFolder, progress: Progress) -> None:
    evaluation = Evaluation.load(run.path / "evaluation.json")
    names = [reader.resolved_name for reader in study.readers]
    readings = {name: Readings.load(readings_path(run.path, name)) for name in names}
    reader = explained_reader(study, evaluation)
    chosen = choose_examples(cohort, evaluation, readings, reader, study.evaluation.subgroups)
    found = Explanations()
    if len(chosen):
        model = TrainedModel.load(run.path / "models" / reader)
        methods = [method_named(name) for name in study.explanation.methods]
        examples = explain_examples(chosen, cohort, readings, model, methods, progress)
        judged, _ = judged_cases(cohort, evaluation, readings[reader], reader)
        first = [method for method in methods if fits_model(method, model)][:1]
        checks = check_model(model, cohort, judged, first, CHECKED, study.split.seed)
        if study.explanation.lesions is not None:
            checks += check_where(model, cohort, first, read_lesions(folder / study.explanation.lesions))
        found = Explanations(
            tuple(examples), tuple(shown_checks(checks, reader)), tuple(notes_of(model, methods))
        )
    save_explanations(found, run.path / FOLDER)


def explained_reader(study: Study, evaluation: Evaluation) -> str:
    """The trained model that separates best on validation; of numbers and equals the first."""

    def discrimination(name: str) -> float:
        found = [evaluation.find(name, "validation", measure) for measure in ("auroc", "harrell_c")]
        return next((row.value for row in found if row is not None and row.value is not None), 0.0)

    return max((each.resolved_name for each in study.readers if each.model is not None), key=discrimination)


def shown_checks(checks: Any, reader: str) -> list[MapCheck]:
    """Checks as the report shows them, methods by their titles."""
    return [
        MapCheck(**{**asdict(each), "method": method_named(each.method).title}, reader=reader)
        for each in checks
    ]


def notes_of(model: TrainedModel, methods: list[Method]) -> list[str]:
    """What must be said of how the maps were made."""
    notes = [_spoken_for(model.models[0].task)]
    for method in methods:
        if not fits_model(method, model):
            notes.append(f"{method.title} fits {method.needs}, and not {model.name}: it is left out.")
        elif not method.of_the_answer:
            notes.append(f"{method.title} is the same for every answer.")
    if len(model.models) > 1:
        notes.append(f"Each map is the mean over {len(model.models)} trainings; the first was checked.")
    if isinstance(model.models[0].network, Blend):
        notes.append(
            "The model reads with several networks; the map is the mean of theirs where they differ."
        )
    if model.plan.picture.depth > 1:
        notes.append("Of a volume the middle slice is shown, with the map of all slices together.")
    return notes


def _spoken_for(task: ModelTask) -> str:
    if task.kind == "regression":
        return "It shows what makes the number larger."
    if len(task.columns) > 1 and task.kind != "survival":
        return "It shows what speaks for the class that was called, or for the most probable finding."
    words = what_to_explain(task).words
    return f"It shows what speaks for {words}, in cases that were called negative as well."


def save_explanations(found: Explanations, folder: Path) -> None:
    """Keep examples and checks; pictures as 8 bits, with a longest side of at most 720 pixels."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[np.uint8]] = {}
    words = []
    for place, example in enumerate(found.examples):
        arrays[f"picture_{place}"] = _bytes(example.picture)
        maps = [] if example.map is None else [example.map]
        for number, each in enumerate([*maps, *example.further_maps.values()]):
            arrays[f"map_{place}_{number}"] = _bytes(each)
        words.append(
            {
                **{name: getattr(example, name) for name in _WORDS},
                "scores": dict(example.scores),
                "has_map": example.map is not None,
                "further": list(example.further_maps),
            }
        )
    with replaced_when_done(folder / "examples.npz") as temporary, temporary.open("wb") as stream:
        np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]
    told = {"examples": words, "checks": [asdict(each) for each in found.checks], "notes": list(found.notes)}
    write_atomically(folder / "examples.json", json.dumps(told, indent=1, ensure_ascii=False))


_WORDS = ("case", "part", "truth", "right", "reader", "map_title", "group", "threshold")


def load_explanations(folder: Path) -> Explanations:
    """What `save_explanations` kept; nothing where a run explains nothing."""
    if not (folder / "examples.json").is_file():
        return Explanations()
    told = json.loads((folder / "examples.json").read_text(encoding="utf-8"))
    with np.load(folder / "examples.npz", allow_pickle=False) as arrays:
        examples = [_example(place, words, arrays) for place, words in enumerate(told["examples"])]
    checks = tuple(MapCheck(**each) for each in told["checks"])
    return Explanations(tuple(examples), checks, tuple(told["notes"]))


def _example(place: int, words: dict[str, Any], arrays: Mapping[str, NDArray[np.uint8]]) -> Example:
    first = int(words["has_map"])
    further = {
        title: _grey(arrays[f"map_{place}_{number}"])
        for number, title in enumerate(words["further"], start=first)
    }
    return Example(
        **{name: words[name] for name in _WORDS},
        scores=words["scores"],
        picture=_grey(arrays[f"picture_{place}"]),
        map=_grey(arrays[f"map_{place}_0"]) if first else None,
        further_maps=further,
    )


def _bytes(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    scale = min(1.0, _LONGEST_SIDE / max(picture.shape))
    rows, columns = (max(1, round(side * scale)) for side in picture.shape)
    small = resize(picture, (rows, columns)) if scale < 1 else picture
    return np.round(np.clip(np.nan_to_num(small), 0, 1) * 255).astype(np.uint8)


def _grey(stored: NDArray[np.uint8]) -> NDArray[np.float32]:
    return stored.astype(np.float32) / np.float32(255)


def _hash(folder: Path, name: str) -> str:
    if not (folder / name).is_file():
        raise StudyFileError(
            f"[explanation] names the file {name}, which is not in {folder}: correct the path"
        )
    return file_hash(folder / name)
