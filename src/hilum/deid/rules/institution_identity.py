"""Where an image was made."""

from collections.abc import Iterable

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.attributes import values
from hilum.deid.case import Case
from hilum.deid.options import Options
from hilum.deid.rule import ElementRule, Verdict
from hilum.deid.vocabulary import terms


def _judge(case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    if not case.options.institution_identity or element.keyword not in terms().institution_identity:
        return None
    if element.VR == "SQ":
        return Verdict.DESCEND
    for value in values(element.value):
        if not value.isprintable() or case.identifiers.named_in(value):
            case.notes.append(f"{element.keyword} held something that may identify a person and was not kept")
            return None
    return Verdict.KEEP


def _sentence(options: Options) -> str:
    if not options.institution_identity:
        return (
            "Names, addresses and departments of institutions are treated as the table says: emptied "
            "or removed."
        )
    return (
        "Names, addresses and departments of institutions are kept where they name no person "
        "named in the same "
        "file."
    )


def _attributes() -> Iterable[str]:
    return terms().institution_identity


INSTITUTION_IDENTITY = ElementRule(
    "institution identity",
    _sentence,
    "PS3.15 section E.3.11, Retain Institution Identity Option",
    _judge,
    _attributes,
)
