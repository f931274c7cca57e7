"""Cases to look at where there are several findings: each with the one that the model thought most probable.

A map belongs to one output of the network, so of each film the most probable finding is shown, whether it
is above its threshold or not, and the call is right or wrong for this finding alone.
"""

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hilum.cohorts import Cohort
from hilum.evaluation import Evaluation, Readings
from hilum.explanation import explain
from hilum.readers.trained import TrainedModel
from hilum.reporting import Example

EACH = 2


def choose_findings(
    cohort: Cohort, evaluation: Evaluation, readings: Mapping[str, Readings], reader: str, models: Path
) -> list[Example]:
    """Test cases on each side of the threshold of their most probable finding, right and wrong.

    Args:
        cohort: The cohort.
        evaluation: Holds the frozen thresholds; a finding without one is left out.
        readings: Everybody's readings, for the figures beside the film.
        reader: The trained model's name.
        models: The run's folder of models.

    Returns:
        Up to two each of right and wrong, called positive and called negative.
    """
    names = [name for name in cohort.task.columns if _threshold(evaluation, reader, name) is not None]
    if not names or "test" not in cohort.parts:
        return []
    opinions = {each: _means(said, cohort) for each, said in readings.items()}
    cases = _judged(cohort, opinions[reader], {name: _threshold(evaluation, reader, name) for name in names})
    chosen = pd.concat([_surest(cases, called, right=right) for right in (True, False) for called in (1, 0)])
    if chosen.empty:
        return []
    model = TrainedModel.load(models / reader)
    outputs = list(cohort.task.columns)
    rows: list[dict[Hashable, Any]] = chosen.to_dict("records")
    examples = []
    for row in rows:
        [(picture, found)] = explain(model, [cohort.root / row["image"]], outputs.index(row["finding"]))
        examples.append(
            Example(
                case=str(row["case"]),
                part=str(row["part"]),
                truth=row["finding"] if row["status"] == 1 else f"no {row['finding']}",
                scores=_beside(opinions, row["case"], row["finding"]),
                picture=picture,
                map=found,
                right=bool(row["right"]),
                reader=reader,
            )
        )
    return examples


def _threshold(evaluation: Evaluation, reader: str, finding: str) -> float | None:
    keys = (f"{reader}-ensemble:{finding}", f"{reader}:{finding}")
    return next((float(evaluation.thresholds[key]) for key in keys if key in evaluation.thresholds), None)


def _means(readings: Readings, cohort: Cohort) -> pd.DataFrame:
    """A reader's scores of the findings by case, the mean over repeats; without those it has none of."""
    columns = {f"score_{name}": name for name in cohort.task.columns}
    there = [column for column in columns if column in readings.frame.columns]
    means = readings.frame.groupby("case")[there].mean().reindex(cohort.cases["case"])
    return means.rename(columns=columns)


def _judged(cohort: Cohort, opinion: pd.DataFrame, thresholds: Mapping[str, float | None]) -> pd.DataFrame:
    """Test cases with their most probable finding, where it is known, and whether the call was right."""
    cases = cohort.test.cases
    scores = opinion.reindex(cases["case"])[list(thresholds)].to_numpy(dtype=np.float64)
    label = cases[list(thresholds)].to_numpy(dtype=np.float64, na_value=np.nan)
    asked = np.isfinite(scores) & np.isfinite(label)
    kept = asked.any(axis=1) & (cases["image"] != "").to_numpy()
    place = np.where(asked, scores, -np.inf).argmax(axis=1)
    row = np.arange(len(cases))
    names, cuts = list(thresholds), np.array(list(thresholds.values()), dtype=np.float64)
    made = cases[["case", "part", "image"]].assign(
        finding=[names[at] for at in place], opinion=scores[row, place], status=label[row, place]
    )
    made["called"] = (made["opinion"] >= cuts[place]).astype(int)
    made["right"] = made["called"] == made["status"]
    chosen: pd.DataFrame = made.loc[kept]
    return chosen


def _surest(cases: pd.DataFrame, called: int, *, right: bool) -> pd.DataFrame:
    some = cases[(cases["called"] == called) & (cases["right"] == right)]
    return some.sort_values(["opinion", "case"], ascending=[not called, True]).head(EACH)


def _beside(opinions: Mapping[str, pd.DataFrame], case: str, finding: str) -> dict[str, float]:
    """What each reader said of this finding."""
    said = {name: each[finding] for name, each in opinions.items() if finding in each.columns}
    numbers = {
        name: float(column.to_numpy(dtype=np.float64)[column.index == case][0])
        for name, column in said.items()
    }
    return {name: number for name, number in numbers.items() if not np.isnan(number)}
