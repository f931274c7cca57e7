"""Remembering what a computation said, and what else it had looked at.

A rule is shown one data element, and may look at others. What it looks at is noted in order; what it says is
found again only where every element that it looked at is the same, byte for byte. Nobody has to say which
elements a rule looks at.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Result = TypeVar("Result")
Look = Callable[[int], Hashable]
"""What is there: the bytes of the element that a note names, None where there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Said(Generic[Result]):
    """What a computation said, and the notes of what it looked at."""

    result: Result
    notes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ask:
    """The computation looked at this next."""

    note: int


class Memo(Generic[Result]):
    """Remembers results by a first key and by whatever was looked at on the way.

    Args:
        most_bytes: roughly how large it may get; then it forgets everything and starts again.

    Example:
        >>> memo = Memo(1 << 20)
        >>> header = {7: "CT"}
        >>> _ = memo.learn("element", [7], header.get, "kept", 100)
        >>> memo.recall("element", header.get).result, memo.recall("element", {7: "MR"}.get)
        ('kept', None)
    """

    def __init__(self, most_bytes: int) -> None:
        self.known: dict[Hashable, Said[Result] | _Ask] = {}
        self._most, self._size = most_bytes, 0

    def recall(self, key: Hashable, look: Look) -> Said[Result] | None:
        """The result for this key where everything that was looked at is as it was; None if there is none."""
        found = self.known.get(key)
        while type(found) is _Ask:
            key = (key, look(found.note))
            found = self.known.get(key)
        return found  # type: ignore[return-value]

    def learn(
        self, key: Hashable, notes: Iterable[int], look: Look, result: Result, size: int
    ) -> Said[Result]:
        """Remember a result.

        Args:
            key: what was asked.
            notes: what the computation looked at, in its order.
            look: what it saw there.
            result: what it said; not None.
            size: about how many bytes this takes.
        """
        if self._size > self._most:
            self.known.clear()
            self._size = 0
        said = Said(result, tuple(notes))
        for note in said.notes:
            self._size += 100
            if self.known.setdefault(key, _Ask(note)) != _Ask(note):
                return said  # cannot be while a computation always looks in the same order
            key = (key, look(note))
        self.known[key] = said
        self._size += size + 200
        return said
