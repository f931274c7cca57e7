"""Test cases with what the model said of them and whether it was right, in one form for every question.

The columns: `case`, `part`, `status` (1 where what is explained is there, 0 where not), `opinion` (what the
model said of it), `margin` (opinion minus threshold, or minus the true number), `called`, `right` (None where
there is no right and wrong), `what` (the class, finding or risk that is explained), `threshold`, `truth` (in
words).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.evaluation import Evaluation, Readings


def judged_cases(
    cohort: Cohort, evaluation: Evaluation, readings: Readings, reader: str
) -> tuple[pd.DataFrame, str]:
    """The test cases that a trained model read, judged.

    Args:
        cohort: The cohort.
        evaluation: Holds the frozen thresholds.
        readings: The model's readings.
        reader: Its name.

    Returns:
        A row a case, and how they were judged: `called` (at a threshold, or as the most probable class),
        `ranked` (an event without a threshold) or `measured` (a number).
    """
    kind = cohort.task.kind
    if "test" not in cohort.parts:
        return pd.DataFrame(), "called"
    means = mean_readings(readings, cohort)
    if kind == "findings":
        return _findings(cohort, evaluation, means, reader), "called"
    if kind == "regression":
        return _numbers(cohort, means), "measured"
    threshold = threshold_of(evaluation, reader)
    if kind == "survival":
        return _followed(cohort, means, threshold), "ranked" if threshold is None else "called"
    if "score" in means.columns:
        return (_two_classes(cohort, means, threshold) if threshold is not None else pd.DataFrame()), "called"
    return _many_classes(cohort, means), "called"


def mean_readings(readings: Readings, cohort: Cohort) -> pd.DataFrame:
    """A reader's numbers by case, the mean over repeats."""
    numbers = [name for name in readings.frame.columns if name.split("_")[0] in {"score", "risk", "value"}]
    return readings.frame.groupby("case")[numbers].mean().reindex(cohort.cases["case"])


def opinion_of(means: pd.DataFrame, what: str, kind: str) -> "pd.Series[float]":
    """What a reader said of a class, finding or risk; NaN where it says nothing of that kind."""
    wanted = {
        "regression": ("value",),
        "survival": (what, "risk", "score"),
        "findings": (f"score_{what}",),
    }.get(kind, (f"score_{what}", "score"))
    column = next((name for name in wanted if name in means.columns), None)
    return pd.Series(np.nan, index=means.index) if column is None else means[column]


def threshold_of(evaluation: Evaluation, reader: str, finding: str = "") -> float | None:
    """A trained model's frozen threshold, that of its repeats together first."""
    end = f":{finding}" if finding else ""
    for name in (f"{reader}-ensemble{end}", f"{reader}{end}"):
        if name in evaluation.thresholds:
            return float(evaluation.thresholds[name])
    return None


def _two_classes(cohort: Cohort, means: pd.DataFrame, threshold: float) -> pd.DataFrame:
    cases = cohort.test.cases
    status = (cases["label"] == cohort.positive).astype(int)
    truth = cases["label"].astype(str)
    return _at_threshold(cases, means["score"], status, threshold, truth).assign(what=str(cohort.positive))


def _many_classes(cohort: Cohort, means: pd.DataFrame) -> pd.DataFrame:
    """The most probable class is called; the margin is how far it lies above the next."""
    cases = cohort.test.cases
    scores = means.reindex(cases["case"])
    columns = [name for name in scores.columns if name.startswith("score_")]
    values = scores[columns].to_numpy(dtype=np.float64)
    known = np.isfinite(values).all(axis=1) & cases["label"].notna().to_numpy()
    cases, values = cases[known], values[known]
    if not len(cases) or len(columns) < 2:
        return pd.DataFrame()
    called = [columns[place].removeprefix("score_") for place in values.argmax(axis=1)]
    ordered = np.sort(values, axis=1)
    right = cases["label"].astype(str).to_numpy() == np.array(called)
    return _frame(cases, ordered[:, -1], ordered[:, -1] - ordered[:, -2], cases["label"].astype(str)).assign(
        what=called, called=1, status=right.astype(int), right=right
    )


def _followed(cohort: Cohort, means: pd.DataFrame, threshold: float | None) -> pd.DataFrame:
    """Cases whose status is known at the first horizon; without one, events and the longest without."""
    horizons = cohort.task.horizons_days if cohort.task.kind == "survival" else ()
    cases = cohort.test.cases
    day = min(horizons) if horizons else float(cases["time"].median())
    what = f"risk_{day:g}d" if horizons else "risk"
    before = (cases["time"] <= day) & (cases["event"] == 1)
    status = before.astype(int) if horizons else (cases["event"] == 1).astype(int)
    known = (status == 1) | (cases["time"] >= day) | (cases["event"] == 2)
    cases, status = cases[known], status[known]
    opinion = opinion_of(means, what, "survival")
    middle = float(opinion.reindex(cases["case"]).median()) if threshold is None else threshold
    made = _at_threshold(cases, opinion, status, middle, _course(cases)).assign(what=what)
    return made if threshold is not None else made.assign(right=None, threshold=np.nan)


def _numbers(cohort: Cohort, means: pd.DataFrame) -> pd.DataFrame:
    cases = cohort.test.cases
    said = means["value"].reindex(cases["case"]).to_numpy(dtype=np.float64)
    true = cases["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    known = np.isfinite(said) & np.isfinite(true)
    truth = pd.Series([f"{number:g}" for number in true[known]])
    made = _frame(cases[known], said[known], (said - true)[known], truth)
    return made.assign(what="value", called=0, status=0, right=None)


def _findings(cohort: Cohort, evaluation: Evaluation, means: pd.DataFrame, reader: str) -> pd.DataFrame:
    """Of each case the most probable finding that is known and has a threshold: a map belongs to one."""
    cuts = {name: threshold_of(evaluation, reader, name) for name in cohort.task.columns}
    asked = {name: cut for name, cut in cuts.items() if cut is not None and f"score_{name}" in means.columns}
    cases = cohort.test.cases
    if not asked or not len(cases):
        return pd.DataFrame()
    scores = means.reindex(cases["case"])[[f"score_{name}" for name in asked]].to_numpy(dtype=np.float64)
    label = cases[list(asked)].to_numpy(dtype=np.float64, na_value=np.nan)
    there = np.isfinite(scores) & np.isfinite(label)
    kept = there.any(axis=1)
    place = np.where(there, scores, -np.inf).argmax(axis=1)
    row = np.arange(len(cases))
    names, levels = np.array(list(asked)), np.array(list(asked.values()), dtype=np.float64)
    opinion, status = scores[row, place], label[row, place]
    words = [name if one == 1 else f"no {name}" for name, one in zip(names[place], status, strict=True)]
    made = _frame(cases, opinion, opinion - levels[place], pd.Series(words)).assign(
        what=names[place], threshold=levels[place], status=status
    )
    made["called"] = (made["margin"] >= 0).astype(int)
    made["right"] = made["called"] == made["status"]
    chosen: pd.DataFrame = made.loc[kept]
    return chosen


def _at_threshold(
    cases: pd.DataFrame,
    opinion: "pd.Series[float]",
    status: "pd.Series[int]",
    threshold: float,
    truth: "pd.Series[str]",
) -> pd.DataFrame:
    said = opinion.reindex(cases["case"]).to_numpy(dtype=np.float64)
    made = _frame(cases, said, said - threshold, truth).assign(threshold=threshold, status=status.to_numpy())
    made["called"] = (made["margin"] >= 0).astype(int)
    made["right"] = made["called"] == made["status"]
    return made[np.isfinite(said)]


def _frame(
    cases: pd.DataFrame,
    opinion: NDArray[np.floating[Any]],
    margin: NDArray[np.floating[Any]],
    truth: "pd.Series[str]",
) -> pd.DataFrame:
    made = cases[["case", "part"]].reset_index(drop=True)
    return made.assign(opinion=opinion, margin=margin, threshold=np.nan, truth=truth.to_numpy())


def _course(cases: pd.DataFrame) -> "pd.Series[str]":
    words = {1: "event on day {:g}", 2: "competing event on day {:g}"}
    pairs = zip(cases["time"], cases["event"], strict=True)
    return pd.Series(
        [words.get(int(event), "no event in {:g} days").format(time) for time, event in pairs], dtype=object
    )


def by_case(readings: Mapping[str, Readings], cohort: Cohort) -> dict[str, pd.DataFrame]:
    """Everybody's numbers by case."""
    return {name: mean_readings(each, cohort) for name, each in readings.items()}
