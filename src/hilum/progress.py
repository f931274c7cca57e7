"""How long work tells how far it is."""

from typing import Protocol


class Progress(Protocol):
    """Called now and then with what is done, what there is to do, and a few words of what is happening."""

    def __call__(self, done: int, total: int, what: str) -> None:
        """Take note that `done` of `total` steps of `what` are done."""


def silent(done: int, total: int, what: str) -> None:
    """Take no note: the progress of work nobody watches.

    Example:
        >>> silent(1, 2, "reading films")
    """
