"""Train the members of a blend and join them into one model."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.errors import ModelError
from hilum.models import (
    Blend,
    ModelFacts,
    ModelFolder,
    Network,
    Shape,
    Standard,
    blend_name,
    build_model,
    load_model,
    place,
    read_images,
    save_model,
    steady,
)
from hilum.preparation import Plan, Prepared
from hilum.progress import Progress
from hilum.tasks import ModelTask, task_from_json
from hilum.training.calibrate import Calibration, calibrate, into_head, settled
from hilum.training.card import model_card
from hilum.training.data import TrainingData, gather
from hilum.training.energy import measured
from hilum.training.key import is_finished, training_key
from hilum.training.one_model import train_one
from hilum.training.options import TrainOptions
from hilum.training.population import population_after
from hilum.training.search.judge import Judge, blend_weights

_MEMBERS = "members"
# Repeats of a blend take the seeds of so many trainings each.
_SEEDS_A_REPEAT = 32
_VIEWS = 5
# Reading several views takes several times as long: it must be worth it.
_WORTH = 0.99


def train_blend(  # noqa: PLR0917  # as `train`
    cohort: Cohort,
    prepared: Prepared,
    task: ModelTask,
    plan: Plan,
    options: TrainOptions,
    progress: Progress,
) -> Path:
    """Train each member of a plan, and leave them as one calibrated model.

    How much each member counts, how many views are read and the calibration are chosen on the validation
    part alone. A member that is done is not trained again after an interruption.

    Args:
        cohort: with the parts `train` and `validation`.
        prepared: the cohort's images in the form of the plan.
        task: from `make_task`.
        plan: with its members.
        options: where to, which seed, which repeat.
        progress: told after every step.

    Returns:
        The model's folder.

    Raises:
        ModelError: there is nothing to learn from, no validation case to choose on, or training failed.
    """
    data = gather(cohort, prepared, task)
    if not len(data.validation_rows):
        raise ModelError("a blend of networks needs validation cases with images: change [split]")
    folder = options.model_folder
    key = training_key(data, task, plan, options)
    if is_finished(folder, key):
        shutil.rmtree(folder / _MEMBERS, ignore_errors=True)
        return folder
    trained = []
    with measured() as meter:
        for number, member in enumerate(plan.members):
            repeat = options.repeat * _SEEDS_A_REPEAT + number
            own = replace(options, folder=folder / _MEMBERS, repeat=repeat, unseen=())
            trained.append(load_model(train_one(cohort, prepared, task, member, own, progress)))
        joined = _join(trained, data, plan, options)
    weights = into_head(joined.network.state_dict(), joined.calibration)
    used = plan.model_copy(update={"model": joined.name, "views": joined.views})
    found = population_after(cohort, data, used, weights, options.seed)
    facts = ModelFacts(
        reader=options.reader,
        repeat=options.repeat,
        architecture=joined.name,
        task=joined.task.to_json(),
        plan=used.model_dump(mode="json"),
        mean=data.standard.mean,
        deviation=data.standard.deviation,
        training={
            **_of_members(trained, joined),
            "key": key,
            "energy": meter.to_json(),
        },
        calibration=joined.calibration.to_json(),
        population=found.to_json() if found else {},
    )
    save_model(folder, facts, weights, model_card(facts), found.to_bytes() if found else None)
    shutil.rmtree(folder / _MEMBERS)
    return folder


@dataclass(frozen=True)
class _Joined:
    name: str
    network: Network
    task: ModelTask
    weights: tuple[float, ...]
    views: int
    calibration: Calibration


def _join(trained: Sequence[ModelFolder], data: TrainingData, plan: Plan, options: TrainOptions) -> _Joined:
    """Weigh the members, and choose views and calibration."""
    task = settled(task_from_json(trained[0].facts.task))[1]
    shape = Shape(plan.picture.channels, task.outputs, plan.picture.size)
    judge = Judge.of(data, task, options.seed)
    with steady(plan.threads) as device:
        networks = [_network_of(each, shape) for each in trained]
        for network in networks:
            place(network, device)
        standards = [Standard(each.facts.mean, each.facts.deviation) for each in trained]
        said = [judge.read(each, own) for each, own in zip(networks, standards, strict=True)]
        weights = blend_weights(judge, said)
        kept = [number for number, weight in enumerate(weights) if weight]
        blend = Blend([networks[number] for number in kept], shape)
        blend.weigh([weights[number] for number in kept])
        blend.expect(data.standard, [standards[number] for number in kept])
        place(blend, device)
        views = _views_worth_it(judge, blend, data.standard)
        calibration = Calibration((1.0,) * task.outputs, (0.0,) * task.outputs)
        if plan.learning.calibrate:
            outputs = read_images(blend, data.array, data.validation_rows, data.standard, views)
            stretched = _stretched(trained, weights, task.outputs)
            calibration = calibrate(task, outputs, data.validation_cases, stretched, options.unseen)
    name = blend_name([trained[number].facts.architecture for number in kept])
    return _Joined(name, blend, task, weights, views, calibration)


def _network_of(found: ModelFolder, shape: Shape) -> Network:
    """A member with what its task adds on prediction in its last layer, so that outputs can be averaged."""
    network = build_model(found.facts.architecture, shape)
    shift, _ = settled(task_from_json(found.facts.task))
    still = Calibration((1.0,) * shape.outputs, tuple(np.asarray(shift, np.float64).tolist()))
    network.load_state_dict(into_head(found.weights, still))
    return network.eval()


def _stretched(members: Sequence[ModelFolder], weights: Sequence[float], outputs: int) -> NDArray[np.float64]:
    """How far the validation cases stretched the outputs of the members already, in their mean."""
    each = [np.broadcast_to(one.facts.calibration.get("stretch", [1.0]), outputs) for one in members]
    found: NDArray[np.float64] = np.exp(np.average(np.log(each), axis=0, weights=weights))
    return found


def _views_worth_it(judge: Judge, network: Network, standard: Standard) -> int:
    """Several views, where they make the loss on a few copies smaller by a hundredth; else one."""
    few = judge.with_few_copies()
    losses: dict[int, float] = {}
    for views in (1, _VIEWS):
        found: NDArray[np.float32] = few.read(network, standard, views)
        losses[views] = few.loss(found)
    return _VIEWS if losses[_VIEWS] < _WORTH * losses[1] else 1


def _of_members(trained: Sequence[ModelFolder], joined: _Joined) -> dict[str, Any]:
    """What happened in training: of the member that counts most, and a line for each."""
    first = trained[int(np.argmax(joined.weights))].facts.training
    members = [
        {
            "architecture": each.facts.architecture,
            "weight": round(weight, 4),
            "epochs": each.facts.training.get("epochs"),
            "best_epoch": each.facts.training.get("best_epoch"),
            "seconds": each.facts.training.get("seconds"),
        }
        for each, weight in zip(trained, joined.weights, strict=True)
    ]
    seconds = sum(each.facts.training.get("seconds", 0.0) for each in trained)
    own = {"calibration": joined.calibration.to_json(), "seconds": round(seconds, 1)}
    return {**first, **own, "members": members, "views": joined.views}
