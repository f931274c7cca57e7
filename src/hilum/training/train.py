"""Train one repeat of a reader: one network, or several that read together."""

from pathlib import Path

from hilum.cohorts import Cohort
from hilum.preparation import Plan, Prepared
from hilum.progress import Progress, silent
from hilum.tasks import ModelTask
from hilum.training.one_model import train_one
from hilum.training.options import TrainOptions
from hilum.training.search.blending import train_blend


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
    how = train_blend if plan.members else train_one
    return how(cohort, prepared, task, plan, options, progress)
