"""Coded entries."""

import re

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from hilum.deid.attributes import plain
from hilum.deid.case import Case
from hilum.deid.labels import cleaned_label
from hilum.deid.rule import ElementRule, Verdict
from hilum.deid.vocabulary import code_meaning, terms

_VERSION = re.compile(r"[0-9][0-9.]{0,15}")


def _judge(case: Case, dataset: Dataset, element: DataElement) -> Verdict | None:
    if element.VR == "SQ":
        items = [item for item in element.value if "CodeMeaning" not in item or _meaning(item) is not None]
        if len(items) < len(element.value):
            element.value = Sequence(items)
        return None
    if element.keyword == "CodeMeaning":
        element.value = _worded(dataset, str(element.value), case)
    elif element.keyword == "CodeValue":
        return Verdict.KEEP if _meaning(dataset) else Verdict.REMOVE
    elif element.keyword == "CodingSchemeDesignator":
        return Verdict.KEEP if str(element.value) in terms().coding_schemes else Verdict.REMOVE
    elif element.keyword == "CodingSchemeVersion":
        return Verdict.KEEP if _VERSION.fullmatch(str(element.value)) else Verdict.REMOVE
    else:
        return None
    return Verdict.KEEP


def _meaning(item: Dataset) -> str | None:
    return code_meaning(plain(item, "CodingSchemeDesignator"), plain(item, "CodeValue"))


def _worded(item: Dataset, written: str, case: Case) -> str:
    """The meaning in the scheme's words; of one that is not known, the clinical words that were written."""
    known = _meaning(item) or ""
    is_only_named = known == f"{plain(item, 'CodingSchemeDesignator')} {plain(item, 'CodeValue')}"
    return (is_only_named and cleaned_label(written, case)[:64].strip()) or known


CODES = ElementRule(
    "coded entries",
    (
        "Codes of published coding schemes (DICOM, SNOMED CT, LOINC, UCUM, RadLex ...) are kept, their "
        "meaning written anew in the scheme's own words, or with the clinical words that stood there where "
        "the program does not know the code; entries with local codes or texts are removed."
    ),
    "PS3.15 section E.3.4, Clean Structured Content; PS3.16 section 8",
    _judge,
)
