"""Code strings."""

import re

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.attributes import values
from hilum.deid.case import Case
from hilum.deid.rule import ElementRule, Verdict
from hilum.deid.technical import is_technical
from hilum.deid.vocabulary import terms

_FORM = re.compile(r"[A-Z0-9_ ./+-]{0,16}")
_LONG_NUMBER = re.compile(r"\d{6}")


def _judge(case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    if element.VR != "CS":
        return None
    closed = terms().code_strings.get(element.keyword)
    old = values(element.value)
    new = [_passed(case, value.upper() if closed else value, closed) for value in old]
    if new == old:
        return Verdict.KEEP
    if "" in new:
        case.notes.append(f"{element.keyword} held a value outside its vocabulary, which was left out")
        if len(new) == 1:
            return Verdict.EMPTY
    element.value = [value or "OTHER" for value in new] if len(new) > 1 else new[0]
    return Verdict.KEEP


def _passed(case: Case, value: str, closed: frozenset[str] | None) -> str:
    if closed:
        fits = value in closed
    else:
        fits = bool(_FORM.fullmatch(value)) and not _LONG_NUMBER.search(value) and is_technical(value)
    return value if fits and not case.identifiers.named_in(value) else ""


CODE_STRINGS = ElementRule(
    "code strings",
    (
        "Code strings are kept where they have the form that the standard demands and hold only words of a "
        "closed vocabulary of technique and anatomy, or of at most two letters; body part, view, laterality "
        "and sex only with the standard's own words; of several values one that does not pass becomes OTHER."
    ),
    "PS3.5 section 6.2, CS; PS3.16 annex L",
    _judge,
)
