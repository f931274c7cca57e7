"""Train one model of a study and leave it as a folder."""

import importlib.metadata
import platform
from pathlib import Path
from typing import Any

import torch

from hilum.cohorts import Cohort
from hilum.errors import ModelError
from hilum.models import ModelFacts, load_facts, save_model
from hilum.preparation import Plan, Prepared
from hilum.progress import Progress, silent
from hilum.tasks import ModelTask
from hilum.training.card import model_card
from hilum.training.checkpoint import CHECKPOINT
from hilum.training.data import gather
from hilum.training.loop import Training
from hilum.training.options import TrainOptions


def train(  # noqa: PLR0917  # six things that are all needed, in the order of the work
    cohort: Cohort,
    prepared: Prepared,
    task: ModelTask,
    plan: Plan,
    options: TrainOptions,
    progress: Progress = silent,
) -> Path:
    """Train one repeat; a finished one is left alone, one that was cut off goes on to the same weights.

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
    data = gather(cohort, prepared, task)
    training = Training(data, task, plan, options)
    folder = options.model_folder
    if _finished(folder, training.key):
        return folder
    weights = training.run(progress)
    balanced = plan.learning.class_balance != "none"
    used = training.task.balanced_for(data.targets) if balanced else training.task
    facts = ModelFacts(
        reader=options.reader,
        repeat=options.repeat,
        architecture=plan.model,
        task=used.to_json(),
        plan=plan.model_dump(mode="json"),
        mean=data.standard.mean,
        deviation=data.standard.deviation,
        training=_what_happened(training),
    )
    save_model(folder, facts, weights, model_card(facts))
    (folder / CHECKPOINT).unlink(missing_ok=True)
    return folder


def _finished(folder: Path, key: str) -> bool:
    try:
        return load_facts(folder).training.get("key") == key
    except ModelError:
        return False


def _what_happened(training: Training) -> dict[str, Any]:
    data, position = training.data, training.position
    return {
        "key": training.key,
        "seed": training.options.seed,
        "images": len(data.rows),
        "validation_images": len(data.validation_rows),
        "left_out": data.left_out,
        "epochs": len(position.history),
        "best_epoch": position.best_epoch + 1,
        "monitor": training.task.monitor_name,
        "stopped": position.stopped,
        "history": position.history,
        "seconds": round(position.seconds, 1),
        "device": str(training.device.type),
        "versions": {
            "hilum": importlib.metadata.version("hilum"),
            "torch": torch.__version__,
            "python": platform.python_version(),
        },
    }
