"""What a criterion means for a table: each rule says where it holds, and where it cannot be known.

Missing values never match, also under `not`: three answers (yes, no, unknown) are kept apart to the end.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from hilum.study.values import missing_in, number_of, numbers_of, texts_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Answers = tuple[NDArray[np.bool_], NDArray[np.bool_]]  # yes, no; neither = unknown

_ORDER: dict[str, Callable[..., object]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Rule(Protocol):
    """A criterion or a part of one."""

    @property
    def columns(self) -> frozenset[str]:
        """The columns it looks at."""

    def answers(self, frame: pd.DataFrame) -> Answers:
        """Where it certainly holds, and where it certainly does not."""


@dataclass(frozen=True)
class Among:
    """The column's value is one of several values; `==` is this with one value."""

    column: str
    values: tuple[str, ...]

    @property
    def columns(self) -> frozenset[str]:
        """The column."""
        return frozenset({self.column})

    def answers(self, frame: pd.DataFrame) -> Answers:
        """Numbers are compared as numbers when both are, all else as text, upper and lower case apart."""
        import numpy as np

        column = frame[self.column]
        numbers = [number for value in self.values if (number := number_of(value)) is not None]
        words = {value for value in self.values if number_of(value) is None}
        same_text = np.array([text in words for text in _words_of(column)], dtype=np.bool_)
        yes = same_text | np.isin(numbers_of(column), numbers)
        known = ~missing_in(column)
        return yes & known, ~yes & known


@dataclass(frozen=True)
class Ordered:
    """The column's value is smaller or larger than a value."""

    column: str
    sign: str
    value: str

    @property
    def columns(self) -> frozenset[str]:
        """The column."""
        return frozenset({self.column})

    def answers(self, frame: pd.DataFrame) -> Answers:
        """Two numbers by size, two texts by their letters (ISO dates by time); a mixture is unknown."""
        import numpy as np

        column, limit = frame[self.column], number_of(self.value)
        numbers = numbers_of(column)
        compare = _ORDER[self.sign]
        if limit is not None:
            known = ~np.isnan(numbers)
            yes = np.asarray(compare(numbers, limit), dtype=np.bool_)
        else:
            known = np.isnan(numbers) & ~missing_in(column)
            yes = np.array([compare(text, self.value) for text in texts_of(column)], dtype=np.bool_)
        return yes & known, ~yes & known


@dataclass(frozen=True)
class Missing:
    """The column has no value."""

    column: str

    @property
    def columns(self) -> frozenset[str]:
        """The column."""
        return frozenset({self.column})

    def answers(self, frame: pd.DataFrame) -> Answers:
        """Whether a value is missing is always known."""
        missing = missing_in(frame[self.column])
        return missing, ~missing


@dataclass(frozen=True)
class Not:
    """The opposite; what is unknown stays unknown."""

    rule: Rule

    @property
    def columns(self) -> frozenset[str]:
        """The columns of the rule."""
        return self.rule.columns

    def answers(self, frame: pd.DataFrame) -> Answers:
        """Yes and no change places."""
        yes, no = self.rule.answers(frame)
        return no, yes


@dataclass(frozen=True)
class All:
    """Every rule holds (`and`)."""

    rules: tuple[Rule, ...]

    @property
    def columns(self) -> frozenset[str]:
        """The columns of all rules."""
        return frozenset().union(*(rule.columns for rule in self.rules))

    def answers(self, frame: pd.DataFrame) -> Answers:
        """Yes where all say yes, no where one says no."""
        import numpy as np

        answers = [rule.answers(frame) for rule in self.rules]
        return np.all([yes for yes, _ in answers], axis=0), np.any([no for _, no in answers], axis=0)


@dataclass(frozen=True)
class Any:
    """At least one rule holds (`or`)."""

    rules: tuple[Rule, ...]

    @property
    def columns(self) -> frozenset[str]:
        """The columns of all rules."""
        return frozenset().union(*(rule.columns for rule in self.rules))

    def answers(self, frame: pd.DataFrame) -> Answers:
        """Yes where one says yes, no where all say no."""
        import numpy as np

        answers = [rule.answers(frame) for rule in self.rules]
        return np.any([yes for yes, _ in answers], axis=0), np.all([no for _, no in answers], axis=0)


def _words_of(column: pd.Series) -> list[str]:
    """A column's texts; a true-or-false column also answers to the words `true` and `false`."""
    import pandas as pd

    if pd.api.types.is_bool_dtype(column.dtype):
        return ["" if pd.isna(value) else str(bool(value)).lower() for value in column.tolist()]
    return texts_of(column)
