"""Fingerprint and plan of a study whose truth is several findings, or a number.

Images are looked at, and most is decided, as for classes. What has no meaning for such a truth is left out
of the fingerprint and the plan, so that neither says anything that is not done.
"""

from dataclasses import replace
from pathlib import Path

from hilum.cohorts import Cohort
from hilum.errors import ModelError
from hilum.preparation import Asked, Fingerprint, Plan, fingerprint, make_plan
from hilum.progress import Progress
from hilum.study import Classification, Frame, ReaderOptions, Study, Task


def look_at(cohort: Cohort, progress: Progress, frame: Frame | None = None) -> Fingerprint:
    """The fingerprint of a cohort; for findings `classes` counts the training cases in which each is there.

    Args:
        cohort: with the part `train`.
        progress: told after every image.
        frame: of files with several frames the one that the study takes.
    """
    if cohort.task.kind in {"classification", "survival"}:
        return fingerprint(cohort, progress, frame)
    of_images = fingerprint(replace(cohort, cases=cohort.cases.assign(label="")), progress, frame)
    if cohort.task.kind != "findings":
        return of_images
    train = cohort.cases[cohort.cases["part"] == "train"]
    there = {name: int((train[name] == 1).sum()) for name in cohort.task.findings}
    return of_images.model_copy(update={"classes": there})


def is_combined(reader: ReaderOptions, study: Study) -> bool:
    """Whether a combination of the study reads with it."""
    return any(reader.resolved_name in (other.combine or ()) for other in study.readers)


def in_time_for_folds(
    reader: ReaderOptions, study: Study, folds: int, minutes: float | None
) -> ReaderOptions:
    """A reader whose time is shared with the trainings that a combination needs beside its own.

    For a combination the reader is trained once more for each fold, without that fold's patients.

    Args:
        reader: a trained reader of the study.
        study: the study.
        folds: how many folds a combination has.
        minutes: its time where the study file gives none; None = as long as its plan asks for.
    """
    given = reader.budget_minutes or minutes
    if given is None or not is_combined(reader, study):
        return reader
    share = reader.repeats / (reader.repeats + folds - 1)
    return reader.model_copy(update={"budget_minutes": given * share})


def decide(
    found: Fingerprint, task: Task, options: ReaderOptions, folder: Path, asked: Asked | None = None
) -> Plan:
    """The plan of one reader.

    Findings and numbers are drawn as they come: a case with several findings belongs to none of them alone,
    and a number has no classes. For findings an expert may weigh positive labels, class_balance = "weights".

    Args:
        found: the cohort's fingerprint.
        task: the study's question.
        options: the study's reader.
        folder: the study file's folder, against which a path to weights is read.
        asked: what the study asks of the preparation; None = nothing.

    Raises:
        ModelError: the expert asks for a balance that the task cannot have.
    """
    asked = asked or Asked()
    if options.training.get("monitor") == "accuracy" and task.kind != "classification":
        raise ModelError(
            f'monitor = "accuracy" in [readers.training] has no meaning for {task.kind}: '
            'write "auto" or "loss"'
        )
    if task.kind in {"classification", "survival"}:
        return make_plan(found, task, options, folder, asked)
    balance = options.training.get("class_balance", "none")
    possible = ("none", "weights") if task.kind == "findings" else ("none",)
    if balance not in possible:
        raise ModelError(
            f'class_balance = "{balance}" in [readers.training] has no meaning for {task.kind}: write '
            f"{' or '.join(possible)}, or leave it out"
        )
    plan = make_plan(found, Classification(), options, folder, asked)
    return plan.model_copy(update={"learning": plan.learning.model_copy(update={"class_balance": balance})})
