"""What table E.1-1 lists and no other rule treats."""

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.case import Case
from hilum.deid.rule import ElementRule, Verdict
from hilum.deid.table import basic_profile

DUMMY = "REMOVED"
_TEXT = frozenset(("LO", "SH", "ST", "LT", "UT", "UC", "PN"))


def _judge(_case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    action = basic_profile().get(int(element.tag))
    if action is None:
        return None
    if element.VR == "SQ":
        if action == "X/Z/U*":
            return Verdict.DESCEND
        return Verdict.EMPTY if action in ("Z", "X/Z") else Verdict.REMOVE
    if action in ("Z", "X/Z"):
        return Verdict.EMPTY
    if "D" in action and element.VR in _TEXT:
        element.value = DUMMY if element.value else ""
        return Verdict.KEEP
    return Verdict.REMOVE


LISTED = ElementRule(
    "attributes that the standard lists",
    (
        "Every other attribute of the Basic Profile's table is removed, emptied, or replaced by the "
        "word REMOVED where the standard asks for a value: names of persons and institutions, "
        "addresses, telephone numbers, identifiers of orders, visits and devices, descriptions and "
        "comments. References to other images of the examination stay, with new unique identifiers."
    ),
    "PS3.15 table E.1-1, actions X, Z, D and their combinations",
    _judge,
)
