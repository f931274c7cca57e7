"""Private attributes."""

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.case import Case
from hilum.deid.rule import ElementRule, Verdict


def _judge(_case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    return Verdict.REMOVE if element.tag.is_private else None


PRIVATE = ElementRule(
    "private attributes",
    "Every private attribute (odd group) is removed, with its private creator, at any depth.",
    "PS3.15 table E.1-1, (gggg,eeee) where gggg is odd: X",
    _judge,
)
