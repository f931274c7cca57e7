"""Group lengths and padding."""

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.case import Case
from hilum.deid.rule import ElementRule, Verdict


def _judge(_case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    is_padding = element.tag.group >= 0xFFFA or element.keyword == "SpecificCharacterSet"
    return Verdict.REMOVE if element.tag.element == 0 or is_padding else None


BOOKKEEPING = ElementRule(
    "group lengths, padding, signatures",
    (
        "Group lengths, trailing padding, digital signatures and declarations of character sets are "
        "removed; the character set is declared anew for what remains."
    ),
    "PS3.15 table E.1-1, (FFFC,FFFC), (FFFA,FFFA): X; PS3.5 section 7.2",
    _judge,
)
