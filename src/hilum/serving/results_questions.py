"""The yes-or-no questions of a run: who has the condition, who says so, from which number on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hilum.serving.results_runs import OpenedRun

if TYPE_CHECKING:
    from hilum.evaluation import Opinions

_RECALIBRATED = ", recalibrated"
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """One yes-or-no question.

    Attributes:
        of: The finding; None where the task has one condition only.
        at: The horizon, such as `30d`; None where there is none.
    """

    of: str | None = None
    at: str | None = None


def questions_of(run: OpenedRun) -> list[Asked]:
    """The questions that a threshold answers; none for several classes, numbers, marks and outlines."""
    evaluation = run.evaluation
    if evaluation.task == "classification" and len(evaluation.classes) == 2:
        return [Asked()]
    if evaluation.task == "findings":
        return [Asked(of=name) for name in run.cohort.truth_columns]
    if evaluation.task == "survival":
        return [Asked(at=f"{day:g}d") for day in evaluation.horizons_days]
    return []


def labels_of(run: OpenedRun, asked: Asked) -> tuple[Flags, Flags]:
    """Who has the condition, and of whom it is known; one row a case of the truth."""
    from hilum.reporting.curves import label_of
    from hilum.reporting.endpoints import Endpoint

    return label_of(run.aligned.truth, Endpoint("auroc", asked.at, "", asked.of))


def numbers_of(run: OpenedRun, opinions: "Opinions", asked: Asked) -> Floats | None:
    """The number by which a reader ranks the cases; None where it only decides, or has several repeats."""
    from hilum.reporting.curves import score_of
    from hilum.reporting.endpoints import Endpoint

    return score_of(opinions, run.aligned.truth, Endpoint("auroc", asked.at, "", asked.of))


def decisions_of(opinions: "Opinions", asked: Asked) -> Floats | None:
    """What a reader decided itself: 1, 0, NaN; None where it does not."""
    name = "decision" if asked.of is None else f"decision_{asked.of}"
    if name not in opinions.columns or len(opinions.repeats) > 1:
        return None
    return opinions.single(name)


def frozen_threshold(run: OpenedRun, reader: str, asked: Asked) -> float | None:
    """The threshold that stands in the evaluation, given or chosen before the test cases were read."""
    days = run.evaluation.horizons_days
    name = reader if asked.of is None else f"{reader}:{asked.of}"
    if asked.at is not None and days and asked.at != f"{days[0]:g}d":
        name = f"{reader}@{asked.at}"
    found = run.evaluation.thresholds.get(name)
    return None if found is None else float(found)


def how_frozen(run: OpenedRun, reader: str, asked: Asked) -> str:
    """How the frozen threshold came about.

    Returns:
        `given` where the study names it; else the rule by which it was chosen on the validation cases, such
        as `youden` or `sensitivity=0.95`; empty where there is none.
    """
    if frozen_threshold(run, reader, asked) is None:
        return ""
    # A recalibrated reader has the threshold of the reader that it was, recalibrated like a score.
    name = reader.removesuffix(_RECALIBRATED)
    given = run.options.threshold_of(name if asked.of is None else f"{name}:{asked.of}")
    return run.options.rule_of(name) if given is None else "given"


def reader_of(run: OpenedRun, name: str) -> "Opinions | None":
    """A reader's opinions; None where there is no such reader."""
    return next((each for each in run.aligned.opinions if each.reader == name), None)


def patients_of(run: OpenedRun, rows: NDArray[np.intp]) -> Any:
    """Patients of some rows; None where every case is a patient of its own."""
    patient = run.aligned.patient
    return patient[rows] if len(np.unique(patient)) < len(patient) else None
