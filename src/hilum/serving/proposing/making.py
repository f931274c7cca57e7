"""Columns made from a table's own: words as 0 and 1, days between two dates, months as days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from hilum.errors import TableError
from hilum.serving.proposing.units import in_days

if TYPE_CHECKING:
    import pandas as pd

_EXCEL_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 (tables have local time and no zone)


@dataclass(frozen=True)
class Making:
    """One column that is made.

    Attributes:
        new: Its name.
        how: `coded` words become numbers, `days` from the first date to the first of the other dates that a
            row has, `present` 1 where the row has a value, `equals` 1 where it has one of the values in
            `numbers` and 0 where it has another, `scaled` times become days.
        columns: The columns it is made from.
        numbers: For `coded`: value to number; for `equals`: the values that are meant, each 1.
        unit: For `scaled`: the unit of the column.
    """

    new: str
    how: Literal["coded", "days", "present", "equals", "scaled"]
    columns: tuple[str, ...]
    numbers: Mapping[str, int] = field(default_factory=dict)
    unit: str = "days"

    @property
    def sentence(self) -> str:
        """What is made, for the comment beside the study.

        Example:
            >>> Making("died", "coded", ("사망",), {"Y": 1, "N": 0}).sentence
            '`died`: `사망` with Y = 1, N = 0'
        """
        first = f"`{self.columns[0]}`"
        if self.how == "coded":
            said = ", ".join(f"{word} = {number}" for word, number in self.numbers.items())
            return f"`{self.new}`: {first} with {said}"
        if self.how == "days":
            ends = " or ".join(f"`{name}`" for name in self.columns[1:])
            return f"`{self.new}`: days from {first} to {ends}, whichever is there first"
        if self.how == "present":
            return f"`{self.new}`: 1 where {first} has a value, else 0"
        if self.how == "equals":
            return (
                f"`{self.new}`: 1 where {first} is {' or '.join(self.numbers)}, 0 where it is something else"
            )
        return f"`{self.new}`: {first} from {self.unit} to days"


def make_columns(table: "pd.DataFrame", makings: Sequence[Making]) -> "pd.DataFrame":
    """A table with further columns; its own stay as they are.

    Args:
        table: The table.
        makings: What to make, in order.

    Returns:
        A new table.

    Raises:
        TableError: A column is not there, a name is taken, or a value cannot be read.

    Example:
        >>> import pandas as pd
        >>> table = pd.DataFrame({"in": ["2024-01-05"], "dead": [None], "last": ["2024-02-04"]})
        >>> makings = [Making("days", "days", ("in", "dead", "last")), Making("died", "present", ("dead",))]
        >>> make_columns(table, makings)[["days", "died"]].values.tolist()
        [[30, 0]]
    """
    import pandas as pd

    made = table.copy()
    for each in makings:
        if each.new in table.columns:
            raise TableError(f"the table has a column `{each.new}` already: give the new one another name")
        for name in each.columns:
            if name not in made.columns:
                raise TableError(f"the table has no column `{name}`: choose another one")
        values = _MAKERS[each.how](made, each)
        kind = "Int64" if all(value is None or float(value).is_integer() for value in values) else "Float64"
        made[each.new] = pd.Series(values, index=made.index, dtype=kind)
    return made


def day_of(text: str) -> datetime | None:
    """A date as people write it: year first in any way, 2024년 1월 5일, or Excel's serial day; else None.

    Example:
        >>> day_of("2024년 1월 5일"), day_of("45296")
        (datetime.datetime(2024, 1, 5, 0, 0), datetime.datetime(2024, 1, 5, 0, 0))
        >>> day_of("05/01/2024") is None
        True
    """
    from hilum.cohorts.dates import parse_date

    plain = text.strip()
    for word in ("년", "월"):
        plain = plain.replace(f"{word} ", word).replace(word, "-")
    plain = plain.replace("일", "").strip()
    if plain.isdigit() and len(plain) == 5:
        return _EXCEL_DAY_ZERO + timedelta(days=int(plain))
    return parse_date(plain)


def _coded(table: "pd.DataFrame", making: Making) -> list[float | None]:
    from hilum.study.values import texts_of

    texts = texts_of(table[making.columns[0]])
    unknown = {text for text in texts if text and text not in making.numbers}
    if unknown:
        raise TableError(
            f"`{making.columns[0]}` has {len(unknown)} values for which no number is given: say what each "
            "one stands for"
        )
    return [float(making.numbers[text]) if text else None for text in texts]


def _days(table: "pd.DataFrame", making: Making) -> list[float | None]:
    columns = [_dates(table, name) for name in making.columns]
    found: list[float | None] = []
    for start, *ends in zip(*columns, strict=True):
        end = next((each for each in ends if each is not None), None)
        days = None if start is None or end is None else (end.date() - start.date()).days
        found.append(None if days is None else float(days))
    return found


def _dates(table: "pd.DataFrame", name: str) -> list[datetime | None]:
    from hilum.study.values import texts_of

    texts = texts_of(table[name])
    dates = [day_of(text) if text else None for text in texts]
    wrong = sum(bool(text) and date is None for text, date in zip(texts, dates, strict=True))
    if wrong:
        raise TableError(
            f"`{name}` has {wrong} values that are no dates with the year first: write every date as "
            "2024-01-31"
        )
    return dates


def _present(table: "pd.DataFrame", making: Making) -> list[float | None]:
    from hilum.study.values import texts_of

    return [1.0 if text else 0.0 for text in texts_of(table[making.columns[0]])]


def _equals(table: "pd.DataFrame", making: Making) -> list[float | None]:
    from hilum.study.values import texts_of

    return [float(text in making.numbers) if text else None for text in texts_of(table[making.columns[0]])]


def _scaled(table: "pd.DataFrame", making: Making) -> list[float | None]:
    import numpy as np

    from hilum.study.values import missing_in, numbers_of

    column = table[making.columns[0]]
    numbers = numbers_of(column)
    wrong = int((np.isnan(numbers) & ~missing_in(column)).sum())
    if wrong:
        raise TableError(f"`{making.columns[0]}` has {wrong} values that are no numbers: correct them")
    return [None if np.isnan(value) else float(round(in_days(value, making.unit))) for value in numbers]


_MAKERS = {"coded": _coded, "days": _days, "present": _present, "equals": _equals, "scaled": _scaled}
