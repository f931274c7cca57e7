"""Criteria cut into words: columns, values, comparisons, brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hilum.errors import FilterError

LONGEST = 2000
KEYWORDS = ("and", "or", "not", "in", "is", "missing")
_WORD = re.compile(
    r"""\s*(?:
        (?P<sign>==|!=|<=|>=|<|>|[(){},])
      | '(?P<single>[^']*)'
      | "(?P<double>[^"]*)"
      | `(?P<column>[^`]+)`
      | (?P<bare>[^\s(){},=<>!'"`]+)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Word:
    """One word of a criterion.

    Args:
        kind: "sign", "keyword", "bare" (a name or value without quotes), "quoted" or "column" (in backticks).
        text: The word without its quotes; keywords in lower case.
        at: Where it begins, counted from 0.
    """

    kind: str
    text: str
    at: int


def words_of(text: str) -> tuple[Word, ...]:
    """Cut a criterion into words.

    Args:
        text: The criterion.

    Returns:
        Its words in order.

    Raises:
        FilterError: It is empty, too long, or has a character that means nothing here.

    Example:
        >>> [word.text for word in words_of("age >= 18 and site == 'A'")]
        ['age', '>=', '18', 'and', 'site', '==', 'A']
    """
    if len(text) > LONGEST:
        raise FilterError(f"a criterion has {len(text)} characters: write at most {LONGEST}")
    words, at = [], 0
    end = len(text.rstrip())
    while at < end:
        match = _WORD.match(text, at)
        if match is None:
            raise FilterError(_strange(text, at))
        words.append(_word(match))
        at = match.end()
    if not words:
        raise FilterError('a criterion is empty: write something like "age >= 18"')
    return tuple(words)


def _word(match: re.Match[str]) -> Word:
    kind = str(match.lastgroup)
    text, at = match.group(kind), match.start(kind)
    if kind in ("single", "double"):
        return Word("quoted", text, at - 1)
    if kind == "bare" and text.lower() in KEYWORDS:
        return Word("keyword", text.lower(), at)
    return Word(kind, text, at)


def _strange(text: str, at: int) -> str:
    rest = text[at:].lstrip()
    if rest.startswith("="):
        return f'"{text}" has a single =: write == to compare'
    if rest[:1] in "'\"`":
        return f'"{text}" opens a quote {rest[0]} and does not close it: close it'
    return f'"{text}" has a {rest[0]} that means nothing here: remove it'
