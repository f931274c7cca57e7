"""Time and event of each case, sorted once for every statistic that needs it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Floats


@dataclass(frozen=True)
class FollowUp:
    """Time in days and event of each case, sorted once for every statistic that needs it.

    Example:
        >>> FollowUp.of(np.array([5.0, 3.0, 3.0]), np.array([1, 0, 1])).order
        array([2, 1, 0])
    """

    time: Floats
    event: NDArray[np.int64]
    order: NDArray[np.int64]
    stop: NDArray[np.int64]

    @classmethod
    def of(cls, time: Floats, event: NDArray[np.int64] | Floats | NDArray[np.bool_]) -> "FollowUp":
        """Sort by time; among equal times events come before censored cases.

        Raises:
            MeasureError: a time or an event is missing.

        Example:
            >>> FollowUp.of(np.array([1.0]), np.array([True])).event
            array([1])
        """
        times = np.ascontiguousarray(time, dtype=np.float64)
        if not (np.isfinite(times).all() and np.isfinite(np.asarray(event, dtype=np.float64)).all()):
            raise MeasureError(
                "survival measures need time and event of every case: leave out unknown ones first"
            )
        events = np.ascontiguousarray(np.asarray(event) == 1, dtype=np.int64)
        order = np.lexsort((1 - events, times)).astype(np.int64)
        ordered = times[order]
        stop = np.searchsorted(ordered, ordered, "right").astype(np.int64)
        return cls(times, events, order, stop)

    @cached_property
    def moments(self) -> "Moments":
        """What happens at each distinct time, worked out once.

        Example:
            >>> FollowUp.of(np.array([5.0, 3.0, 3.0]), np.array([1, 0, 1])).moments.at_risk
            array([3., 1.])
        """
        ordered = self.time[self.order]
        new = np.concatenate([[True], ordered[1:] != ordered[:-1]])
        code = np.empty(len(ordered), dtype=np.int64)
        code[self.order] = np.cumsum(new) - 1
        count = int(new.sum())
        leaving = np.bincount(code, minlength=count).astype(np.float64)
        died = np.bincount(code, weights=self.event, minlength=count).astype(np.float64)
        return Moments(ordered[new], code, leaving[::-1].cumsum()[::-1], leaving - died, died)


@dataclass(frozen=True)
class Moments:
    """The distinct times of a follow-up.

    Attributes:
        time: (k,) distinct times, ascending.
        code: (n,) which of them is each case's.
        at_risk: (k,) cases under observation just before.
        censored: (k,) cases censored then.
        died: (k,) events then.

    Example:
        >>> FollowUp.of(np.array([5.0, 3.0]), np.array([1, 0])).moments.uncensored
        array([0.5, 0.5])
    """

    time: Floats
    code: NDArray[np.int64]
    at_risk: Floats
    censored: Floats
    died: Floats

    @cached_property
    def uncensored(self) -> Floats:
        """(k,) Kaplan-Meier chance of being uncensored after each time; events come before censored cases.

        Example:
            >>> FollowUp.of(np.array([1.0, 1.0, 2.0]), np.array([1, 0, 1])).moments.uncensored
            array([0.5, 0.5])
        """
        left = self.at_risk - self.died
        return np.asarray(
            np.cumprod(np.where(left > 0, 1 - self.censored / np.maximum(left, 1), 1.0)), dtype=np.float64
        )
