"""What is asked of a PACS and what it answers (PS3.4 annex C)."""

import re
from dataclasses import dataclass
from typing import Literal

from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from hilum.errors import PacsError

Level = Literal["PATIENT", "STUDY", "SERIES", "IMAGE"]
_ASKED: dict[Level, tuple[str, ...]] = {
    "PATIENT": ("PatientID", "PatientName", "PatientBirthDate", "PatientSex"),
    "STUDY": (
        "StudyInstanceUID",
        "PatientID",
        "AccessionNumber",
        "StudyDate",
        "StudyTime",
        "StudyDescription",
        "ModalitiesInStudy",
        "NumberOfStudyRelatedInstances",
    ),
    "SERIES": (
        "StudyInstanceUID",
        "SeriesInstanceUID",
        "Modality",
        "SeriesNumber",
        "SeriesDescription",
        "NumberOfSeriesRelatedInstances",
    ),
    "IMAGE": ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID", "InstanceNumber"),
}
_WILD = re.compile(r"[*?\\]")
_DATE = re.compile(r"\d{8}")
_UID = re.compile(r"[0-9.]{1,64}")
Answer = dict[str, str]
"""Keyword to value, as text; several values are joined by a backslash."""


@dataclass(frozen=True)
class Query:
    """What to look for; what is empty matches everything.

    Attributes:
        patient_id: the hospital's.
        accession: the hospital's.
        date_from: first study date, YYYYMMDD.
        date_to: last study date, YYYYMMDD.
        modalities: any of these.
        study: Study Instance UID.
        series: Series Instance UID.

    Raises:
        PacsError: a value is a pattern, or no date or UID; nothing is asked that could match more than meant.

    Example:
        >>> Query(patient_id="0012*")
        Traceback (most recent call last):
        hilum.errors.PacsError: a patient identifier holds *, ? or a backslash, which would ask for ...
    """

    patient_id: str = ""
    accession: str = ""
    date_from: str = ""
    date_to: str = ""
    modalities: tuple[str, ...] = ()
    study: str = ""
    series: str = ""

    def __post_init__(self) -> None:
        for what, value in (
            ("a patient identifier", self.patient_id),
            ("an accession number", self.accession),
        ):
            if _WILD.search(value):
                raise PacsError(f"{what} holds *, ? or a backslash, which would ask for many patients")
        if any(_WILD.search(modality) for modality in self.modalities):
            raise PacsError("a modality holds *, ? or a backslash: name it, such as CT")
        if any(day and not _DATE.fullmatch(day) for day in (self.date_from, self.date_to)):
            raise PacsError("a date is not of the form YYYYMMDD")
        if any(uid and not _UID.fullmatch(uid) for uid in (self.study, self.series)):
            raise PacsError("a unique identifier holds something other than digits and dots")

    @property
    def date_range(self) -> str:
        """The dates as a range match (PS3.4 section C.2.2.2.5).

        Example:
            >>> Query(date_from="20240101", date_to="20240131").date_range
            '20240101-20240131'
        """
        if not self.date_from and not self.date_to:
            return ""
        return self.date_from if self.date_from == self.date_to else f"{self.date_from}-{self.date_to}"

    def keys(self, level: Level) -> dict[str, str]:
        """The matching keys of a level, by keyword."""
        given = {"StudyInstanceUID": self.study, "SeriesInstanceUID": self.series}
        if level in ("PATIENT", "STUDY"):
            given["PatientID"] = self.patient_id
        if level == "STUDY":
            given |= {"AccessionNumber": self.accession, "StudyDate": self.date_range}
            if len(self.modalities) == 1:
                given["ModalitiesInStudy"] = self.modalities[0]
        if level == "SERIES" and len(self.modalities) == 1:
            given["Modality"] = self.modalities[0]
        return {keyword: value for keyword, value in given.items() if value}

    def fits(self, level: Level, answer: Answer) -> bool:
        """Whether an answer is what was asked for: some PACS pass over keys that they do not know.

        Example:
            >>> Query(patient_id="00123").fits("STUDY", {"PatientID": "00124"})
            False
        """
        for keyword, value in self.keys(level).items():
            if keyword not in ("StudyDate", "ModalitiesInStudy", "Modality") and answer.get(keyword) != value:
                return False
        if level == "STUDY" and not self._in_window(answer.get("StudyDate", "")):
            return False
        held = answer.get("ModalitiesInStudy" if level == "STUDY" else "Modality", "").split("\\")
        asked = level in ("STUDY", "SERIES") and bool(self.modalities) and any(held)
        return not asked or bool(set(held) & set(self.modalities))

    def _in_window(self, day: str) -> bool:
        if not self.date_from and not self.date_to:
            return True
        return len(day) == 8 and (self.date_from or "0") <= day <= (self.date_to or "9")


def identifier(level: Level, query: Query) -> Dataset:
    """The data set of a C-FIND request.

    Example:
        >>> identifier("STUDY", Query(patient_id="00123")).PatientID
        '00123'
    """
    asked = Dataset()
    if not all(value.isascii() for value in query.keys(level).values()):
        asked.SpecificCharacterSet = "ISO_IR 192"
    asked.QueryRetrieveLevel = level
    for keyword in _ASKED[level]:
        setattr(asked, keyword, "")
    for keyword, value in query.keys(level).items():
        setattr(asked, keyword, value)
    return asked


def answer_of(level: Level, dataset: Dataset) -> Answer:
    """The values of one answer, as text.

    Example:
        >>> answer_of("PATIENT", identifier("PATIENT", Query(patient_id="00123")))["PatientID"]
        '00123'
    """
    declared = "SpecificCharacterSet" in dataset and bool(dataset.SpecificCharacterSet)
    answer = {}
    for keyword in _ASKED[level]:
        value = dataset.get(keyword)
        parts = value if isinstance(value, MultiValue) else [value]
        text = "\\".join(str(part).strip(" \0") for part in parts if part is not None)
        answer[keyword] = text if declared else _guessed(text)
    return answer


def _guessed(text: str) -> str:
    """Text whose character set the PACS did not say: pydicom took its bytes for Latin-1."""
    if text.isascii():
        return text
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError:
        return text
    for encoding in ("utf-8", "cp949"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return text
