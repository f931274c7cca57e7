"""Whether a training was done already: a hash of all that could change its weights."""

import hashlib
import json
from pathlib import Path

from hilum.errors import ModelError
from hilum.models import load_facts
from hilum.preparation import Plan
from hilum.tasks import ModelTask
from hilum.training.data import TrainingData
from hilum.training.options import TrainOptions
from hilum.training.start import starting_weights


def training_key(data: TrainingData, task: ModelTask, plan: Plan, options: TrainOptions) -> str:
    """What is being trained; changes with anything that could change the weights.

    Args:
        data: images and truth.
        task: what is learnt.
        plan: everything decided; its notes change nothing.
        options: seed and repeat, and what was read unseen.
    """
    facts = [
        data.digest(),
        task.to_json(),
        plan.model_dump(mode="json", exclude={"notes"}),
        options.seed,
        options.repeat,
        [_weights_hash(each) for each in (plan.members or (plan,))],
    ]
    facts += [hashlib.sha256(each.outputs.tobytes()).hexdigest() for each in options.unseen]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _weights_hash(plan: Plan) -> str:
    """Of the weights that a plan starts from; the same path may hold others another time."""
    weights = starting_weights(plan)
    if weights is None:
        return ""
    with weights.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_finished(folder: Path, key: str) -> bool:
    """Whether a folder holds the model of a training's key."""
    try:
        return load_facts(folder).training.get("key") == key
    except ModelError:
        return False
