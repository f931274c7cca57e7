"""Check the maps of a trained model on cases of the test part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.conduct.lesions import Lesions
from hilum.explanation import Method, map_in_image
from hilum.explanation.maps import maps_of
from hilum.explanation.maps_of_model import CaseImages, beside_of, fits_model, maps_of_model, seeing_of
from hilum.explanation.sanity import Check, Looked, check_curves, check_pointing, check_randomised
from hilum.explanation.sanity_pointing import Pointing, points_at
from hilum.explanation.what import names_of, what_to_explain
from hilum.models import place, steady
from hilum.preparation import Picture
from hilum.preparation.picture import prepare_placed
from hilum.preparation.placement import Placement
from hilum.preparation.planes import shown_picture
from hilum.readers.trained import TrainedModel

MOST_POINTED = 500
Marks = Callable[[str, tuple[int, int], str], NDArray[np.bool_]]


@dataclass(frozen=True)
class _Prepared:
    paths: list[Path]
    cases: list[str]
    images: CaseImages
    placements: list[Placement]


def check_model(  # noqa: PLR0917  # what a check rests on
    model: TrainedModel,
    cohort: Cohort,
    judged: pd.DataFrame,
    methods: Sequence[Method],
    most: int,
    seed: int,
) -> list[Check]:
    """Shuffled weights, deletion and insertion, on cases that the model calls positive.

    Args:
        model: The trained model; its first training is checked.
        cohort: The cohort.
        judged: Its test cases, from `judged_cases`.
        methods: How maps are made; those that do not fit are left out.
        most: As many cases are looked at, chosen by chance.
        seed: Of that chance, the shuffling and the intervals.

    Returns:
        Four rows a method. Where several classes or findings are told apart, the one that is called most
        often is looked at.
    """
    chosen = _called(judged, most, seed)
    if chosen.empty:
        return []
    prepared = _prepare(model, cohort, chosen["case"].astype(str).tolist())
    one, rows = model.models[0], []
    what = None if cohort.task.kind == "regression" else str(chosen["what"].iloc[0])
    explained = what_to_explain(one.task, what)
    with steady(one.plan.threads) as device:
        place(one.network, device)
        seeing, beside = seeing_of(one), beside_of(one, prepared.images)
        for method in methods:
            if not fits_model(method, model):
                continue
            maps = maps_of(method, seeing, prepared.images.arrays, explained, beside)
            looked = Looked(prepared.images.arrays, maps, explained, beside)
            rows += [
                *check_randomised(method, seeing, looked, seed),
                *check_curves(method, seeing, looked, seed),
            ]
    return rows


def check_where(
    model: TrainedModel, cohort: Cohort, methods: Sequence[Method], lesions: Lesions
) -> list[Check]:
    """The pointing game on the test cases whose lesions are marked.

    Args:
        model: The trained model, all its trainings together.
        cohort: The cohort.
        methods: How maps are made; those that do not fit are left out.
        lesions: Where they are.

    Returns:
        One row a method, or one a method and finding where there are several.

    Raises:
        ReadingsError: A mask cannot be read or has another size than its image.
    """
    with_marks = [case for case in cohort.test.cases["case"].astype(str) if case in lesions.marks]
    if not with_marks:
        return []
    prepared = _prepare(model, cohort, with_marks[:MOST_POINTED])
    findings = names_of(model.models[0].task) if cohort.task.kind == "findings" else ("",)
    rows = []
    for method in [each for each in methods if fits_model(each, model)]:
        pointings = []
        for finding in findings:
            maps = maps_of_model(method, model, prepared.images, finding or None)
            marks = partial(lesions.marked, finding=finding)
            pointings += [
                _pointing(prepared, number, found, model.plan.picture, marks)
                for number, found in enumerate(maps)
            ]
        rows += check_pointing(method, pointings)
    return rows


def _pointing(
    where: _Prepared, number: int, found: NDArray[np.float32], options: Picture, marks: Marks
) -> Pointing | None:
    """Where one map points, in its image's own rows and columns."""
    picture = shown_picture(where.paths[number], options)
    shape = (picture.shape[0], picture.shape[1])
    own = map_in_image(found, shape, options, where.placements[number])
    return points_at(own, marks(where.cases[number], shape, str(where.paths[number])), picture)


def _called(judged: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """Cases by chance among those called positive of what is called most often; of numbers among all."""
    if judged.empty:
        return judged
    measured = (judged["what"] == "value").all()
    called = judged if measured else judged[judged["called"] == 1]
    if len(called) < 2:
        called = judged.sort_values(["opinion", "case"], ascending=[False, True]).head(most)
    named = called["what"].mode().iloc[0]
    called = called[called["what"] == named].sort_values("case")
    order: NDArray[np.int64] = np.random.default_rng(seed).permutation(len(called))[:most]
    kept: pd.DataFrame = called.iloc[np.sort(order)]
    return kept


def _prepare(model: TrainedModel, cohort: Cohort, cases: Sequence[str]) -> _Prepared:
    """All images of some cases in the form of the model's plan."""
    images = dict(zip(cohort.cases["case"].astype(str), cohort.images_of_cases, strict=True))
    cases = [case for case in cases if images[case]]
    paths = [cohort.root / image for case in cases for image in images[case]]
    owner = np.repeat(np.arange(len(cases), dtype=np.int64), [len(images[case]) for case in cases])
    placed = [prepare_placed(path, model.plan.picture) for path in paths]
    rows = cohort.cases.assign(case=cohort.cases["case"].astype(str)).set_index("case", drop=False)
    table = rows.loc[cases, cohort.variables] if model.columns else None
    arrays = np.stack([array for array, _ in placed])
    names = [cases[place] for place in owner]
    return _Prepared(paths, names, CaseImages(arrays, owner, table), [each for _, each in placed])
