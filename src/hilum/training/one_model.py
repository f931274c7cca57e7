"""Train one network of a study and leave it as a folder."""

import importlib.metadata
import platform
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from hilum.cohorts import Cohort
from hilum.errors import ModelError
from hilum.models import ModelFacts, read_images, save_model, steady
from hilum.preparation import Plan, Prepared
from hilum.progress import Progress
from hilum.tasks import ModelTask
from hilum.training.calibrate import Calibration, calibrate, into_head, settled
from hilum.training.card import model_card
from hilum.training.checkpoint import CHECKPOINT
from hilum.training.data import gather
from hilum.training.energy import measured
from hilum.training.key import is_finished
from hilum.training.loop import Training
from hilum.training.options import TrainOptions
from hilum.training.population import population_after
from hilum.training.small_head import (
    Fitted,
    as_the_network_expects,
    fit_small_head,
    has_small_head,
    patients_of,
    task_of_small_head,
)


def train_one(  # noqa: PLR0917  # six things that are all needed, in the order of the work
    cohort: Cohort,
    prepared: Prepared,
    task: ModelTask,
    plan: Plan,
    options: TrainOptions,
    progress: Progress,
) -> Path:
    """Train one network; a finished one is left alone, one that was cut off goes on to the same weights.

    Args:
        cohort: with the part `train`; `validation` chooses the best epoch.
        prepared: the cohort's images in the form of the plan.
        task: from `make_task`.
        plan: everything decided.
        options: where to, which seed, which repeat.
        progress: told after every step.

    Returns:
        The model's folder, `models/<reader>/<repeat>/`.

    Raises:
        ModelError: there is nothing to learn from, training failed, or the disk is full.
    """
    if prepared.picture != plan.picture:
        raise ModelError("the prepared images were made for another plan: prepare them again with this plan")
    small = has_small_head(plan)
    task = task_of_small_head(task, cohort) if small else task
    data = gather(cohort, prepared, task, plan.columns)
    data = as_the_network_expects(data, plan) if small else data
    if plan.learning.consistency and options.unlabelled is not None:
        further = options.unlabelled
        data = replace(data, unlabelled=(further.array, np.flatnonzero(further.readable)))
    training = Training(data, task, plan, options)
    folder = options.model_folder
    if is_finished(folder, training.key):
        return folder
    with measured() as meter:
        if small:
            fitted = fit_small_head(data, patients_of(cohort, prepared), task, plan, options, progress)
        else:
            fitted = _by_the_loop(training, progress)
    found = population_after(cohort, data, plan, fitted.weights, options.seed)
    facts = ModelFacts(
        reader=options.reader,
        repeat=options.repeat,
        architecture=plan.model,
        task=fitted.task.to_json(),
        plan=plan.model_dump(mode="json"),
        mean=data.standard.mean,
        deviation=data.standard.deviation,
        training={
            "key": training.key,
            "seed": options.seed,
            **fitted.training,
            "energy": meter.to_json(),
            "versions": _versions(),
        },
        table=data.encoding.to_json() if data.encoding else {},
        calibration=fitted.training.get("calibration", {}),
        population=found.to_json() if found else {},
    )
    save_model(folder, facts, fitted.weights, model_card(facts), found.to_bytes() if found else None)
    (folder / CHECKPOINT).unlink(missing_ok=True)
    return folder


def _by_the_loop(training: Training, progress: Progress) -> Fitted:
    weights = training.run(progress)
    balanced = training.plan.learning.class_balance != "none"
    task = training.task.balanced_for(training.data.targets) if balanced else training.task
    happened = {**_what_happened(training), **training.facts()}
    if not training.plan.learning.calibrate or not len(training.data.validation_rows):
        return Fitted(weights, task, happened)
    shift, task = settled(task)
    still = Calibration((1.0,) * task.outputs, tuple(shift.tolist()))
    weights = into_head(weights, still)
    calibration = _on_validation(training, weights, task)
    happened["calibration"] = calibration.to_json()
    return Fitted(into_head(weights, calibration), task, happened)


def _on_validation(training: Training, weights: Mapping[str, Tensor], task: ModelTask) -> Calibration:
    """What the validation cases ask for, given the weights that are kept."""
    data = training.data
    training.network.load_state_dict(weights)
    with steady(training.plan.threads):
        outputs = read_images(
            training.network,
            data.array,
            data.validation_rows,
            data.standard,
            training.plan.views,
            table=data.validation_table,
        )
        return calibrate(task, outputs, data.validation_cases, unseen=training.options.unseen)


def _what_happened(training: Training) -> dict[str, Any]:
    data, position = training.data, training.position
    return {
        "images": data.images,
        "validation_images": int((data.validation_rows >= 0).sum()),
        "left_out": data.left_out,
        "epochs": len(position.history),
        "best_epoch": position.best_epoch + 1,
        "monitor": training.monitor_name,
        "stopped": position.stopped,
        "history": position.history,
        "seconds": round(position.seconds, 1),
        "device": str(training.device.type),
    }


def _versions() -> dict[str, str]:
    return {
        "hilum": importlib.metadata.version("hilum"),
        "torch": torch.__version__,
        "python": platform.python_version(),
    }
