"""What a training should say about itself, in sentences."""

from hilum.preparation import Learning, Plan
from hilum.tasks import ModelTask
from hilum.training.checkpoint import Position
from hilum.training.data import TrainingData
from hilum.training.sampling import UPSAMPLING, places_of


def before_it_begins(data: TrainingData, task: ModelTask, plan: Plan) -> list[str]:
    """What is known before the first step: which classes are drawn how often, and what is left out.

    Args:
        data: of the training.
        task: of the training.
        plan: everything decided.

    Returns:
        Sentences without a full stop; none where there is nothing to say.
    """
    notes = []
    if plan.learning.class_balance in UPSAMPLING:
        notes += _drawn_more_often(data, task, plan.learning.class_balance)
    if data.several and (plan.learning.mixup or plan.learning.cutmix):
        notes.append("mixup and cutmix are left out, since a case has several images")
    return notes


def _drawn_more_often(data: TrainingData, task: ModelTask, balance: str) -> list[str]:
    names = task.to_json().get("classes", [])
    how = "up-sampling" if balance == "upsampling" else "random up-sampling"
    notes = []
    for group, places in places_of(data.groups, "upsampling").items():
        cases = int((data.groups == group).sum())
        if places > cases:
            name = names[group] if group < len(names) else f"group {group}"
            notes.append(
                f"{how}: the {cases} cases of {name} are drawn {places} times an epoch (factor "
                f"{places / cases:.2f})"
            )
    return notes


def smaller_batches(learning: Learning, position: Position) -> str:
    """What is said when the memory was too small for a batch.

    Args:
        learning: the plan's.
        position: where training is, with its new batch size.

    Returns:
        A sentence without a full stop.

    Example:
        >>> smaller_batches(Learning(batch_size=32), Position(epoch=2, batch_size=16))
        'the memory was too small in epoch 3: from there on batches of 16 instead of 32 cases, and the
        learning rate falls with the square root of the batch'
    """
    falls = "as the batch does" if learning.optimiser == "sgd" else "with the square root of the batch"
    return (
        f"the memory was too small in epoch {position.epoch + 1}: from there on batches of "
        f"{position.batch_size} instead of {learning.batch_size} cases, and the learning rate falls {falls}"
    )
