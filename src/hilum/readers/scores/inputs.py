"""One value that a score needs: its name, unit, kind, and what else may be written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Inputs = Mapping[str, Floats]


@dataclass(frozen=True)
class ScoreInput:
    """One value that a score needs.

    Attributes:
        name: the column's plain name, unit included, such as `urea_mmol_l`.
        sentence: what it is, in a clinician's words.
        unit: the unit of the numbers, empty for yes or no and for words.
        kind: a number, yes/no (1/0, true/false are read as well), or one of several words.
        possible: numbers outside are no measurements (codes such as -1 or 999) and count as missing.
        usual_median: a table's median outside suggests another unit; None where that cannot be said.
        other_unit: what a strange median suggests, for the warning.
        synonyms: other names of the same column, lower case, words joined by `_`.
        words: for a category, each word that is understood and its number in the formula.
        to_first: from this unit to that of the item's first input; None where it stands for itself.
        share: whether numbers of 1 and less are shares of 1 and not percent.
        whole: whether only whole numbers are possible.
        not_from: columns that people have in its place and that cannot replace it.

    Example:
        >>> ScoreInput("age", "age", "years").label
        '`age` (age, years)'
    """

    name: str
    sentence: str
    unit: str = ""
    kind: Literal["number", "yes/no", "category"] = "number"
    possible: tuple[float, float] = (-np.inf, np.inf)
    usual_median: tuple[float, float] | None = None
    other_unit: str = ""
    synonyms: tuple[str, ...] = ()
    words: Mapping[str, float] = field(default_factory=dict)
    to_first: Callable[[Floats], Floats] | None = None
    share: bool = False
    whole: bool = False
    not_from: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name with what it is and in which unit, for messages."""
        if self.kind == "category":
            return f"`{self.name}` ({self.sentence}: {', '.join(self.main_words)})"
        unit = self.unit + (" or a share of 1" if self.share else "")
        return f"`{self.name}` ({self.sentence}, {unit or 'yes or no'})"

    @property
    def main_words(self) -> tuple[str, ...]:
        """The first word of each category.

        Example:
            >>> words = {"never": 0.0, "non_smoker": 0.0, "current": 2.0}
            >>> ScoreInput("smoking_status", "smoking", kind="category", words=words).main_words
            ('never', 'current')
        """
        first: dict[float, str] = {}
        for word, number in self.words.items():
            first.setdefault(number, word)
        return tuple(first.values())


def spellings(words: Mapping[float, str]) -> dict[str, float]:
    """From each number of the formula and the words for it, blanks between them, to the number of each word.

    Example:
        >>> spellings({0: "male m", 1: "female f"})
        {'male': 0.0, 'm': 0.0, 'female': 1.0, 'f': 1.0}
    """
    return {word: float(number) for number, several in words.items() for word in several.split()}
