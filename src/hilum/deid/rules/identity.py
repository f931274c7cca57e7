"""Who the patient is."""

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.attributes import values
from hilum.deid.case import Case
from hilum.deid.rule import ElementRule, FileRule, Verdict


def _judge(case: Case, _dataset: Dataset, element: DataElement) -> Verdict | None:
    if element.keyword == "PatientID":
        own = values(element.value)
        element.value = case.keys.patient(own[0]) if own else case.pseudonym
    elif element.keyword == "PatientName":
        element.value = case.pseudonym
    elif element.keyword == "AccessionNumber":
        own = values(element.value)
        element.value = case.keys.accession(own[0]) if own else ""
    else:
        return None
    return Verdict.KEEP


def _complete(case: Case, dataset: Dataset) -> None:
    dataset.PatientID = case.pseudonym
    dataset.PatientName = case.pseudonym
    for keyword in ("PatientBirthDate", "PatientSex", "AccessionNumber"):
        if keyword not in dataset:
            setattr(dataset, keyword, "")


PSEUDONYMS = ElementRule(
    "pseudonyms",
    (
        "PatientID and AccessionNumber are replaced by pseudonyms made with the workspace's secret key;"
        " PatientName becomes the pseudonym of PatientID. The same patient has the same pseudonym in "
        "every file."
    ),
    "PS3.15 table E.1-1, (0010,0020): Z/D, (0010,0010): Z, (0008,0050): Z",
    _judge,
)

PATIENT_MODULE = FileRule(
    "patient module",
    (
        "A file without PatientID gets a pseudonym of its own, one for each study; attributes that must"
        " be present are, without a value."
    ),
    "PS3.3 section C.7.1.1",
    _complete,
)
