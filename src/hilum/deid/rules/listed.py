"""What table E.1-1 lists and no other rule treats."""

from collections.abc import Iterable

from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.case import Case
from hilum.deid.required import without_value
from hilum.deid.rule import ElementRule, Verdict
from hilum.deid.table import basic_profile


def _judge(case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    action = basic_profile().get(int(element.tag))
    if action is None:
        return None
    if action == "X/Z/U*":
        return Verdict.DESCEND if element.VR == "SQ" and element.value else without_value(case, element)
    return without_value(case, element)


def _attributes() -> Iterable[str]:
    return (keyword_for_tag(tag) or f"{tag:08X}" for tag, action in basic_profile().items() if action != "U")


LISTED = ElementRule(
    "attributes that the standard lists",
    (
        "Every attribute of the Basic Profile's table that no rule above has treated is removed; it is "
        "emptied, or replaced by the word REMOVED, where this kind of object must have it or the standard "
        "asks for a value: names of persons and institutions, addresses, telephone numbers, identifiers of "
        "orders, visits and devices, descriptions and comments. References to other images of the "
        "examination stay, with new unique identifiers."
    ),
    "PS3.15 table E.1-1, actions X, Z, D and their combinations by type in PS3.3",
    _judge,
    _attributes,
)
