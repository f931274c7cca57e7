"""What a key of a question matches (PS3.4 section C.2.2.2)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hilum.errors import PacsError
from hilum.pacs.attributes import Form

MOST_UIDS, MOST_VALUES, LONGEST_VALUE = 10_000, 100, 128
_UID = re.compile(r"[0-9.]{1,64}")
_DATE = re.compile(r"\d{8}")
_TIME = re.compile(r"\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?")
_NUMBER = re.compile(r"[+-]?\d{1,12}")
_LAST_MOMENT = "235959.999999"


@dataclass(frozen=True)
class Match:
    """What one key matches; a key that matches everything is no match at all.

    Attributes:
        kind: `one of` the values, the `pattern` (`*` for anything, `?` for one character), or the `range`
            from the first to the second, both included and empty where it is open.
        values: as the standard writes them: dates as YYYYMMDD, numbers without leading zeros.

    Example:
        >>> Match("pattern", ("P0*",)).fits("P0KDNRJF9FN7MAQB")
        True
    """

    kind: Literal["one of", "pattern", "range"]
    values: tuple[str, ...]

    def fits(self, value: str) -> bool:
        """Whether a value is meant.

        Args:
            value: in the same writing as `values`; a time as HHMMSS.FFFFFF, or less of it.
        """
        if self.kind == "one of":
            return value in self.values
        if self.kind == "pattern":
            return any(_as_expression(pattern).fullmatch(value) is not None for pattern in self.values)
        first, last = self.values
        return bool(value) and (not first or first <= value) and (not last or value <= last)


def match_of(form: Form, values: Sequence[str]) -> Match | None:
    r"""Read the values of a key.

    Args:
        form: how this attribute is matched.
        values: of the key, already taken apart at the backslash.

    Returns:
        None where everything matches: no value, or `*`.

    Raises:
        PacsError: a value is none of this kind, or there are too many of them.

    Example:
        >>> match_of("date", ["20240101-"])
        Match(kind='range', values=('20240101', ''))
        >>> match_of("text", ["**"]) is None
        True
    """
    held = [value.strip(" \0") for value in values]
    if any(set(value) == {"*"} for value in held) or not any(held):
        return None
    if len(held) > (MOST_UIDS if form == "uid" else MOST_VALUES):
        raise PacsError("a key of the question has too many values")
    if max(map(len, held)) > LONGEST_VALUE:
        raise PacsError("a key of the question has a value that is too long")
    readers = {"uid": _uids, "date": _dates, "time": _times, "number": _numbers}
    return readers.get(form, _texts)([value for value in held if value])


def _uids(values: list[str]) -> Match:
    if not all(map(_UID.fullmatch, values)):
        raise PacsError("a key of the question is no unique identifier")
    return Match("one of", tuple(dict.fromkeys(values)))


def _numbers(values: list[str]) -> Match:
    if not all(map(_NUMBER.fullmatch, values)):
        raise PacsError("a key of the question is no number")
    return Match("one of", tuple(dict.fromkeys(str(int(value)) for value in values)))


def _texts(values: list[str]) -> Match:
    if any("*" in value or "?" in value for value in values):
        return Match("pattern", tuple(re.sub(r"\*+", "*", value) for value in values))
    return Match("one of", tuple(dict.fromkeys(values)))


def _dates(values: list[str]) -> Match:
    first, last = _ends(values)
    if any(end and not _DATE.fullmatch(end) for end in (first, last)):
        raise PacsError("a key of the question is no date or range of dates")
    return Match("range", (first, last))


def _times(values: list[str]) -> Match:
    """A range; a moment that is given to the hour or minute is as long as this hour or minute."""
    first, last = _ends([value.replace(":", "") for value in values])
    if any(end and not _TIME.fullmatch(end) for end in (first, last)):
        raise PacsError("a key of the question is no time or range of times")
    return Match("range", (first, last + _LAST_MOMENT[len(last) :] if last else ""))


def _ends(values: list[str]) -> tuple[str, str]:
    if len(values) != 1:
        raise PacsError("a date or time in the question has more than one value")
    first, dash, last = (part.strip() for part in values[0].partition("-"))
    if not first and not last:
        raise PacsError("a range in the question has no end")
    return (first, last) if dash else (first, first)


def _as_expression(pattern: str) -> re.Pattern[str]:
    """A pattern as an expression that never tries twice what it has tried (`*` gives nothing back)."""
    parts = pattern.split("*")
    pieces = ["".join("." if letter == "?" else re.escape(letter) for letter in part) for part in parts]
    if len(pieces) == 1:
        return re.compile(pieces[0], re.DOTALL)
    middle = "".join(f"(?>.*?{piece})" for piece in pieces[1:-1])
    return re.compile(f"{pieces[0]}{middle}.*{pieces[-1]}", re.DOTALL)
