"""Attributes that are not written as the standard says."""

from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.case import Case
from hilum.deid.rule import ElementRule, Verdict

_NUMERIC = frozenset(("US", "SS", "UL", "SL", "UV", "SV", "FL", "FD", "OB", "OW"))


def _judge(case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    try:
        known = dictionary_VR(element.tag)
    except KeyError:
        return Verdict.REMOVE
    written = str(element.VR)
    if written in known.split(" or ") or (written in _NUMERIC and known[:2] in _NUMERIC):
        return None
    case.notes.append(f"{element.keyword} was written as {written}, not {known}, and was removed")
    return Verdict.REMOVE


MALFORMED = ElementRule(
    "attributes not written as the standard says",
    (
        "Attributes that PS3.6 does not know, or that are written as another kind of value than PS3.6 "
        "says, are removed."
    ),
    "PS3.6 chapter 6",
    _judge,
)
