"""Characteristics of the patient that research needs."""

import re
from collections.abc import Iterable

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.age import OLDEST
from hilum.deid.attributes import values
from hilum.deid.case import Case
from hilum.deid.options import Options
from hilum.deid.rule import ElementRule, FileRule, Verdict
from hilum.deid.vocabulary import terms

_AGE = re.compile(r"(\d{3})([DWMY])")
_SIZE = re.compile(r"\d{1,3}(\.\d{1,9})?")
_KEPT = ("PatientAge", "PatientSex", "SmokingStatus", "PatientSize", "PatientWeight", "PregnancyStatus")
_PREGNANCY = ("1", "2", "3", "4")  # not, possibly, definitely pregnant, unknown (PS3.3 section C.7.2.2)
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


def _judge(case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    if element.keyword not in _KEPT or not case.options.patient_characteristics:
        return None
    text = (values(element.value) or [""])[0]
    if element.keyword == "PatientAge":
        element.value = grouped_age(text)
    elif element.keyword in ("PatientSex", "SmokingStatus"):
        element.value = text if text in terms().code_strings[element.keyword] else ""
    elif element.keyword in ("PatientSize", "PatientWeight"):
        element.value = text if _SIZE.fullmatch(text) else ""
    else:
        return Verdict.KEEP if element.VR == "US" and text in _PREGNANCY else Verdict.REMOVE
    return Verdict.KEEP


def _add_age(case: Case, dataset: Dataset) -> None:
    if case.options.patient_characteristics and not dataset.get("PatientAge") and case.age:
        dataset.PatientAge = grouped_age(case.age)


def _sentence(options: Options) -> str:
    if not options.patient_characteristics:
        return (
            "Sex, age, size, weight, smoking and pregnancy status are treated as the table says: "
            "emptied or removed."
        )
    return (
        "Sex, age, size, weight, smoking and pregnancy status are kept; ages above 89 years are given "
        "as 90; values that are not in the form of the standard are emptied."
    )


def _sentence_of_age(options: Options) -> str:
    if not options.patient_characteristics:
        return "No age is worked out from the birth date."
    return (
        "Where the age is missing, it is worked out in completed years from birth date and study date "
        "before both are changed."
    )


def _attributes() -> Iterable[str]:
    return _KEPT


CHARACTERISTICS = ElementRule(
    "patient characteristics",
    _sentence,
    "PS3.15 section E.3.7, Retain Patient Characteristics Option",
    _judge,
    _attributes,
)

AGE_FROM_BIRTH_DATE = FileRule(
    "age from birth date",
    _sentence_of_age,
    "PS3.15 section E.3.7",
    _add_age,
)
