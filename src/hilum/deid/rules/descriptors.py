"""Descriptions and comments."""

from collections.abc import Iterable

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.attributes import values
from hilum.deid.case import Case
from hilum.deid.descriptors import cleaned_text
from hilum.deid.options import Options
from hilum.deid.required import without_value
from hilum.deid.rule import ElementRule, Verdict
from hilum.deid.vocabulary import terms

_LONGEST = {"SH": 16, "LO": 64, "ST": 1024, "LT": 10240, "UC": 100_000, "UT": 100_000}


def _judge(case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    is_of_patient = element.keyword in terms().patient_descriptors
    if element.keyword not in terms().descriptors and not is_of_patient:
        return None
    longest = _LONGEST.get(str(element.VR))
    allowed = case.options.descriptors == "cleaned" and (
        case.options.patient_characteristics or not is_of_patient
    )
    if longest is None or not allowed:
        return without_value(case, element)
    new = [cleaned_text(text, case)[:longest].rstrip() for text in values(element.value)]
    kept = [text for text in new if text]
    if not kept:
        return without_value(case, element)
    element.value = kept if len(kept) > 1 else kept[0]
    return Verdict.KEEP


def _sentence(options: Options) -> str:
    if options.descriptors == "removed":
        return (
            "Descriptions, comments, labels and names of protocols are treated as the table says: "
            "emptied or removed."
        )
    return (
        "Descriptions, comments, labels and names of protocols keep only words of a closed vocabulary of "
        "anatomy, technique and disease in English and Korean, and short numbers that belong to them; every "
        "other word is left out, and so are dates, telephone numbers, numbers of five or more digits, mail "
        "addresses, and every part of an identifier of the same file even where it is such a word. What "
        "is left without a word is emptied or removed."
    )


def _attributes() -> Iterable[str]:
    return terms().descriptors | terms().patient_descriptors


DESCRIPTORS = ElementRule(
    "descriptions",
    _sentence,
    "PS3.15 section E.3.5, Clean Descriptors Option",
    _judge,
    _attributes,
)
