"""Dates and times."""

import re
from datetime import date, timedelta

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.attributes import values
from hilum.deid.case import Case
from hilum.deid.options import Options
from hilum.deid.required import without_value
from hilum.deid.rule import ElementRule, Verdict

_DATE = re.compile(r"(\d{4})([.-]?)(\d{2})\2(\d{2})")
_TIME = re.compile(r"([01]\d|2[0-3])(:?[0-5]\d(:?([0-5]\d|60)(\.\d{1,6})?)?)?")
_DATE_TIME = re.compile(r"(\d{8})(\d{2,6}(?:\.\d{1,6})?)?([+-](?:0\d|1[0-4])[0-5]\d)?")
_ZONE = re.compile(r"[+-](0\d|1[0-4])[0-5]\d")


def moved_date(text: str, days: int) -> str:
    """A date (YYYYMMDD, in older files with dots or hyphens) moved by whole days; empty if it is none.

    Example:
        >>> moved_date("20240301", -366), moved_date("2024.03.01", -366), moved_date("20240230", -366)
        ('20230301', '20230301', '')
    """
    match = _DATE.fullmatch(text)
    if match is None:
        return ""
    try:
        moved = date(int(match[1]), int(match[3]), int(match[4])) + timedelta(days=days)
    except (ValueError, OverflowError):
        return ""
    return f"{moved.year:04d}{moved.month:02d}{moved.day:02d}"


def kept_time(text: str) -> str:
    """A time of day as it is; empty if it is none.

    Example:
        >>> kept_time("101112.123456"), kept_time("at noon")
        ('101112.123456', '')
    """
    return text if _TIME.fullmatch(text) else ""


def moved_date_time(text: str, days: int) -> str:
    """A date with time moved by whole days; empty if it is none or less exact than a day.

    Example:
        >>> moved_date_time("20240301101112.5+0900", -366), moved_date_time("202403", -366)
        ('20230301101112.5+0900', '')
    """
    match = _DATE_TIME.fullmatch(text)
    if match is None or not (match[2] is None or kept_time(match[2])):
        return ""
    day = moved_date(match[1], days)
    return day + (match[2] or "") + (match[3] or "") if day else ""


def _judge(case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    if element.keyword in ("PatientBirthDate", "PatientBirthTime"):
        return Verdict.EMPTY if element.keyword == "PatientBirthDate" else Verdict.REMOVE
    removed = case.options.dates == "removed"
    if element.keyword == "TimezoneOffsetFromUTC":
        fits = _ZONE.fullmatch("".join(values(element.value)))
        return Verdict.KEEP if fits and not removed else Verdict.REMOVE
    if element.VR not in ("DA", "TM", "DT"):
        return None
    return without_value(case, element) if removed else move(case, element)


def move(case: Case, element: DataElement) -> Verdict:
    """Move all dates of an attribute by the patient's days; times of day stay.

    Returns:
        KEEP, or EMPTY where one of its values is no date or time.

    Example:
        >>> from hilum.deid.keys import ResearchKeys
        >>> source = Dataset()
        >>> source.StudyDate = "20240301"
        >>> move(Case.of(source, ResearchKeys(bytes(32))), source["StudyDate"]).value, source.StudyDate
        ('keep', '20160717')
    """
    old = values(element.value)
    if element.VR == "TM":
        new = [kept_time(text) for text in old]
    else:
        moved = moved_date if element.VR == "DA" else moved_date_time
        new = [moved(text, case.days) for text in old]
        case.moved_dates.update(text[:8] for text in new)
    if old and not all(new):
        case.notes.append(f"{element.keyword} could not be understood and was emptied")
        return Verdict.EMPTY
    element.value = new if len(new) > 1 else "".join(new)
    return Verdict.KEEP


_UNREADABLE = "Dates that cannot be understood or are less exact than a day are emptied."
_SENTENCES = {
    "modified": (
        "The birth date is emptied. All other dates, at any depth, are moved into the past by the same "
        "number of days for all files of a patient, between 366 and 3,650, drawn with the secret key; "
        "times of day, time zones and so every interval stay exact. " + _UNREADABLE
    ),
    "full": (
        "The birth date is emptied. All other dates and times, at any depth, are kept as they are. "
        + _UNREADABLE
    ),
    "removed": (
        "All dates, times and time zones are removed, at any depth; those that this kind of object must have "
        "are emptied or replaced by 1 January 1900, 0 o'clock. Standardised uptake values (SUV) "
        "of PET images "
        "cannot be computed afterwards, because the times of injection and acquisition are gone."
    ),
}


def _sentence(options: Options) -> str:
    return _SENTENCES[options.dates]


DATES = ElementRule(
    "dates and times",
    _sentence,
    (
        "PS3.15 section E.3.6, Retain Longitudinal Temporal Information Options; table E.1-1 where dates are "
        "removed"
    ),
    _judge,
)
