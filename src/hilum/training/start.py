"""The weights that a plan starts from."""

from pathlib import Path

from hilum.preparation import Plan, find_weights


def starting_weights(plan: Plan) -> Path | None:
    """The weights file of a plan, or None for random weights.

    Raises:
        ModelError: the plan asks for weights that are not there.

    Example:
        >>> starting_weights(Plan(model="small_cnn", pretrained=False)) is None
        True
    """
    return find_weights(plan.model, plan.pretrained)[0]
