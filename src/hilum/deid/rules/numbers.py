"""Numbers, coordinates, and sequences of them."""

import re

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.attributes import values
from hilum.deid.case import Case
from hilum.deid.rule import ElementRule, Verdict

_BINARY = frozenset(("US", "SS", "UL", "SL", "UV", "SV", "FL", "FD", "AT"))
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")


def _judge(case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    if element.VR == "SQ":
        return Verdict.DESCEND
    if element.VR in _BINARY:
        return Verdict.KEEP
    if element.VR not in ("DS", "IS"):
        return None
    if any(case.identifiers.is_number(text) for text in values(element.value)):
        case.notes.append(f"{element.keyword} was the same as a number of the patient's and was emptied")
        return Verdict.EMPTY
    if all(_NUMBER.fullmatch(text) for text in values(element.value)):
        return Verdict.KEEP
    case.notes.append(f"{element.keyword} was no number and was emptied")
    return Verdict.EMPTY


NUMBERS = ElementRule(
    "numbers",
    (
        "Measurements and settings that are numbers are kept; a number that is none, or is the same as "
        "a number of the patient's, is emptied. Sequences are searched to any depth."
    ),
    "PS3.15 section E.1.1: attributes that the table does not list",
    _judge,
)
