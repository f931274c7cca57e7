"""Curves and overlays."""

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.case import Case
from hilum.deid.rule import ElementRule, Verdict


def _judge(_case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    group = element.tag.group
    return Verdict.REMOVE if 0x5000 <= group <= 0x50FF or 0x6000 <= group <= 0x60FF else None


GRAPHICS = ElementRule(
    "curves and overlays",
    "Curves (groups 50xx) and overlay planes (groups 60xx) are removed: writing can be drawn in them.",
    "PS3.15 table E.1-1, (50xx,xxxx), (60xx,3000), (60xx,4000): X",
    _judge,
)
