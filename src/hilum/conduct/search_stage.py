"""`model = "auto"`: which networks are tried and with how much time, and what the search leaves behind."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hilum.conduct.planning import decide
from hilum.errors import ModelError
from hilum.files import write_atomically
from hilum.preparation import Asked, Fingerprint, Plan, effort_of, images_in
from hilum.preparation.weights import SELF
from hilum.progress import Progress
from hilum.study import ReaderOptions, Study
from hilum.tasks import ModelTask
from hilum.training import TrainingData, TrainOptions
from hilum.training.search import Baseline, Space, blend_plan, try_plans
from hilum.training.small_head import LINEAR

AUTO = "auto"
MINUTES = 20.0
# Shares of the time of one repeat; the rest goes to reading, choosing among views and calibration.
_SEARCH, _MEMBERS = 0.25, 0.6
# A network is tried where so many passes of it fit into the time for the members.
_FEWEST_PASSES = 8
_ALWAYS = "resnet18"
_FROM_NOTHING = ("resnet18", "small_cnn", "efficientnet_b0", "densenet121")
_WITH_WEIGHTS_ALONE = ("convnext_tiny", "vit_small")


@dataclass(frozen=True)
class SearchInput:
    """What a search starts from.

    Attributes:
        study: the study.
        reader: the reader with `model = "auto"`.
        found: the cohort's fingerprint.
        task: from `make_task`.
        data_for: the data of a training with the pictures of a plan.
        teach: trains a plan into a folder.
        folder: the study file's folder.
        kept: the folder in which the search is written down.
        asked: what the study asks of the preparation.
    """

    study: Study
    reader: ReaderOptions
    found: Fingerprint
    task: ModelTask
    data_for: Callable[[Plan], TrainingData]
    teach: Callable[[Plan, TrainOptions], Path]
    folder: Path
    kept: Path
    asked: Asked


def search_plan(given: SearchInput, progress: Progress) -> Plan:
    """Find the plan of a reader with `model = "auto"`; every trial is written to `search.json`.

    The validation part alone decides; no test case is looked at.

    Args:
        given: what the search starts from.
        progress: told after every trial.

    Raises:
        ModelError: there is no validation part to choose on, or nothing could be trained.
    """
    _refuse_what_is_not_searched(given)
    minutes = (given.reader.budget_minutes or MINUTES) / given.reader.repeats
    bases = _bases(given, minutes)
    if not given.found.images.get("validation"):
        raise ModelError(
            'model = "auto" chooses on the validation part, which has no images: change [split], or name '
            "a model"
        )
    options = TrainOptions(given.kept / "trials", given.reader.resolved_name, seed=given.study.split.seed)
    classes, settled = given.study.task.kind == "classification", frozenset(given.reader.training)
    space = Space(bases, classes, settled)
    baseline = Baseline(_small_head(given, bases), given.teach)
    tried = try_plans(space, baseline, given.data_for, given.task, minutes * 60 * _SEARCH, options, progress)
    shutil.rmtree(options.folder, ignore_errors=True)
    if not tried.plans:
        raise ModelError(
            "no plan could be trained to its end: give more time with budget_minutes, or name a model"
        )
    n = given.found.images.get("train", 1)
    plan = blend_plan(tried, n, minutes * 60 * _MEMBERS)
    trials = [trial.to_json() for trial in tried.trials]
    given.kept.mkdir(parents=True, exist_ok=True)
    write_atomically(given.kept / "search.json", json.dumps({"minutes": minutes, "trials": trials}, indent=1))
    return plan


def _refuse_what_is_not_searched(given: SearchInput) -> None:
    """What the study file asks for beside `model = "auto"`, and a search would pass over in silence."""
    reader = given.reader
    if reader.columns or given.study.cohort.together:
        raise ModelError(
            'model = "auto" reads one image a case and no table: name a model, such as "resnet18", or '
            "combine the reader with a score"
        )
    for key, asked in (
        ("frozen", reader.frozen),
        ("epochs", reader.epochs is not None),
        ("unlabelled", reader.unlabelled is not None),
        ('pretrained = "self"', reader.pretrained == SELF),
        ("consistency", bool(reader.training.get("consistency"))),
    ):
        if asked:
            raise ModelError(
                f'model = "auto" decides by itself what is learnt and for how long, and cannot follow '
                f'{key}: leave it out, or name a model, such as "resnet18"'
            )


def _bases(given: SearchInput, minutes: float) -> dict[str, Plan]:
    """The usual plan of each network for which there is time, all with pictures of one size; one smaller."""
    first = _usual(given, _ALWAYS, minutes, given.reader.size)
    size = first.picture.size
    bases = {_ALWAYS: first}
    for name in (*_FROM_NOTHING, *_WITH_WEIGHTS_ALONE):
        if name in bases or _passes(given.found, name, size, minutes) < _FEWEST_PASSES:
            continue
        try:
            plan = _usual(given, name, minutes, size)
        except ModelError:  # it cannot read pictures of this size, or lacks the weights that are asked for
            continue
        if plan.pretrained or name in _FROM_NOTHING:
            bases[name] = plan
    smaller = [each for each in effort_of(_ALWAYS).sizes if each < size]
    if smaller and given.reader.size is None:
        bases[f"{_ALWAYS} at {smaller[-1]} pixels"] = _usual(given, _ALWAYS, minutes, smaller[-1])
    return bases


def _small_head(given: SearchInput, bases: Mapping[str, Plan]) -> Plan:
    """A small head on the features of the first network that has weights, else on `linear`."""
    known = next((plan for plan in bases.values() if plan.pretrained), None)
    if known is not None:
        return known.model_copy(update={"frozen": True})
    return _usual(given, LINEAR, 1.0, bases[_ALWAYS].picture.size)


def _usual(given: SearchInput, name: str, minutes: float, size: int | None) -> Plan:
    """The plan that a network would have if the study named it."""
    changes = {"model": name, "name": given.reader.resolved_name, "size": size, "repeats": 1}
    reader = given.reader.model_copy(update={**changes, "budget_minutes": minutes * _MEMBERS / 2})
    return decide(given.found, given.study.task, reader, given.folder, given.asked)


def _passes(found: Fingerprint, name: str, size: int, minutes: float) -> float:
    images = images_in(minutes * _MEMBERS / 2, effort_of(name), size, found.cores, found.device)
    return images / max(found.images.get("train", 1), 1)
