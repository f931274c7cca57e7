"""Free text about machine and technique."""

import re
from collections.abc import Iterable

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.attributes import values
from hilum.deid.case import Case
from hilum.deid.required import without_value
from hilum.deid.rule import ElementRule, Verdict
from hilum.deid.vocabulary import terms

_PLAIN = re.compile(r"[ -~]{0,64}")
_SUSPICIOUS = re.compile(r"\d{6}|[@^]|\d{3}[- ]\d{3,4}[- ]\d{4}")


def _judge(case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    if element.keyword not in terms().technical_text or element.VR not in ("LO", "SH", "CS", "LT"):
        return None
    for value in values(element.value):
        if not _PLAIN.fullmatch(value) or _SUSPICIOUS.search(value) or case.identifiers.named_in(value):
            case.notes.append(f"{element.keyword} held something that may identify somebody and was not kept")
            return without_value(case, element)
    return Verdict.KEEP


def _attributes() -> Iterable[str]:
    return terms().technical_text


TECHNICAL_TEXT = ElementRule(
    "words about machine and technique",
    (
        "Of free text only a short list of attributes that describe machine and technique is kept "
        "(manufacturer, model, software, reconstruction kernel, radiopharmaceutical ...), and only "
        "values of plain letters that hold no long number and none of the names and identifiers of the "
        "same file."
    ),
    "PS3.15 section E.1.1: attributes that the table does not list",
    _judge,
    _attributes,
)
