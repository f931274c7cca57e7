"""What a trained reader saw in the images of a part: one map an image, the mean over its repeats."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.conduct.atlas_spacing import millimetres_of
from hilum.evaluation import Readings
from hilum.explanation.atlas_maps import answers_of, maps_of_answers
from hilum.explanation.maps import Seeing, fits
from hilum.explanation.method import Method
from hilum.models import Standard, place, steady
from hilum.preparation import Prepared
from hilum.preparation.bags import rows_of_cases
from hilum.readers.trained import OneModel, TrainedModel

IMAGES = "images"
# Of all images together; more would need several gigabytes. 500 images of 224 x 224 are 25 million.
_MOST_PIXELS = 150_000_000
_STREAM = 12


@dataclass(frozen=True)
class Looked:
    """Images of a part in the prepared grid, and where a reader looked.

    Attributes:
        reader: its name; `IMAGES` for the images themselves.
        case: (images,) the place of each image's case in the cohort.
        images: (images, rows, columns) grey values 0 to 1; of volumes the mean over the slices.
        maps: (images, rows, columns) 0 to 1; None where the method fits none of its networks. Of the images
            themselves these are the grey values.
        repeats: over how many trainings the maps are averaged.
        millimetres: the width of a pixel, where it is known.
        drawn_from: how many images there are, where not all of them fit into memory; else 0.
    """

    reader: str
    case: NDArray[np.int64]
    images: NDArray[np.float32]
    maps: NDArray[np.float32] | None
    repeats: int
    millimetres: float | None
    drawn_from: int = 0


def look(
    cohort: Cohort,
    part: NDArray[np.bool_],
    model: TrainedModel,
    *,
    prepared: Prepared,
    readings: Readings,
    method: Method,
) -> Looked:
    """Make a reader's maps of the images of a part.

    Args:
        cohort: all cases.
        part: (cases,) which are looked at.
        model: the trained reader.
        prepared: the images in its form.
        readings: what it said; its maps are those of its own answers.
        method: how maps are made.
    """
    case, rows, drawn_from = _images_of(cohort, part, prepared)
    array = prepared.array[rows]
    seeing = [
        (one, Seeing(one.network, Standard(one.facts.mean, one.facts.deviation))) for one in model.models
    ]
    fitting = [(one, each) for one, each in seeing if fits(method, each)]
    total: NDArray[np.float64] | None = None
    names = cohort.cases["case"].astype(str).to_numpy()[case]
    for one, each in fitting:
        answers = _answers(one, names, readings)
        with steady(one.plan.threads) as device:
            place(one.network, device)
            maps = maps_of_answers(method, each, array, one.task, answers)
        total = maps.astype(np.float64) if total is None else total + maps
    averaged = None if total is None else np.asarray(total / len(fitting), dtype=np.float32)
    spacing = millimetres_of(cohort, part, prepared.picture)
    return Looked(model.name, case, grey(array), averaged, len(fitting), spacing, drawn_from)


def images_alone(cohort: Cohort, part: NDArray[np.bool_], prepared: Prepared) -> Looked:
    """The images of a part, to be compared as maps are.

    Args:
        cohort: all cases.
        part: (cases,) which are looked at.
        prepared: the images in the form of a plan.
    """
    case, rows, drawn_from = _images_of(cohort, part, prepared)
    images = grey(prepared.array[rows])
    spacing = millimetres_of(cohort, part, prepared.picture)
    return Looked(IMAGES, case, images, images, 1, spacing, drawn_from)


def grey(array: NDArray[Any]) -> NDArray[np.float32]:
    """Prepared images as grey values from 0 to 1; of volumes the mean over the slices.

    Example:
        >>> grey(np.full((1, 4, 2, 2), 255, np.uint8)).tolist()
        [[[1.0, 1.0], [1.0, 1.0]]]
    """
    values = array.astype(np.float32) / np.iinfo(array.dtype).max
    return np.asarray(values.mean(axis=1) if values.ndim == 4 else values, dtype=np.float32)


def _images_of(
    cohort: Cohort, part: NDArray[np.bool_], prepared: Prepared
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Place of the case, and row of the prepared array, of every readable image of a part, or of many."""
    rows = rows_of_cases(cohort, prepared)
    table = rows[:, None] if rows.ndim == 1 else rows
    case, column = np.nonzero((table >= 0) & part[:, None])
    most = max(1, _MOST_PIXELS // prepared.picture.size**2)
    if len(case) <= most:
        return case.astype(np.int64), table[case, column], 0
    drawn = np.sort(np.random.default_rng(_STREAM).permutation(len(case))[:most])
    return case[drawn].astype(np.int64), table[case[drawn], column[drawn]], len(case)


def _answers(one: OneModel, names: NDArray[Any], readings: Readings) -> list[str | None]:
    """What one training answered to each image's case."""
    frame = readings.frame
    said = frame[frame["repeat"] == one.facts.repeat] if frame["repeat"].notna().any() else frame
    said = said.assign(case=said["case"].astype(str)).drop_duplicates("case").set_index("case")
    return answers_of(one.task, said.reindex(names), one.facts.threshold)
