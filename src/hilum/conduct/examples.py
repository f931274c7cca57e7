"""Cases to look at: where a trained model was right and where it was wrong, with what it looked at.

Chosen by rule, not by eye: of the test part, the cases on each side of the frozen threshold that the model
was surest of, as many right as wrong where there are so many.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from hilum.cohorts import Cohort
from hilum.conduct.examples_findings import choose_findings
from hilum.evaluation import Evaluation, Readings
from hilum.explanation import explain
from hilum.readers.trained import TrainedModel
from hilum.reporting import Example

EACH = 2


def choose_examples(
    cohort: Cohort, evaluation: Evaluation, readings: Mapping[str, Readings], reader: str, models: Path
) -> list[Example]:
    """Examples of one trained model, with class activation maps.

    Args:
        cohort: The cohort.
        evaluation: Holds the model's frozen threshold; without one there is no right or wrong.
        readings: Everybody's readings, for the figures beside the film.
        reader: The trained model's name.
        models: The run's folder of models.

    Returns:
        Up to two each of right and wrong, called positive and called negative. Of several findings the most
        probable one of each case is looked at; of a number nothing is shown.
    """
    if cohort.task.kind == "regression":
        return []  # a number is neither right nor wrong, and nothing speaks for it as it does for a class
    if cohort.task.kind == "findings":
        return choose_findings(cohort, evaluation, readings, reader, models)
    threshold = _threshold(evaluation, reader)
    if threshold is None or "test" not in cohort.parts:
        return []
    opinions = {name: _mean_opinion(each, cohort) for name, each in readings.items()}
    cases = _judged(cohort, opinions[reader], threshold)
    if cases.empty:
        return []
    chosen = pd.concat([_surest(cases, called, right=right) for right in (True, False) for called in (1, 0)])
    if chosen.empty:
        return []
    model = TrainedModel.load(models / reader)
    seen = explain(model, [cohort.root / image for image in chosen["image"]])
    return [
        Example(
            case=str(row.case),
            part=str(row.part),
            truth=truth,
            scores={n: float(said[row.case]) for n, said in opinions.items() if not np.isnan(said[row.case])},
            picture=picture,
            map=found,
            right=bool(row.right),
            reader=reader,
        )
        for row, truth, (picture, found) in zip(chosen.itertuples(), _in_words(chosen), seen, strict=True)
    ]


def _threshold(evaluation: Evaluation, reader: str) -> float | None:
    for name in (f"{reader}-ensemble", reader):
        if name in evaluation.thresholds:
            return float(evaluation.thresholds[name])
    return None


def _mean_opinion(readings: Readings, cohort: Cohort) -> "pd.Series[float]":
    """A reader's opinion by case, the mean over repeats; at the first horizon where there are horizons."""
    frame = readings.frame
    horizons = cohort.task.horizons_days if cohort.task.kind == "survival" else ()
    wanted = [*(f"risk_{day:g}d" for day in horizons), "risk", "score"]
    column = next((name for name in wanted if name in frame.columns), None)
    if column is None:
        return pd.Series(np.nan, index=cohort.cases["case"])
    return frame.groupby("case")[column].mean().reindex(cohort.cases["case"])


def _judged(cohort: Cohort, opinion: "pd.Series[float]", threshold: float) -> pd.DataFrame:
    """Test cases with an opinion and a known status, and whether the call was right."""
    cases = cohort.test.cases.copy()
    cases["opinion"] = opinion.reindex(cases["case"]).to_numpy()
    if cohort.task.kind == "survival":
        day = min(cohort.task.horizons_days, default=float(cases["time"].max()))
        cases["status"] = ((cases["time"] <= day) & (cases["event"] == 1)).astype(int)
        cases = cases[(cases["status"] == 1) | (cases["time"] >= day) | (cases["event"] == 2)]
    else:
        cases["status"] = (cases["label"] == cohort.positive).astype(int)
    cases = cases[cases["opinion"].notna() & (cases["image"] != "")].copy()
    cases["called"] = (cases["opinion"] >= threshold).astype(int)
    cases["right"] = cases["called"] == cases["status"]
    return cases


def _surest(cases: pd.DataFrame, called: int, *, right: bool) -> pd.DataFrame:
    some = cases[(cases["called"] == called) & (cases["right"] == right)]
    return some.sort_values(["opinion", "case"], ascending=[not called, True]).head(EACH)


def _in_words(cases: pd.DataFrame) -> list[str]:
    if "label" in cases:
        return cases["label"].astype(str).tolist()
    pairs = zip(cases["time"], cases["event"], strict=True)
    words = {1: "event on day {:g}", 2: "competing event on day {:g}"}
    return [words.get(int(event), "no event in {:g} days").format(time) for time, event in pairs]
