"""The weights that a plan starts from."""

from pathlib import Path

from hilum.errors import ModelError
from hilum.preparation import Plan, find_weights
from hilum.preparation.weights import SELF


def starting_weights(plan: Plan) -> Path | None:
    """The weights file of a plan, or None for random weights.

    Raises:
        ModelError: the plan asks for weights that are not there, or for some that must be learnt first.

    Example:
        >>> starting_weights(Plan(model="small_cnn", pretrained=False)) is None
        True
    """
    if plan.pretrained == SELF:
        raise ModelError(
            'the plan says pretrained = "self", but nothing was learnt from images alone yet: run the whole '
            "study, or name the file that `pretrain` left"
        )
    return find_weights(plan.model, plan.pretrained)[0]


def started_from(plan: Plan, learnt: Path) -> Plan:
    """A plan that starts from what was learnt from images alone.

    Args:
        plan: whose `pretrained` is "self".
        learnt: the file that `pretrain` left.

    Returns:
        The plan with this file.

    Example:
        >>> started_from(Plan(model="small_cnn", pretrained="self"), Path("/a/b.safetensors")).pretrained
        '/a/b.safetensors'
    """
    return plan.model_copy(update={"pretrained": str(learnt.resolve())})
