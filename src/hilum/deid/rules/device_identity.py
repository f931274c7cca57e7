"""Which device made an image."""

import re
from collections.abc import Iterable

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.attributes import values
from hilum.deid.case import Case
from hilum.deid.options import Options
from hilum.deid.rule import ElementRule, Verdict
from hilum.deid.vocabulary import terms

_TEXT = frozenset(("LO", "SH", "ST", "LT", "UT", "UC", "AE"))
_PLAIN = re.compile(r"[ -~]{0,1024}")


def _judge(case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    if not case.options.device_identity or element.keyword not in terms().device_identity:
        return None
    if element.VR == "SQ":
        return Verdict.DESCEND
    if element.VR not in _TEXT:
        return None
    for value in values(element.value):
        if not _PLAIN.fullmatch(value) or case.identifiers.named_in(value):
            case.notes.append(f"{element.keyword} held something that may identify somebody and was not kept")
            return None
    return Verdict.KEEP


def _sentence(options: Options) -> str:
    if not options.device_identity:
        return (
            "Serial numbers and names of devices and stations are treated as the table says: emptied "
            "or removed."
        )
    return (
        "Serial numbers, names and identifiers of devices and stations are kept where they are "
        "plain text that "
        "names nobody named in the same file."
    )


def _attributes() -> Iterable[str]:
    return terms().device_identity


DEVICE_IDENTITY = ElementRule(
    "device identity",
    _sentence,
    "PS3.15 section E.3.8, Retain Device Identity Option",
    _judge,
    _attributes,
)
