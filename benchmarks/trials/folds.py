"""Five folds by person; persons who share copies of a picture stay together."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.cohorts.near_duplicates import near_duplicate_groups
from hilum.study import Classification
from trials.sets import ImageSet

FOLDS = 5
VALIDATION = 0.12


def units(images: ImageSet, films: Path) -> NDArray[np.int64]:
    """The unit that each image belongs to: its person, and all persons linked by copies of a picture.

    Args:
        images: n of them.
        films: where they lie as files.

    Returns:
        (n,) numbers of units.
    """
    cases = images.cases.rename(columns={"person": "patient", "file": "image"}).assign(part="train")
    cases["case"] = cases["image"]
    task = Classification()
    cohort = Cohort(cases, task, films, (), images.classes, images.classes[-1], ())
    unit = pd.factorize(images.cases["person"])[0].astype(np.int64)
    place = {name: number for number, name in enumerate(cases["case"])}
    for group in near_duplicate_groups(cohort):
        together = np.unique(unit[[place[case] for case in group.cases]])
        unit[np.isin(unit, together)] = together[0]
    return unit


def parts_of(unit: NDArray[np.int64], fold: int, seed: int) -> NDArray[np.object_]:
    """Part of each image in one fold: a fifth of the units is `test`, an eighth of the others `validation`.

    Args:
        unit: (n,) the unit of each image.
        fold: from 0 to 4.
        seed: same seed, same folds.
    """
    numbers = np.unique(unit)
    order = np.random.default_rng([seed, 701]).permutation(numbers)
    tested = order[fold::FOLDS]
    others = np.random.default_rng([seed, 702, fold]).permutation(np.setdiff1d(numbers, tested))
    watched = others[: max(round(VALIDATION * len(others)), 1)]
    part = np.full(len(unit), "train", dtype=object)
    part[np.isin(unit, watched)] = "validation"
    part[np.isin(unit, tested)] = "test"
    return part
