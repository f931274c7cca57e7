"""Time and event of each case, sorted once for every statistic that needs it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Floats

COMPETING = 2
Rows = NDArray[np.intp] | NDArray[np.int64] | NDArray[np.bool_]


@dataclass(frozen=True)
class FollowUp:
    """Time in days and event of each case, sorted once for every statistic that needs it.

    Attributes:
        time: (n,) days.
        event: (n,) 1 where the event was observed, else 0.
        order: (n,) cases by time, events before all others of the same time.
        stop: (n,) for each place in `order` the first place of a later time.
        competing: (n,) 1 where something else happened first, after which the event cannot happen (death of
            another cause), else 0.

    Example:
        >>> FollowUp.of(np.array([5.0, 3.0, 3.0]), np.array([1, 0, 1])).order
        array([2, 1, 0])
    """

    time: Floats
    event: NDArray[np.int64]
    order: NDArray[np.int64]
    stop: NDArray[np.int64]
    competing: NDArray[np.int64]

    @classmethod
    def of(cls, time: Floats, event: NDArray[np.int64] | Floats | NDArray[np.bool_]) -> "FollowUp":
        """Sort by time; among equal times events come before censored cases.

        Args:
            time: (n,) days, 0 or more.
            event: (n,) 1 where the event was observed, 0 where the case was censored, 2 where something else
                happened first (a competing event).

        Raises:
            MeasureError: there are no cases, a time or an event is missing or impossible.

        Example:
            >>> FollowUp.of(np.array([1.0]), np.array([True])).event
            array([1])
            >>> FollowUp.of(np.array([1.0, 2.0]), np.array([1, 2])).competing
            array([0, 1])
        """
        times = np.ascontiguousarray(time, dtype=np.float64)
        codes = np.ascontiguousarray(event, dtype=np.float64)
        _refuse_impossible(times, codes)
        events = (codes == 1).astype(np.int64)
        order = np.lexsort((1 - events, times)).astype(np.int64)
        ordered = times[order]
        stop = np.searchsorted(ordered, ordered, "right").astype(np.int64)
        return cls(times, events, order, stop, (codes == COMPETING).astype(np.int64))

    @cached_property
    def competes(self) -> bool:
        """Whether any case had a competing event.

        Example:
            >>> FollowUp.of(np.array([1.0, 2.0]), np.array([1, 2])).competes
            True
        """
        return bool(self.competing.any())

    @property
    def code(self) -> NDArray[np.int64]:
        """(n,) 0 censored, 1 event, 2 competing event.

        Example:
            >>> FollowUp.of(np.array([1.0, 2.0]), np.array([0, 2])).code
            array([0, 2])
        """
        codes: NDArray[np.int64] = self.event + COMPETING * self.competing
        return codes

    def of_rows(self, rows: Rows) -> "FollowUp":
        """Follow-up of some of the cases.

        Example:
            >>> FollowUp.of(np.array([1.0, 2.0]), np.array([1, 2])).of_rows(np.array([1])).code
            array([2])
        """
        return FollowUp.of(self.time[rows], self.code[rows])

    @cached_property
    def staying(self) -> "FollowUp":
        """The same with cases of a competing event under observation to the end.

        They can no longer have the event, so that they outlive every case that has it.

        Reference:
            Wolbers et al., Epidemiology 2009.

        Example:
            >>> FollowUp.of(np.array([1.0, 2.0]), np.array([2, 1])).staying.time
            array([3., 2.])
        """
        if not self.competes:
            return self
        return FollowUp.of(np.where(self.competing == 1, self.time.max() + 1, self.time), self.event)

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
        failed = np.bincount(code, weights=self.event + self.competing, minlength=count).astype(np.float64)
        return Moments(ordered[new], code, leaving[::-1].cumsum()[::-1], leaving - failed, failed)


@dataclass(frozen=True)
class Moments:
    """The distinct times of a follow-up.

    Attributes:
        time: (k,) distinct times, ascending.
        code: (n,) which of them is each case's.
        at_risk: (k,) cases under observation just before.
        censored: (k,) cases censored then.
        failed: (k,) events then, competing ones included.

    Example:
        >>> FollowUp.of(np.array([5.0, 3.0]), np.array([1, 0])).moments.uncensored
        array([0.5, 0.5])
    """

    time: Floats
    code: NDArray[np.int64]
    at_risk: Floats
    censored: Floats
    failed: Floats

    @cached_property
    def uncensored(self) -> Floats:
        """(k,) Kaplan-Meier chance of being uncensored after each time; events come before censored cases.

        Example:
            >>> FollowUp.of(np.array([1.0, 1.0, 2.0]), np.array([1, 0, 1])).moments.uncensored
            array([0.5, 0.5])
        """
        left = self.at_risk - self.failed
        return np.asarray(
            np.cumprod(np.where(left > 0, 1 - self.censored / np.maximum(left, 1), 1.0)), dtype=np.float64
        )

    @cached_property
    def uncensored_before(self) -> Floats:
        """(k,) the same chance just before each time.

        Example:
            >>> FollowUp.of(np.array([1.0, 1.0, 2.0]), np.array([1, 0, 1])).moments.uncensored_before
            array([1. , 0.5])
        """
        return np.concatenate([[1.0], self.uncensored[:-1]])

    def place(self, day: float) -> int:
        """Place of the last time that is not after a day, -1 before the first.

        Example:
            >>> FollowUp.of(np.array([1.0, 2.0]), np.array([1, 1])).moments.place(1.5)
            0
        """
        return int(np.searchsorted(self.time, day, "right")) - 1


def same_cases(values: Floats, follow_up: FollowUp) -> None:
    """Refuse predictions that are not one number for each case followed.

    Raises:
        MeasureError: their numbers differ, or a prediction is missing.

    Example:
        >>> same_cases(np.array([0.1]), FollowUp.of(np.array([1.0, 2.0]), np.array([1, 0])))
        Traceback (most recent call last):
        hilum.errors.MeasureError: 1 predictions do not fit 2 cases of follow-up: give one for each case
    """
    if len(values) != len(follow_up.time):
        raise MeasureError(
            f"{len(values)} predictions do not fit {len(follow_up.time)} cases of follow-up: give one for "
            "each case"
        )
    missing = int(np.sum(~np.isfinite(values)))
    if missing:
        raise MeasureError(f"{missing} predictions are missing or infinite: leave out these cases first")


def refuse_no_probability(probability: Floats, follow_up: FollowUp) -> None:
    """Refuse what is not one probability for each case.

    Raises:
        MeasureError: the numbers do not fit the cases, or one is not between 0 and 1.

    Example:
        >>> refuse_no_probability(np.array([40.0]), FollowUp.of(np.array([1.0]), np.array([1])))
        Traceback (most recent call last):
        hilum.errors.MeasureError: 1 predictions are not between 0 and 1: give probabilities of the event
    """
    same_cases(probability, follow_up)
    outside = int(np.sum((probability < 0) | (probability > 1)))
    if outside:
        raise MeasureError(f"{outside} predictions are not between 0 and 1: give probabilities of the event")


def _refuse_impossible(times: Floats, codes: Floats) -> None:
    if len(times) == 0 or len(times) != len(codes):
        raise MeasureError(
            f"{len(times)} times and {len(codes)} events: survival measures need one of both for each case"
        )
    if not (np.isfinite(times).all() and np.isfinite(codes).all()):
        raise MeasureError(
            "survival measures need time and event of every case: leave out unknown ones first"
        )
    negative = int(np.sum(times < 0))
    if negative:
        raise MeasureError(
            f"{negative} times of follow-up are negative: correct them, in days from the image"
        )
    wrong = int(np.sum(~np.isin(codes, (0, 1, COMPETING))))
    if wrong:
        raise MeasureError(
            f"{wrong} events are coded neither 0 (none), 1 (the event) nor 2 (something else first): correct "
            "them"
        )
