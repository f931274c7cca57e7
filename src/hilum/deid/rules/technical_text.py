"""Free text about machine and technique."""

import re
from collections.abc import Iterable

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.attributes import values
from hilum.deid.case import Case
from hilum.deid.descriptors import cleaned_text
from hilum.deid.required import without_value
from hilum.deid.rule import ElementRule, Verdict
from hilum.deid.technical import is_technical, technical_words
from hilum.deid.vocabulary import terms

_PLAIN = re.compile(r"[ -~]{0,64}")
_SUSPICIOUS = re.compile(r"\d{6}|[@^]|\d{3}[- ]\d{3,4}[- ]\d{4}")
_OF_PEOPLE = re.compile(
    r"\b(?:Dr|dr|Prof|Mr|Mrs|Ms|Miss)\b|(?i:\b(?:doctor|professor|patient|hospital|clinic|ward|room|tel|phone|serial|s/n)\b)"
)
_OPEN = frozenset(("Manufacturer", "ManufacturerModelName", "SoftwareVersions"))
_UNKNOWN = "OTHER"


def _judge(case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    if element.keyword not in terms().technical_text or element.VR not in ("LO", "SH", "CS", "LT"):
        return None
    old = values(element.value)
    new = [_passed(case, value, is_open=element.keyword in _OPEN) for value in old]
    if new == old:
        return Verdict.KEEP
    case.notes.append(f"{element.keyword} held something that may identify somebody and was not kept")
    if not any(new):
        return without_value(case, element)
    element.value = [value or _UNKNOWN for value in new] if len(new) > 1 else new[0]
    return Verdict.KEEP


def _passed(case: Case, value: str, *, is_open: bool) -> str:
    """What may stay of a value: of makers, models and versions all or nothing, of others the known words."""
    if not _PLAIN.fullmatch(value) or _SUSPICIOUS.search(value) or case.identifiers.named_in(value):
        return ""
    if is_open:
        return "" if _OF_PEOPLE.search(value) else value
    return value if is_technical(value) else cleaned_text(value, case, technical_words())


def _attributes() -> Iterable[str]:
    return terms().technical_text


TECHNICAL_TEXT = ElementRule(
    "words about machine and technique",
    (
        "Of free text only a short list of attributes that describe machine and technique is kept, and only "
        "values of plain letters that hold no long number and none of the names and identifiers of the same "
        "file: maker, model and software version as they are, unless a title or a word such as hospital "
        "stands in them; of others (kernel, coil, filter, sequence, radiopharmaceutical ...) the words of a "
        "closed vocabulary."
    ),
    "PS3.15 section E.1.1: attributes that the table does not list",
    _judge,
    _attributes,
)
