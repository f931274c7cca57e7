"""Putting a reader's numbers into the one form of readings."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.evaluation import Readings


def days_label(days: float) -> str:
    """A horizon as it stands in column names.

    Example:
        >>> days_label(30.0), days_label(0.5)
        ('30d', '0.5d')
    """
    return f"{days:g}d"


def readings_of(
    cohort: Cohort, reader: str, opinions: Mapping[str, NDArray[Any] | Sequence[Any]]
) -> Readings:
    """Readings of one reader that read each case of a cohort once, in the cohort's order.

    Args:
        cohort: The cohort that was read.
        reader: The reader's name.
        opinions: Columns such as `score` or `risk_30d`, one entry a case; nan or empty where it has no
            opinion.
    """
    frame = pd.DataFrame({column: cohort.cases[column].to_numpy() for column in ("case", "patient", "part")})
    frame["reader"] = reader
    for column, values in opinions.items():
        frame[column] = np.asarray(values) if not isinstance(values, np.ndarray) else values
    return Readings.from_frame(frame)
