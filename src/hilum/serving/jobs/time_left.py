"""How long work still takes, from how it went so far."""

from dataclasses import dataclass

_SHORTEST = 2.0
"""Seconds of a step before anything is said of its end."""


@dataclass(frozen=True)
class Step:
    """One kind of work within a job, as far as it is.

    Attributes:
        what: what is done, in the program's words.
        first: how much of it was done when it was first told of; work that goes on begins in the middle.
        done: how much is done.
        total: of how much.
        seconds: for how long it has been worked on.
    """

    what: str
    first: int
    done: int
    total: int
    seconds: float

    @property
    def seconds_left(self) -> float | None:
        """How long it still takes at its own pace; None where that cannot be said yet.

        Example:
            >>> Step("de-identifying", 0, 25, 100, 10.0).seconds_left
            30.0
        """
        advanced = self.done - self.first
        if advanced <= 0 or self.seconds < _SHORTEST or self.total <= 0:
            return None
        return max(0.0, (self.total - self.done) * self.seconds / advanced)

    @property
    def seconds_in_all(self) -> float | None:
        """How long the whole of it takes, had it begun at its beginning."""
        left = self.seconds_left
        if left is None:
            return None
        return self.total * self.seconds / (self.done - self.first)
