"""Cases to look at: where a trained model was right and where it was wrong, with what it looked at."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from hilum.cohorts import Cohort
from hilum.conduct.examples_chosen import MOST_LEVELS, choose
from hilum.conduct.examples_judged import by_case, judged_cases, opinion_of
from hilum.evaluation import Evaluation, Readings
from hilum.explanation import Method, PictureWithMaps, explain_cases
from hilum.progress import Progress, silent
from hilum.readers.trained import TrainedModel
from hilum.reporting import Example


def choose_examples(
    cohort: Cohort,
    evaluation: Evaluation,
    readings: Mapping[str, Readings],
    reader: str,
    subgroups: Sequence[str] = (),
) -> pd.DataFrame:
    """Which cases of the test part are shown of one trained model, and why.

    Args:
        cohort: The cohort.
        evaluation: Holds the model's frozen threshold; without one, classes have no right or wrong.
        readings: Everybody's readings.
        reader: The trained model's name.
        subgroups: Columns of which each value is shown as well.

    Returns:
        A row a case, as `hilum.conduct.examples_judged` says, with `group`.
    """
    judged, how = judged_cases(cohort, evaluation, readings[reader], reader)
    if judged.empty:
        return judged
    images = zip(cohort.cases["case"], cohort.images_of_cases, strict=True)
    with_image = [case for case, own in images if own]
    judged = judged[judged["case"].isin(with_image)]
    by_name = cohort.cases.set_index("case")
    columns = {name: _levels(by_name[name]) for name in subgroups if name in by_name.columns}
    return choose(judged, how, columns)


def _levels(values: "pd.Series[Any]") -> "pd.Series[str]":
    """Values as words; numbers of many values as two halves."""
    if not pd.api.types.is_numeric_dtype(values) or values.nunique() <= MOST_LEVELS:
        return values.astype(object)
    middle = float(values.median())
    sides = [f"up to {middle:g}", f"above {middle:g}"]
    words = [None if pd.isna(each) else sides[int(each > middle)] for each in values]
    return pd.Series(words, index=values.index, dtype=object)


def explain_examples(  # noqa: PLR0917  # what a report is made of
    chosen: pd.DataFrame,
    cohort: Cohort,
    readings: Mapping[str, Readings],
    model: TrainedModel,
    methods: Sequence[Method],
    progress: Progress = silent,
) -> list[Example]:
    """Chosen cases with their pictures and maps; of a case with several images, the first is shown.

    Args:
        chosen: From `choose_examples`.
        cohort: The cohort.
        readings: Everybody's readings, for the figures beside the picture.
        model: The trained model.
        methods: How maps are made; those that do not fit are left out.
        progress: Told after every case.
    """
    said, kind = by_case(readings, cohort), cohort.task.kind
    names = dict(zip(cohort.cases["case"], cohort.images_of_cases, strict=True))
    table = cohort.cases.set_index("case", drop=False)
    examples = []
    for done, row in enumerate(chosen.itertuples(), start=1):
        paths = [cohort.root / image for image in names[str(row.case)]]
        beside = table.loc[[row.case], cohort.variables] if model.columns else None
        what = None if kind == "regression" else str(row.what)
        seen = explain_cases(model, [paths], methods, what, beside)[0]
        opinions = {
            name: float(opinion_of(each, str(row.what), kind)[row.case]) for name, each in said.items()
        }
        examples.append(_example(row, seen, opinions, model.name, methods))
        progress(done, len(chosen), f"{model.name} is explained")
    return examples


def _example(
    row: Any,
    seen: PictureWithMaps,
    opinions: Mapping[str, float],
    reader: str,
    methods: Sequence[Method],
) -> Example:
    shown = [(method.title, seen.maps[method.name]) for method in methods if method.name in seen.maps]
    return Example(
        case=str(row.case),
        part=str(row.part),
        truth=str(row.truth),
        scores={name: value for name, value in opinions.items() if not np.isnan(value)},
        picture=seen.picture,
        map=shown[0][1] if shown else None,
        map_title=shown[0][0] if shown else "",
        further_maps=dict(shown[1:]),
        right=None if row.right is None else bool(row.right),
        reader=reader,
        group=str(row.group),
        threshold=None if np.isnan(row.threshold) else float(row.threshold),
    )
