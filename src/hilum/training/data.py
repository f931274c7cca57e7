"""Which prepared images are learnt from, and what they should say."""

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.errors import ModelError
from hilum.models import Standard
from hilum.preparation import Prepared
from hilum.tasks import ModelTask


@dataclass(frozen=True)
class TrainingData:
    """Training and validation cases, by row of the prepared array.

    Attributes:
        array: (images, size, size) all prepared images.
        rows: row of each training case.
        targets: (n, width) what the network should say for them.
        groups: (n,) class of each, for balancing.
        validation_rows: row of each validation case.
        validation_cases: their truth.
        standard: mean and standard deviation of the training images.
        left_out: training and validation cases without a readable image.
    """

    array: NDArray[np.uint8 | np.uint16]
    rows: NDArray[np.int64]
    targets: NDArray[np.float32]
    groups: NDArray[np.int64]
    validation_rows: NDArray[np.int64]
    validation_cases: pd.DataFrame
    standard: Standard
    left_out: int

    def digest(self) -> str:
        """A hash of images and truth; the same data give the same."""
        digest = hashlib.sha256(str(self.array.shape).encode())
        for rows in (self.rows, self.validation_rows):
            digest.update(rows.tobytes())
            for start in range(0, len(rows), 256):
                digest.update(self.array[rows[start : start + 256]].tobytes())
        digest.update(self.targets.tobytes())
        digest.update(self.validation_cases.to_csv(index=False).encode())
        return digest.hexdigest()


def gather(cohort: Cohort, prepared: Prepared, task: ModelTask) -> TrainingData:
    """Join cohort and prepared images.

    Args:
        cohort: with the part `train` and, for choosing the best epoch, `validation`.
        prepared: the cohort's images.
        task: makes the targets.

    Returns:
        The data of a training.

    Raises:
        ModelError: no training case has a readable image.
    """
    rows, cases, lost = _part(cohort, prepared, "train")
    if not len(rows):
        raise ModelError(
            "no training case has a readable image: check the images in [cohort] and the parts in [split]"
        )
    validation_rows, validation_cases, validation_lost = _part(cohort, prepared, "validation")
    targets = task.targets(cases)
    return TrainingData(
        array=prepared.array,
        rows=rows,
        targets=targets,
        groups=task.groups(targets),
        validation_rows=validation_rows,
        validation_cases=validation_cases[list(cohort.truth_columns)].reset_index(drop=True),
        standard=Standard.of(prepared.array, rows),
        left_out=lost + validation_lost,
    )


def _part(cohort: Cohort, prepared: Prepared, part: str) -> tuple[NDArray[np.int64], pd.DataFrame, int]:
    cases = cohort.cases[cohort.cases["part"] == part]
    rows = prepared.rows_of(cases["image"].astype(str).tolist())
    return rows[rows >= 0], cases[rows >= 0], int((rows < 0).sum())
