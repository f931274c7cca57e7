"""Characteristics of the patient that research needs."""

import re

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.age import OLDEST
from hilum.deid.attributes import values
from hilum.deid.case import Case
from hilum.deid.rule import ElementRule, FileRule, Verdict
from hilum.deid.vocabulary import terms

_AGE = re.compile(r"(\d{3})([DWMY])")
_SIZE = re.compile(r"\d{1,3}(\.\d{1,9})?")
_DAYS = {"D": 1.0, "W": 7.0, "M": 30.4375, "Y": 365.25}


def grouped_age(text: str) -> str:
    """An age as DICOM writes it (PS3.5 section 6.2, AS), above 89 years as `090Y`; empty if none.

    Example:
        >>> grouped_age("096Y"), grouped_age("045Y"), grouped_age("about 50")
        ('090Y', '045Y', '')
    """
    match = _AGE.fullmatch(text)
    if match is None:
        return ""
    years = int(match[1]) * _DAYS[match[2]] / _DAYS["Y"]
    return "090Y" if years >= OLDEST + 1 else text


def _judge(_case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    text = (values(element.value) or [""])[0]
    if element.keyword == "PatientAge":
        element.value = grouped_age(text)
    elif element.keyword in ("PatientSex", "SmokingStatus"):
        element.value = text if text in terms().code_strings[element.keyword] else ""
    elif element.keyword in ("PatientSize", "PatientWeight"):
        element.value = text if _SIZE.fullmatch(text) else ""
    elif element.keyword == "PregnancyStatus":
        return Verdict.KEEP if element.VR == "US" else Verdict.REMOVE
    else:
        return None
    return Verdict.KEEP


def _add_age(case: Case, dataset: Dataset) -> None:
    if not dataset.get("PatientAge") and case.age:
        dataset.PatientAge = grouped_age(case.age)


CHARACTERISTICS = ElementRule(
    "patient characteristics",
    (
        "Sex, age, size, weight, smoking and pregnancy status are kept; ages above 89 years are given "
        "as 90; values that are not in the form of the standard are emptied."
    ),
    "PS3.15 section E.3.7, Retain Patient Characteristics Option",
    _judge,
)

AGE_FROM_BIRTH_DATE = FileRule(
    "age from birth date",
    (
        "Where the age is missing, it is worked out in completed years from birth date and study date "
        "before both are changed."
    ),
    "PS3.15 section E.3.7",
    _add_age,
)
