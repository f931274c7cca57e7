"""Criteria such as "modality in {CR, DX}", "age >= 18" and "site == 'A'", read by a small parser.

The grammar, from loose to tight: `or`, `and`, `not`, then a comparison or brackets. A comparison is a column,
then `== != < <= > >=` and a value, `in {a, b}`, `not in {a, b}`, `is missing` or `is not missing`. A column
with spaces stands in backticks; a value with spaces in quotes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hilum.errors import FilterError
from hilum.study.filter_rules import All, Among, Any, Missing, Not, Ordered, Rule
from hilum.study.filter_words import Word, words_of
from hilum.study.words import hint

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

DEEPEST = 50


@dataclass(frozen=True)
class Filter:
    """A criterion that was understood; make one with `parse_filter`.

    Args:
        text: The criterion as it was written.
        rule: What it means.
    """

    text: str
    rule: Rule = field(repr=False)

    @property
    def columns(self) -> frozenset[str]:
        """The columns that the criterion names."""
        return self.rule.columns

    def mask(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """The rows where the criterion certainly holds; a missing value never matches.

        Args:
            frame: A table with the columns that the criterion names.

        Returns:
            One bool a row.

        Raises:
            FilterError: The table lacks a column.

        Example:
            >>> import pandas as pd
            >>> parse_filter("not age < 18").mask(pd.DataFrame({"age": [10, 40, None]})).tolist()
            [False, True, False]
        """
        return self._answers(frame)[0]

    def unknown(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """The rows where a missing value leaves open whether the criterion holds.

        Args:
            frame: A table with the columns that the criterion names.

        Returns:
            One bool a row; never true where `mask` is true.

        Raises:
            FilterError: The table lacks a column.

        Example:
            >>> import pandas as pd
            >>> parse_filter("age >= 18").unknown(pd.DataFrame({"age": [10, 40, None]})).tolist()
            [False, False, True]
        """
        yes, no = self._answers(frame)
        return ~(yes | no)

    def _answers(self, frame: pd.DataFrame) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        for column in sorted(self.columns):
            if column not in frame.columns:
                raise FilterError(
                    f'the criterion "{self.text}" names the column `{column}`, which is not there: '
                    f"{hint(column, map(str, frame.columns), 'columns')}"
                )
        return self.rule.answers(frame)


def parse_filter(text: str) -> Filter:
    """Understand a criterion.

    Text is compared with upper and lower case apart; numbers as numbers when both sides are numbers. Missing
    values never match, also under `not`; `Filter.unknown` tells where they decided.

    Args:
        text: The criterion.

    Returns:
        The criterion with its columns and its meaning.

    Raises:
        FilterError: It cannot be understood.

    Example:
        >>> import pandas as pd
        >>> table = pd.DataFrame({"modality": ["CR", "CT", "DX"], "age": [17, 50, 50]})
        >>> parse_filter("modality in {CR, DX} and age >= 18").mask(table).tolist()
        [False, False, True]
    """
    parser = _Parser(text, words_of(text))
    rule = parser.either(0)
    if parser.next is not None:
        raise parser.wrong("`and`, `or` or the end")
    return Filter(text, rule)


class _Parser:
    """Reads a criterion's words from left to right, one method a level of the grammar."""

    def __init__(self, text: str, words: tuple[Word, ...]) -> None:
        self.text = text
        self.words = words
        self.at = 0

    @property
    def next(self) -> Word | None:
        return self.words[self.at] if self.at < len(self.words) else None

    def take(self, kind: str, *texts: str) -> Word | None:
        """Move on and return the next word when it is one of these, else stay."""
        word = self.next
        if word is not None and word.kind == kind and (not texts or word.text in texts):
            self.at += 1
            return word
        return None

    def wrong(self, wanted: str) -> FilterError:
        found = f"`{self.next.text}`" if self.next is not None else "the end"
        return FilterError(f'"{self.text}" has {found} where {wanted} should stand')

    def either(self, depth: int) -> Rule:
        if depth > DEEPEST:
            raise FilterError(
                f"a criterion has more than {DEEPEST} brackets within each other: write it more simply"
            )
        rules = [self.both(depth)]
        while self.take("keyword", "or"):
            rules.append(self.both(depth))
        return rules[0] if len(rules) == 1 else Any(tuple(rules))

    def both(self, depth: int) -> Rule:
        rules = [self.opposite(depth)]
        while self.take("keyword", "and"):
            rules.append(self.opposite(depth))
        return rules[0] if len(rules) == 1 else All(tuple(rules))

    def opposite(self, depth: int) -> Rule:
        negated = False
        while self.take("keyword", "not"):
            negated = not negated
        rule = self.bracket(depth) if self.take("sign", "(") else self.comparison()
        return Not(rule) if negated else rule

    def bracket(self, depth: int) -> Rule:
        rule = self.either(depth + 1)
        if not self.take("sign", ")"):
            raise self.wrong("a closing bracket )")
        return rule

    def comparison(self) -> Rule:
        column = self.take("column") or self.take("bare")
        if column is None:
            raise self.wrong("the name of a column")
        if self.take("keyword", "is"):
            negated = self.take("keyword", "not")
            if not self.take("keyword", "missing"):
                raise self.wrong("`missing`")
            return Not(Missing(column.text)) if negated else Missing(column.text)
        if self.take("keyword", "not"):
            if not self.take("keyword", "in"):
                raise self.wrong("`in`")
            return Not(Among(column.text, self.values()))
        if self.take("keyword", "in"):
            return Among(column.text, self.values())
        sign = self.take("sign", "==", "!=", "<", "<=", ">", ">=")
        if sign is None:
            raise self.wrong("a comparison such as == or >=")
        return _compared(column.text, sign.text, self.value())

    def values(self) -> tuple[str, ...]:
        if not self.take("sign", "{"):
            raise self.wrong("a list such as {CR, DX}")
        found = [self.value()]
        while self.take("sign", ","):
            found.append(self.value())
        if not self.take("sign", "}"):
            raise self.wrong("a comma or the closing bracket }")
        return tuple(found)

    def value(self) -> str:
        word = self.take("quoted") or self.take("bare")
        if word is None:
            raise self.wrong("a value (a word that means something here stands in quotes)")
        return word.text.strip()


def _compared(column: str, sign: str, value: str) -> Rule:
    if sign == "==":
        return Among(column, (value,))
    return Not(Among(column, (value,))) if sign == "!=" else Ordered(column, sign, value)
