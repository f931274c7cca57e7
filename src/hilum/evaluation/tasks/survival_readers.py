"""Readers of risk, and what really happened to the cases."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import ReadingsError
from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.inputs.alignment import Opinions
from hilum.evaluation.ledger import Work
from hilum.evaluation.measures.follow_up import COMPETING, FollowUp

RISK_AT = re.compile(r"^risk_(\d+(?:\.\d+)?)d$")
Rows = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class RiskReader:
    """One reader's risks: the number that orders the cases, and probabilities by horizon where it gives any.

    Attributes:
        risk: (repeats, rows) any numbers, higher meaning an earlier event; None for a reader that only
            decides.
        at: By horizon in days, (repeats, rows) probabilities of the event by then.
    """

    name: str
    repeats: tuple[int, ...]
    risk: Floats | None
    at: dict[float, Floats]
    ensemble_of: str | None

    @property
    def repeated(self) -> bool:
        """Whether the reader was trained several times."""
        return len(self.repeats) > 1

    def score_at(self, horizon: float) -> Floats | None:
        """What orders the cases at a horizon: the probability by then, else the risk."""
        return self.at.get(horizon, self.risk)


@dataclass(frozen=True)
class Outcome:
    """Follow-up of all rows of the truth; `known` is false where time or event is missing."""

    time: Floats
    event: Floats
    known: Flags

    @classmethod
    def of(cls, work: Work) -> "Outcome":
        """The outcome that the truth holds."""
        frame = work.alignment.truth.frame
        time, event = frame["time"].to_numpy(dtype=np.float64), frame["event"].to_numpy(dtype=np.float64)
        return cls(time, event, np.isfinite(time) & np.isfinite(event))

    def rows(self, rows: Rows) -> FollowUp:
        """Follow-up of some rows."""
        return FollowUp.of(self.time[rows], self.event[rows])

    def events(self, rows: Rows) -> int:
        """How many of some rows have the event; competing ones do not count."""
        return int(np.sum(self.event[rows] == 1))

    def competing(self, rows: Rows) -> int:
        """How many of some rows have a competing event."""
        return int(np.sum(self.event[rows] == COMPETING))


def risk_readers(work: Work) -> list[RiskReader]:
    """All readers with their risks.

    Raises:
        ReadingsError: a probability of the event by a day is not between 0 and 1.
    """
    readers = [_risk_reader(opinions) for opinions in work.alignment.opinions]
    for reader in readers:
        _warn_of_falling_risk(work, reader)
    return readers


def reader_pairs(readers: Sequence[RiskReader]) -> list[tuple[RiskReader, RiskReader]]:
    """All pairs in the order given; a reader is not set against the ensemble of its own repeats."""
    return [
        (first, second)
        for first, second in itertools.combinations(readers, 2)
        if first.name != second.ensemble_of and second.name != first.ensemble_of
    ]


def read_rows(work: Work, outcome: Outcome, part: str, *scores: Floats) -> Rows:
    """Rows of a part with a known outcome that have every score in every repeat."""
    complete = [np.isfinite(score).all(axis=0) for score in scores]
    inside = work.alignment.truth.in_part(part) & outcome.known
    return np.flatnonzero(np.logical_and.reduce([inside, *complete]))


def _risk_reader(opinions: Opinions) -> RiskReader:
    at: dict[float, Floats] = {}
    for column, values in opinions.columns.items():
        found = RISK_AT.match(column)
        if found:
            outside = int(np.sum((values < 0) | (values > 1)))
            if outside:
                raise ReadingsError(
                    f"{outside} values of `{column}` of {opinions.reader} are not between 0 and 1: it is "
                    "the probability of the event by that day; name any other number `risk`"
                )
            at[float(found.group(1))] = values
    risk = opinions.columns.get("risk", opinions.columns.get("score"))
    if risk is None and at:
        risk = at[max(at)]
    return RiskReader(opinions.reader, opinions.repeats, risk, dict(sorted(at.items())), opinions.ensemble_of)


def _warn_of_falling_risk(work: Work, reader: RiskReader) -> None:
    """A probability of the event by a later day cannot be smaller than that by an earlier one."""
    for (early, sooner), (late, later) in itertools.pairwise(reader.at.items()):
        falling = int(np.sum((later < sooner - 1e-9).any(axis=0)))
        if falling:
            work.ledger.warn(
                "risk_falls_with_time",
                f"{reader.name} gives {falling} cases a smaller probability by day {late:g} than by day "
                f"{early:g}, which cannot be: check the columns `risk_{early:g}d` and `risk_{late:g}d`",
                falling,
            )
