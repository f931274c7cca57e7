"""The task of a cohort, and of a model folder."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hilum.cohorts import Cohort
from hilum.errors import ModelError
from hilum.tasks.classification import ClassificationTask
from hilum.tasks.competing import CompetingTask
from hilum.tasks.cox import CoxTask
from hilum.tasks.findings import FindingsTask
from hilum.tasks.grid import beyond_last_event, choose_edges, refuse_beyond_follow_up
from hilum.tasks.horizon import HorizonTask
from hilum.tasks.regression import RegressionTask
from hilum.tasks.survival import SurvivalTask
from hilum.tasks.task import ModelTask

KindOfTask = (
    type[ClassificationTask]
    | type[FindingsTask]
    | type[SurvivalTask]
    | type[CompetingTask]
    | type[HorizonTask]
    | type[CoxTask]
    | type[RegressionTask]
)
TASK_KINDS: tuple[KindOfTask, ...] = (
    *(ClassificationTask, FindingsTask, SurvivalTask, CompetingTask, HorizonTask, CoxTask, RegressionTask),
)
COMPETING = 2


def make_task(cohort: Cohort, survival: str = "hazard") -> ModelTask:
    """The task that a cohort's question and training part ask for.

    Args:
        cohort: with the part `train`.
        survival: how time to an event is learnt: `hazard`, in every interval, where a competing event among
            the training cases has its own hazard; or `horizon`, one horizon alone.

    Raises:
        ModelError: the training part has one class only, no event, a finding that is always or never there,
            or numbers that do not differ; follow-up does not reach a horizon; or `survival` is asked for what
            is no survival.
    """
    train = cohort.cases[cohort.cases["part"] == "train"]
    if cohort.task.kind == "survival":
        return _survival(train, tuple(cohort.task.horizons_days), survival)
    if survival != "hazard":
        raise ModelError(
            f'survival = "{survival}" in [readers.training] has no meaning for {cohort.task.kind}: leave '
            "it out"
        )
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


def task_notices(cohort: Cohort) -> tuple[str, ...]:
    """What is to be said of a cohort's question before it is learnt, one sentence each; mostly nothing.

    Args:
        cohort: with the part `train`.
    """
    if cohort.task.kind != "survival":
        return ()
    train = cohort.cases[cohort.cases["part"] == "train"]
    time, event = train["time"].to_numpy(np.float64), train["event"].to_numpy(np.float64)
    return beyond_last_event(time, event, cohort.task.horizons_days)


def _survival(
    train: pd.DataFrame, horizons: tuple[float, ...], survival: str
) -> SurvivalTask | CompetingTask | HorizonTask:
    time, event = train["time"].to_numpy(np.float64), train["event"].to_numpy(np.float64)
    edges = choose_edges(time, event, horizons)
    refuse_beyond_follow_up(time, event, horizons)
    if survival == "horizon":
        return HorizonTask.of(time, event, horizons)
    if (event == COMPETING).any():
        return CompetingTask(edges, horizons)
    return SurvivalTask(edges, horizons)


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

    Of several ways to learn one kind of question, `form` says which; the oldest has none.

    Raises:
        ModelError: the kind or the form is unknown.

    Example:
        >>> task_from_json(SurvivalTask((30.0,), (30.0,)).to_json()).columns
        ('risk', 'risk_30d')
        >>> task_from_json(HorizonTask(30.0).to_json())
        HorizonTask(horizon_days=30.0, log_prior=0.0)
    """
    asked = (content.get("kind"), content.get("form"))
    for kind in TASK_KINDS:
        if asked == (kind.kind, getattr(kind, "form", None)):
            return kind.from_json(dict(content))
    raise ModelError(
        "the model's task is unknown to this version of hilum: install the version that trained it"
    )
