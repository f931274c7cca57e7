"""Which prepared images are learnt from, and what they should say."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from hilum.cohorts import Cohort
from hilum.errors import ModelError
from hilum.models import CaseShape, Shape, Standard
from hilum.preparation import Prepared
from hilum.preparation.bags import has_image, rows_of_cases
from hilum.preparation.table import TableEncoding
from hilum.preparation.unlabelled import Pool
from hilum.tasks import ModelTask


@dataclass(frozen=True)
class TrainingData:
    """Training and validation cases, by row of the prepared array.

    Attributes:
        array: all prepared images, (images, size, size) or (images, depth, size, size).
        rows: row of each training case, (n,); where cases have several images (n, m), filled up with -1.
        targets: (n, width) what the network should say for them.
        groups: (n,) class of each, for balancing.
        validation_rows: rows of each validation case.
        validation_cases: their truth.
        standard: mean and standard deviation of the training images.
        left_out: training and validation cases without a readable image.
        encoding: how columns of the table become numbers; None where the images alone are read.
        table: (n, columns) these numbers of the training cases.
        validation_table: the same of the validation cases.
        unlabelled: further images without labels and their rows, where the plan learns from such.
    """

    array: NDArray[np.uint8 | np.uint16]
    rows: NDArray[np.int64]
    targets: NDArray[np.float32]
    groups: NDArray[np.int64]
    validation_rows: NDArray[np.int64]
    validation_cases: pd.DataFrame
    standard: Standard
    left_out: int
    encoding: TableEncoding | None = None
    table: NDArray[np.float32] | None = None
    validation_table: NDArray[np.float32] | None = None
    unlabelled: tuple[NDArray[np.uint8 | np.uint16], NDArray[np.int64]] | None = None

    @property
    def several(self) -> bool:
        """Whether cases may have several images."""
        return self.rows.ndim == 2

    @property
    def images(self) -> int:
        """How many training images there are."""
        return int((self.rows >= 0).sum())

    def shape(self, shape: Shape) -> CaseShape:
        """What goes into a network for these data.

        Args:
            shape: channels, outputs and image size.
        """
        columns = 0 if self.table is None else self.table.shape[1]
        return CaseShape(shape.channels, shape.outputs, shape.size, columns, self.several)

    def beside(self, chosen: NDArray[np.int64], device: torch.device) -> tuple[Tensor, ...]:
        """What a network gets of some training cases after their images.

        Args:
            chosen: (b,) which training cases.
            device: where the network is.

        Returns:
            The table (b, columns) where there is one, then which images are there (b, m) where cases may have
            several; nothing for a network that reads one image alone.
        """
        given: list[Tensor] = []
        if self.table is not None:
            given.append(torch.from_numpy(self.table[chosen]).to(device))
        if self.several:
            given.append(torch.from_numpy(self.rows[chosen] >= 0).to(device))
        return tuple(given)

    def digest(self) -> str:
        """A hash of images, table and truth; the same data give the same."""
        digest = hashlib.sha256(str(self.array.shape).encode())
        for rows in (self.rows, self.validation_rows):
            digest.update(rows.tobytes())
            seen = rows[rows >= 0]
            for start in range(0, len(seen), 256):
                digest.update(self.array[seen[start : start + 256]].tobytes())
        digest.update(self.targets.tobytes())
        digest.update(self.validation_cases.to_csv(index=False).encode())
        if self.several:
            digest.update(f"{self.rows.shape} {self.validation_rows.shape}".encode())
        for table in (self.table, self.validation_table):
            if table is not None:
                digest.update(str(table.shape).encode() + table.tobytes())
        if self.encoding is not None:
            digest.update(repr(self.encoding).encode())
        if self.unlabelled is not None:
            digest.update(Pool((self.unlabelled,)).digest().encode())
        return digest.hexdigest()


def gather(cohort: Cohort, prepared: Prepared, task: ModelTask, columns: Sequence[str] = ()) -> TrainingData:
    """Join cohort and prepared images.

    Args:
        cohort: with the part `train` and, for choosing the best epoch, `validation`.
        prepared: the cohort's images.
        task: makes the targets.
        columns: of the cohort's variables, to be read beside the images; learnt from the part `train`.

    Returns:
        The data of a training.

    Raises:
        ModelError: no training case has a readable image, or a column cannot be read by a model.
    """
    rows, cases, lost = _part(cohort, prepared, "train")
    if not len(rows):
        raise ModelError(
            "no training case has a readable image: check the images in [cohort] and the parts in [split]"
        )
    validation_rows, validation_cases, validation_lost = _part(cohort, prepared, "validation")
    targets = task.targets(cases)
    encoding = TableEncoding.of(cohort, columns) if columns else None
    return TrainingData(
        array=prepared.array,
        rows=rows,
        targets=targets,
        groups=task.groups(targets),
        validation_rows=validation_rows,
        validation_cases=validation_cases[list(cohort.truth_columns)].reset_index(drop=True),
        standard=Standard.of(prepared.array, rows),
        left_out=lost + validation_lost,
        encoding=encoding,
        table=encoding.encode(cases) if encoding else None,
        validation_table=encoding.encode(validation_cases) if encoding else None,
    )


def _part(cohort: Cohort, prepared: Prepared, part: str) -> tuple[NDArray[np.int64], pd.DataFrame, int]:
    chosen = cohort.with_cases(cohort.cases[cohort.cases["part"] == part])
    rows = rows_of_cases(chosen, prepared)
    if cohort.together and rows.ndim == 1:  # a part without any case
        rows = rows.reshape(len(rows), 1)
    there = has_image(rows)
    return rows[there], chosen.cases[there], int((~there).sum())
