"""Numbers, coordinates, and sequences of them."""

import re

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.attributes import values
from hilum.deid.case import Case
from hilum.deid.numbers_as_text import is_writing
from hilum.deid.rule import ElementRule, Verdict

_BINARY = frozenset(("US", "SS", "UL", "SL", "UV", "SV", "FL", "FD", "AT"))
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_NO_MEASUREMENT = re.compile(r"[+-]?(0\d{8,}|\d{10,}[1-9]|\d{13,})")
_LARGEST_INTEGER = 2**31


def _judge(case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    if element.VR == "SQ":
        return Verdict.DESCEND
    if element.VR in _BINARY:
        if not is_writing(element):
            return Verdict.KEEP
        case.notes.append(f"{element.keyword} held writing, not numbers, and was removed")
        return Verdict.REMOVE
    if element.VR not in ("DS", "IS"):
        return None
    if any(case.identifiers.is_number(text) for text in values(element.value)):
        case.notes.append(f"{element.keyword} was the same as a number of the patient's and was emptied")
        return Verdict.EMPTY
    if all(_is_measurement(text, str(element.VR)) for text in values(element.value)):
        return Verdict.KEEP
    case.notes.append(f"{element.keyword} was no measurement and was emptied")
    return Verdict.EMPTY


def _is_measurement(text: str, vr: str) -> bool:
    """Whether a text is a number, and not one as only telephones, persons and orders have."""
    if not _NUMBER.fullmatch(text) or _NO_MEASUREMENT.fullmatch(text):
        return False
    return vr == "DS" or not text.lstrip("+-").isdigit() or abs(int(text)) <= _LARGEST_INTEGER


NUMBERS = ElementRule(
    "numbers",
    (
        "Measurements and settings that are numbers are kept; a number that is none, is the same as "
        "a number of the patient's, or is written as only telephone and registration numbers are (nine "
        "digits and more with a zero before them, eleven and more without a point), is emptied; binary "
        "numbers whose bytes are writing are removed. Sequences are searched to any depth."
    ),
    "PS3.15 section E.1.1: attributes that the table does not list",
    _judge,
)
