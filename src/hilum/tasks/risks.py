"""What all tasks of time to an event share: risks from a curve over time, and how well they rank cases."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.errors import MeasureError, ModelError
from hilum.evaluation import FollowUp, harrell_c
from hilum.tasks.task import Columns


def known_follow_up(cases: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Days and events of cases for training.

    Raises:
        ModelError: a time or an event is unknown.

    Example:
        >>> known_follow_up(pd.DataFrame({"time": [3], "event": [1]}))[0].tolist()
        [3.0]
    """
    time = cases["time"].to_numpy(dtype=np.float64)
    event = cases["event"].to_numpy(dtype=np.float64)
    if not (np.isfinite(time).all() and np.isfinite(event).all()):
        raise ModelError("some cases for training have no time or no event: leave them out of the cohort")
    return time, event


def risk_columns(
    happened: NDArray[np.float64], times_days: Sequence[float], horizons_days: Sequence[float]
) -> Columns:
    """Readings columns from the probability that the event has happened by each time.

    Args:
        happened: (n, times) not falling along a row; 0 at day 0, straight between two times.
        times_days: ascending.
        horizons_days: each one is among the times.

    Returns:
        `risk`, the mean of the probability over the time to the last of the times, and `risk_<days>d`.

    Example:
        >>> risk_columns(np.array([[0.2, 0.4]]), (10.0, 20.0), (10.0,))["risk_10d"].tolist()
        [0.2]
    """
    ends = np.array(times_days)
    before = np.concatenate([np.zeros((len(happened), 1)), happened[:, :-1]], axis=1)
    widths = np.diff(ends, prepend=0.0)
    columns = {"risk": ((before + happened) / 2 * widths).sum(axis=1) / ends[-1]}
    for days in horizons_days:
        columns[f"risk_{days:g}d"] = happened[:, int(np.argmin(np.abs(ends - days)))]
    return columns


def concordance(predictions: Columns, cases: pd.DataFrame) -> float:
    """Harrell's C of `risk`; NaN where no two cases can be compared.

    A case with a competing event outlives all that have the event (Wolbers 2009).

    Example:
        >>> cases = pd.DataFrame({"time": [1.0, 2.0], "event": [1, 0]})
        >>> concordance({"risk": np.array([0.9, 0.1])}, cases)
        1.0
    """
    follow_up = FollowUp.of(cases["time"].to_numpy(np.float64), cases["event"].to_numpy(np.float64))
    try:
        value = harrell_c(predictions["risk"], follow_up).value
    except MeasureError:
        return float("nan")
    return float("nan") if value is None else value
