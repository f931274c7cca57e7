"""The marks of de-identification."""

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from hilum.deid.case import Case
from hilum.deid.rule import FileRule

METHOD = "hilum: PS3.15 Basic Profile, modified dates, patient chars kept"
CODES = (
    ("113100", "Basic Application Confidentiality Profile"),
    ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
    ("113108", "Retain Patient Characteristics Option"),
)


def _mark(_case: Case, dataset: Dataset) -> None:
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = METHOD
    dataset.DeidentificationMethodCodeSequence = Sequence([_coded(*code) for code in CODES])
    dataset.LongitudinalTemporalInformationModified = "MODIFIED"


def _coded(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
    return item


MARKS = FileRule(
    "marks of de-identification",
    (
        "The file says that the patient's identity was removed, by which profile and options, and that "
        "dates were modified."
    ),
    "PS3.15 section E.1.1; (0012,0062), (0012,0063), (0012,0064), (0028,0303)",
    _mark,
)
