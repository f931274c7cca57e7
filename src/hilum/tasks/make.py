"""The task of a cohort, and of a model folder."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hilum.cohorts import Cohort
from hilum.errors import ModelError
from hilum.tasks.classification import ClassificationTask
from hilum.tasks.findings import FindingsTask
from hilum.tasks.regression import RegressionTask
from hilum.tasks.survival import SurvivalTask, choose_edges
from hilum.tasks.task import ModelTask


def make_task(cohort: Cohort) -> ModelTask:
    """The task that a cohort's question and training part ask for.

    Raises:
        ModelError: the training part has one class only, no event, a finding that is always or never there,
            or numbers that do not differ.
    """
    train = cohort.cases[cohort.cases["part"] == "train"]
    if cohort.task.kind == "survival":
        time, event = train["time"].to_numpy(np.float64), train["event"].to_numpy(np.float64)
        horizons = tuple(cohort.task.horizons_days)
        return SurvivalTask(choose_edges(time, event, horizons), horizons)
    if cohort.task.kind == "regression":
        return RegressionTask.of(train["value"].to_numpy(np.float64))
    if cohort.task.kind == "findings":
        return _findings(train, cohort.task.findings)
    present = set(train["label"].astype(str))
    absent = [name for name in cohort.classes if name not in present]
    if absent or len(present) < 2:
        raise ModelError(
            f"the training part has no case of {', '.join(absent) or 'a second class'}: "
            "add cases or change [split]"
        )
    return ClassificationTask(tuple(cohort.classes))


def _findings(train: pd.DataFrame, findings: tuple[str, ...]) -> FindingsTask:
    """Each finding must be there in one training case and absent in another."""
    lacking = [name for name in findings if not {0.0, 1.0} <= set(train[name].dropna())]
    if lacking:
        raise ModelError(
            f"the training part has no case with and without {', '.join(lacking)}: take "
            f"{'it' if len(lacking) == 1 else 'them'} out of findings in [task], add cases, or change [split]"
        )
    return FindingsTask(findings)


def task_from_json(content: Mapping[str, Any]) -> ModelTask:
    """Read a task back from a model folder.

    Raises:
        ModelError: the kind is unknown.

    Example:
        >>> task_from_json(SurvivalTask((30.0,), (30.0,)).to_json()).columns
        ('risk', 'risk_30d')
    """
    kinds: tuple[type[ClassificationTask | FindingsTask | SurvivalTask | RegressionTask], ...] = (
        *(ClassificationTask, FindingsTask, SurvivalTask, RegressionTask),
    )
    for kind in kinds:
        if content.get("kind") == kind.kind:
            return kind.from_json(dict(content))
    raise ModelError(
        "the model's task is unknown to this version of hilum: install the version that trained it"
    )
