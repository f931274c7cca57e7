"""Drawings and texts of presentation states."""

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.attributes import values
from hilum.deid.case import Case
from hilum.deid.labels import cleaned_label
from hilum.deid.options import Options
from hilum.deid.rule import ElementRule, Verdict

NOTHING_LEFT = "REMOVED"


def _judge(case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    if element.keyword == "GraphicAnnotationSequence":
        return Verdict.DESCEND if case.options.graphics == "cleaned" else Verdict.REMOVE
    if element.keyword != "UnformattedTextValue":
        return None
    text = " ".join(values(element.value))
    if text:
        element.value = cleaned_label(text, case) or NOTHING_LEFT
    return Verdict.KEEP


def _sentence(options: Options) -> str:
    if options.graphics == "removed":
        return "Presentation states are refused, and drawn annotations elsewhere are removed."
    return (
        "What was drawn over an image is kept, with its place on the image; of texts beside it only clinical "
        "words and short numbers remain, and where none does the word REMOVED stands."
    )


DRAWN_ANNOTATIONS = ElementRule(
    "drawn annotations",
    _sentence,
    "PS3.15 section E.3.3, Clean Graphics Option; PS3.3 section C.10.5",
    _judge,
    lambda: ("GraphicAnnotationSequence", "UnformattedTextValue"),
)
