"""How old a patient was when the image was made."""

from datetime import date, datetime

from pydicom.dataset import Dataset

from hilum.deid.attributes import plain

OLDEST = 89


def age_at_examination(source: Dataset) -> str:
    """Work out the age as DICOM writes it (`045Y`) from birth date and the date of study or acquisition.

    Returns:
        Whole years from two years on, months below, both by completed units; empty where a date is missing,
        cannot be read, or the birth lies after the examination or more than 130 years before it.

    Example:
        >>> source = Dataset()
        >>> source.PatientBirthDate, source.StudyDate = "19800602", "20240601"
        >>> age_at_examination(source)
        '043Y'
    """
    birth = _date(plain(source, "PatientBirthDate"))
    day = None
    for keyword in ("StudyDate", "AcquisitionDate", "SeriesDate", "ContentDate"):
        day = day or _date(plain(source, keyword))
    if birth is None or day is None or day < birth:
        return ""
    months = (day.year - birth.year) * 12 + day.month - birth.month - (day.day < birth.day)
    if months > 130 * 12:
        return ""
    return f"{months // 12:03d}Y" if months >= 24 else f"{months:03d}M"


def _date(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        return None
