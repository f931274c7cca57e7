"""Finding the word that was meant, and writing a value as the text a person would write."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, choices: Iterable[str]) -> str | None:
    """The choice nearest to a mistyped word, or None when nothing is near.

    Upper and lower case do not count, nor do spaces, hyphens and underscores; ties go to the first choice.

    Args:
        word: What was written.
        choices: What could have been meant.

    Returns:
        One of the choices, or None.

    Example:
        >>> did_you_mean("evnt", ["time_days", "event"])
        'event'
        >>> did_you_mean("Patient ID", ["patient_id", "site"])
        'patient_id'
        >>> did_you_mean("colour", ["event"]) is None
        True
    """
    plain: dict[str, str] = {}
    for choice in choices:
        plain.setdefault(_plain(choice), choice)
    near = difflib.get_close_matches(_plain(word), list(plain), n=1, cutoff=0.6)
    return plain[near[0]] if near else None


def hint(word: str, choices: Iterable[str], kind: str = "choices") -> str:
    """The end of a sentence about an unknown word: the nearest choice, or all of them.

    Example:
        >>> hint("evnt", ["event", "time_days"])
        'did you mean `event`?'
        >>> hint("colour", ["event", "time_days"], "keys there")
        'the keys there are `event`, `time_days`'
    """
    known = list(choices)
    near = did_you_mean(word, known)
    if near is not None:
        return f"did you mean `{near}`?"
    return f"the {kind} are {listed(known)}" if known else f"there are no {kind}"


def listed(words: Iterable[str], most: int = 12) -> str:
    """Words in backticks, with commas, cut after `most` of them.

    Example:
        >>> listed(["a", "b", "c"], most=2)
        '`a`, `b` and 1 more'
    """
    every = [f"`{word}`" for word in words]
    if len(every) <= most:
        return ", ".join(every)
    return f"{', '.join(every[:most])} and {len(every) - most} more"


def _plain(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter not in " -_")
