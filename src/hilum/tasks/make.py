"""The task of a cohort, and of a model folder."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from hilum.cohorts import Cohort
from hilum.errors import ModelError
from hilum.tasks.classification import ClassificationTask
from hilum.tasks.survival import SurvivalTask, choose_edges
from hilum.tasks.task import ModelTask


def make_task(cohort: Cohort) -> ModelTask:
    """The task that a cohort's question and training part ask for.

    Raises:
        ModelError: the training part has one class only, or no event.
    """
    train = cohort.cases[cohort.cases["part"] == "train"]
    if cohort.task.kind == "survival":
        time, event = train["time"].to_numpy(np.float64), train["event"].to_numpy(np.float64)
        horizons = tuple(cohort.task.horizons_days)
        return SurvivalTask(choose_edges(time, event, horizons), horizons)
    present = set(train["label"].astype(str))
    absent = [name for name in cohort.classes if name not in present]
    if absent or len(present) < 2:
        raise ModelError(
            f"the training part has no case of {', '.join(absent) or 'a second class'}: "
            "add cases or change [split]"
        )
    return ClassificationTask(tuple(cohort.classes))


def task_from_json(content: Mapping[str, Any]) -> ModelTask:
    """Read a task back from a model folder.

    Raises:
        ModelError: the kind is unknown.

    Example:
        >>> task_from_json(SurvivalTask((30.0,), (30.0,)).to_json()).columns
        ('risk', 'risk_30d')
    """
    if content.get("kind") == ClassificationTask.kind:
        return ClassificationTask.from_json(dict(content))
    if content.get("kind") == SurvivalTask.kind:
        return SurvivalTask.from_json(dict(content))
    raise ModelError(
        "the model's task is unknown to this version of hilum: install the version that trained it"
    )
