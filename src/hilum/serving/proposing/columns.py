"""What each column of a table holds: guessed from its heading and its values, with the doubt said."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from hilum.serving.proposing.coding import Coding, coding_of
from hilum.serving.proposing.headings import (
    is_finding,
    role_of,
    sounds_like_event,
    sounds_like_label,
    sounds_like_time,
    sounds_like_value,
)
from hilum.serving.proposing.private import looks_private
from hilum.serving.proposing.units import time_unit, unit_in

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["empty", "date", "flag", "number", "class", "identifier", "text"]
MOST_CLASSES = 20
_SHOWN = 8
_DATE_ROLES = ("birth", "death date", "last date", "start date")


@dataclass(frozen=True)
class ColumnGuess:
    """What one column seems to hold.

    Attributes:
        name: Its heading.
        kind: What its values are: `flag` is yes or no, `class` a few words, `identifier` a value a row.
        role: What it is for (`patient`, `time`, `event`, `label`, `finding`, `value`, `age`, ...), or "".
        unit: The unit it counts in, or "".
        unit_said: Whether the heading says the unit; else it was guessed from the values.
        private: Why its values are hidden from people without the right to see identities, or "".
        missing: How many rows have no value.
        distinct: How many different values there are.
        values: The most frequent values with their counts, none where the column is private or has many.
        lowest: The smallest number, or None.
        median: The middle number, or None.
        highest: The largest number, or None.
        coding: What the values of a flag stand for.
        date_form: How dates are written: `year first`, `day or month first` (cannot be read), `serial`
            (days of Excel), or "".
        whole: Whether all numbers are whole.
    """

    name: str
    kind: Kind
    role: str = ""
    unit: str = ""
    unit_said: bool = False
    private: str = ""
    missing: int = 0
    distinct: int = 0
    values: tuple[tuple[str, int], ...] = ()
    lowest: float | None = None
    median: float | None = None
    highest: float | None = None
    coding: Coding | None = None
    date_form: str = ""
    whole: bool = False


def guess_columns(table: "pd.DataFrame") -> tuple[ColumnGuess, ...]:
    """What every column of a table seems to hold.

    Args:
        table: As `hilum.study.read_table` gives it.

    Returns:
        One guess a column, in the table's order.

    Example:
        >>> import pandas as pd
        >>> table = pd.DataFrame({"환자번호": ["007", "008"], "사망": ["Y", "N"], "추적기간(일)": [3, 400]})
        >>> [(guess.kind, guess.role) for guess in guess_columns(table)]
        [('identifier', 'patient'), ('flag', 'event'), ('number', 'time')]
    """
    return tuple(guess_column(str(name), table[name]) for name in table.columns)


def guess_column(name: str, column: "pd.Series") -> ColumnGuess:
    """What one column seems to hold; see `guess_columns`."""
    from hilum.study.values import numbers_of, texts_of

    texts = texts_of(column)
    present = [text for text in texts if text]
    counts = Counter(present)
    said = role_of(name)
    private = looks_private(said, texts)
    numbers = numbers_of(column)
    known = numbers[~np.isnan(numbers)]
    numeric = bool(present) and len(known) == len(present)
    date_form = _date_form(present, said)
    coding = None if private or date_form else coding_of(counts) if len(counts) <= 4 else None
    kind = _kind(present, counts, said, numeric=numeric, dated=bool(date_form), flag=coding is not None)
    low, middle, high = (
        _spread(known) if kind in {"number", "flag"} and numeric and not private else (None,) * 3
    )
    role = _role(name, said, kind, private)
    unit, unit_said = time_unit(name, high) if role == "time" else (unit_in(name), bool(unit_in(name)))
    shown = counts.most_common(_SHOWN) if kind in {"class", "flag"} and not private else []
    return ColumnGuess(
        *(name, kind, role, unit, unit_said, private, len(texts) - len(present), len(counts), tuple(shown)),
        *(low, middle, high, coding, date_form),
        whole=numeric and bool(np.all(known == np.round(known))),
    )


def _kind(
    present: Sequence[str], counts: Counter[str], said: str, *, numeric: bool, dated: bool, flag: bool
) -> Kind:
    if not present:
        return "empty"
    if dated:
        return "date"
    if said in {"patient", "accession", "image", "national number", "phone"}:
        return "identifier"
    if flag and (len(counts) > 1 or not numeric):
        return "flag"
    if numeric:
        return "number"
    if len(counts) == len(present) and len(present) > 3:
        return "identifier" if max(map(len, present)) <= 80 else "text"
    if len(counts) <= min(MOST_CLASSES, max(2, len(present) // 2)):
        return "class"
    return "text"


def _role(name: str, said: str, kind: Kind, private: str) -> str:
    """The role by the heading, where the values can play it."""
    if kind == "empty":
        return ""
    if said in _DATE_ROLES:
        return said if kind == "date" else ""
    if said == "age":
        return said if kind == "number" else ""
    if said or private:
        return said or private
    if kind == "number" and sounds_like_time(name):
        return "time"
    if kind == "flag" and is_finding(name):
        return "finding"
    if kind == "flag" and sounds_like_event(name):
        return "event"
    if kind in {"flag", "class"} and sounds_like_label(name):
        return "label"
    if kind == "number" and sounds_like_value(name):
        return "value"
    return ""


def _date_form(present: Sequence[str], said: str) -> str:
    """How a column writes dates; "" where it holds none."""
    import pandas as pd

    from hilum.cohorts.dates import is_date_column, parse_date

    if not present:
        return ""
    digits = all(text.isdigit() for text in present)
    if digits and said not in _DATE_ROLES and not all(len(text) == 8 for text in present):
        return ""
    if said in _DATE_ROLES and digits and all(20_000 <= int(text[:9]) <= 60_000 for text in present):
        return "serial"
    readable = sum(parse_date(text) is not None for text in present)
    if readable == len(present):
        return "year first"
    if readable >= 0.9 * len(present):
        return "year first, not all"
    looked = pd.Series(list(dict.fromkeys(present))[:500], dtype=object)
    if not digits and is_date_column(looked) and sum(map(str.isalpha, "".join(looked))) < 4 * len(looked):
        return "day or month first"
    return ""


def _spread(known: np.ndarray) -> tuple[float, float, float]:
    return float(known.min()), float(np.median(known)), float(known.max())
