"""Dates in tables: recognised, and moved by the same days as the patient's images."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import pandas as pd

from hilum.errors import CohortError
from hilum.study.values import texts_of

_DATE = re.compile(
    r"(?P<year>(?:19|20|21)\d\d)(?:(?P<sign>[-/.])\s?(?P<month>\d\d?)(?P=sign)\s?(?P<day>\d\d?)\.?|(?P<md>\d{4}))"
    r"(?:[ T](?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?)?"
)
_OTHER_DATE = re.compile(r"\d\d?[-/.\s](?:\d\d?|[A-Za-z]{3,9})[-/.\s]\d{2,4}(?:[ T,].*)?|.*(?:19|20)\d\d년.*")


def parse_date(text: str) -> datetime | None:
    """Read a date, year first: 2024-01-05, 2024/1/5, 2024.01.05, 20240105, each with or without a time.

    Args:
        text: A cell's text.

    Returns:
        The date, or None.

    Example:
        >>> parse_date("2024. 1. 5."), parse_date("20240105"), parse_date("05/01/2024")
        (datetime.datetime(2024, 1, 5, 0, 0), datetime.datetime(2024, 1, 5, 0, 0), None)
    """
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    found = match.groupdict()
    month, day = (found["md"][:2], found["md"][2:]) if found["md"] else (found["month"], found["day"])
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    try:
        # Hospitals write local time and no time zone.
        return datetime(int(found["year"]), int(month), int(day), hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return None


def is_date_column(column: pd.Series) -> bool:
    """Whether a column holds dates: one date written with signs is enough; digits alone must all be dates.

    Args:
        column: A column of a table.

    Returns:
        True when it does.

    Example:
        >>> is_date_column(pd.Series(["2024-01-05", None])), is_date_column(pd.Series([20240105, 5]))
        (True, False)
    """
    texts = [text for text in texts_of(column.drop_duplicates()) if text]
    dates = [parse_date(text) is not None for text in texts]
    written = any(date and not text.isdigit() for date, text in zip(dates, texts, strict=True))
    return written or any(_OTHER_DATE.fullmatch(text) for text in texts) or (bool(texts) and all(dates))


def shift_dates(column: pd.Series, days: Sequence[int | None], name: str, table: str) -> pd.Series:
    """Move every date of a column by its patient's days.

    Args:
        column: A column of dates.
        days: Days to add, one a row; None makes the date missing.
        name: The column's name.
        table: The table's file name.

    Returns:
        Text, YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS; None where the date or the days are missing.

    Raises:
        CohortError: A value is no date with the year first.

    Example:
        >>> shift_dates(pd.Series(["2024-01-05 10:30"]), [-4], "admission", "t.csv").tolist()
        ['2024-01-01T10:30:00']
    """
    texts = texts_of(column)
    dates = [parse_date(text) for text in texts]
    wrong = any(date is None and text != "" for date, text in zip(dates, texts, strict=True))
    if wrong:
        raise CohortError(
            f"the column `{name}` of {table} holds values that are no dates with the year first: "
            "write every date as 2024-01-31"
        )
    moved = [
        None if date is None or day is None else _written(date + timedelta(days=day))
        for date, day in zip(dates, days, strict=True)
    ]
    return pd.Series(moved, index=column.index, dtype=object)


def _written(date: datetime) -> str:
    return date.strftime("%Y-%m-%d" if date.time() == date.time().min else "%Y-%m-%dT%H:%M:%S")
