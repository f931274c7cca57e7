"""Counting what every step leaves, while rows are on their way to becoming cases."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.cohorts.cohort import FlowStep
from hilum.study import parse_filter

# Names that no table can have, since a table's names are stripped: its row, and what that was joined to.
ROW, CASE, PATIENT, IMAGE, LABEL, WHEN, PART = (
    f" {name}" for name in ("row", "case", "patient", "image", "label", "when", "part")
)
OWN = (ROW, CASE, PATIENT, IMAGE, LABEL, WHEN, PART)


@dataclass(frozen=True)
class Candidates:
    """Rows of the table, each with every image that it could stand for.

    Args:
        frame: One line a row and image: the columns of `OWN`, then those of table and images.
        root: The folder to which images are relative.
        flow: What was left out so far.
        notes: What was guessed so far.
        from_images: Columns of `frame` that come from the images and not from the table.
        has_dates: Whether `WHEN` holds when the images were taken.
    """

    frame: pd.DataFrame
    root: Path
    flow: tuple[FlowStep, ...] = ()
    notes: tuple[str, ...] = ()
    from_images: tuple[str, ...] = ()
    has_dates: bool = False

    @property
    def rows(self) -> int:
        """How many rows of the table are left."""
        return int(self.frame[ROW].nunique())

    def begin(self, rule: str) -> "Candidates":
        """Note how many there are at the start."""
        return self.step(rule, 0)

    def count(self, rule: str, excluded: int) -> "Candidates":
        """Note something that was left out and is not among the rows, such as images without a row."""
        return self.step(rule, excluded) if excluded else self

    def keep(self, kept: NDArray[np.bool_], rule: str, *, always: bool = False) -> "Candidates":
        """Keep some lines; a row is excluded when none of its lines is left."""
        before = self.rows
        after = replace(self, frame=self.frame[kept].reset_index(drop=True))
        excluded = before - after.rows
        return after.step(rule, excluded) if excluded or always else after

    def say(self, *notes: str) -> "Candidates":
        """Note something that was guessed."""
        return replace(self, notes=(*self.notes, *notes))

    def step(self, rule: str, excluded: int) -> "Candidates":
        """Note one step with what is left."""
        step = FlowStep(rule, excluded, self.rows, int(self.frame[PATIENT].nunique()))
        return replace(self, flow=(*self.flow, step))


def apply_criteria(candidates: Candidates, criteria: Sequence[str]) -> Candidates:
    """Keep what fits every criterion, one step each, and one more for rows where a missing value decided.

    A row with several images stays as long as one of them fits.

    Args:
        candidates: Rows and their images.
        criteria: Such as "age >= 18", in the study's order.

    Returns:
        What is left.

    Raises:
        FilterError: A criterion names a column that neither the table nor the images have.
    """
    for text in criteria:
        criterion = parse_filter(text)
        frame = candidates.frame
        mask, unknown = criterion.mask(frame), criterion.unknown(frame)
        # What certainly fails goes first, so that the second step counts missing values alone.
        candidates = candidates.keep(mask | unknown, text, always=True)
        mask = mask[mask | unknown]
        candidates = candidates.keep(mask, f"{text}: value missing")
    return candidates
