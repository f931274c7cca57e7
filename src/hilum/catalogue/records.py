"""What an entry of the catalogue says."""

from dataclasses import dataclass
from typing import Literal

Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True)
class MeasureRecord:
    """One measure: what it says, which way is better, between which bounds, and what readings it needs.

    Example:
        >>> MeasureRecord("auroc", "Area.", "", "higher", 0, 1, ("score",)).better
        'higher'
    """

    name: str
    sentence: str
    reference: str
    better: Better
    low: float | None
    high: float | None
    needs: tuple[str, ...]


@dataclass(frozen=True)
class MethodRecord:
    """One way to an interval or a test, named in `evaluation.json` beside the number it gave.

    Example:
        >>> MethodRecord("wilson", "Wilson's interval.", "").name
        'wilson'
    """

    name: str
    sentence: str
    reference: str


@dataclass(frozen=True)
class NamedRecord:
    """A task, model or score: its name and what it is, in one sentence.

    Example:
        >>> NamedRecord("curb65", "A score.").reference
        ''
    """

    name: str
    sentence: str
    reference: str = ""
