"""What is answered about the archive: the attributes of each level, and where their values come from."""

from dataclasses import dataclass
from typing import Literal

from hilum.pacs.query import Level

LEVELS: tuple[Level, ...] = ("PATIENT", "STUDY", "SERIES", "IMAGE")
UNIQUE: dict[Level, str] = {
    "PATIENT": "PatientID",
    "STUDY": "StudyInstanceUID",
    "SERIES": "SeriesInstanceUID",
    "IMAGE": "SOPInstanceUID",
}
"""The unique key of each level (PS3.4 section C.6)."""

Form = Literal["text", "name", "uid", "date", "time", "number", "count"]
SAID_ALWAYS = frozenset(
    ("QueryRetrieveLevel", "SpecificCharacterSet", "RetrieveAETitle", "InstanceAvailability")
) | {"TimezoneOffsetFromUTC", "QueryRetrieveView"}
"""Part of a question or of every answer, and no keys."""


@dataclass(frozen=True)
class Attribute:
    """An attribute that can be asked for.

    Attributes:
        level: whose it is.
        form: how its values are matched (PS3.4 section C.2.2.2).
        source: `index`; `file`, the header of the de-identified file; `all`, told of all objects together.
    """

    level: Level
    form: Form
    source: Literal["index", "file", "all"]


def _of(level: Level, source: Literal["index", "file", "all"], **forms: str) -> dict[str, Attribute]:
    made = {}
    for form, keywords in forms.items():
        made.update({keyword: Attribute(level, form, source) for keyword in keywords.split()})  # type: ignore[arg-type]
    return made


ATTRIBUTES: dict[str, Attribute] = {
    **_of("PATIENT", "index", text="PatientID PatientSex", name="PatientName"),
    **_of("PATIENT", "file", date="PatientBirthDate"),
    **_of(
        "PATIENT",
        "all",
        count="NumberOfPatientRelatedStudies NumberOfPatientRelatedSeries NumberOfPatientRelatedInstances",
    ),
    **_of("STUDY", "index", uid="StudyInstanceUID", date="StudyDate", text="AccessionNumber"),
    **_of(
        "STUDY",
        "file",
        time="StudyTime",
        text="StudyID StudyDescription PatientAge",
        name="ReferringPhysicianName",
    ),
    **_of(
        "STUDY",
        "all",
        text="ModalitiesInStudy",
        uid="SOPClassesInStudy",
        count="NumberOfStudyRelatedSeries NumberOfStudyRelatedInstances",
    ),
    **_of("SERIES", "index", uid="SeriesInstanceUID", text="Modality BodyPartExamined Manufacturer"),
    **_of(
        "SERIES",
        "file",
        number="SeriesNumber",
        text="SeriesDescription ProtocolName Laterality",
        date="SeriesDate PerformedProcedureStepStartDate",
        time="SeriesTime PerformedProcedureStepStartTime",
    ),
    **_of("SERIES", "all", count="NumberOfSeriesRelatedInstances"),
    **_of(
        "IMAGE",
        "index",
        uid="SOPInstanceUID SOPClassUID AvailableTransferSyntaxUID",
        text="PhotometricInterpretation",
        number="Rows Columns NumberOfFrames",
    ),
    **_of(
        "IMAGE",
        "file",
        number="InstanceNumber AcquisitionNumber",
        text="ImageType ViewPosition ImageLaterality",
        date="ContentDate AcquisitionDate",
        time="ContentTime AcquisitionTime",
    ),
}
"""By keyword; PatientName is the research identifier, as in the files themselves."""


def above(level: Level) -> tuple[Level, ...]:
    """A level and those above it.

    Example:
        >>> above("STUDY")
        ('PATIENT', 'STUDY')
    """
    return LEVELS[: LEVELS.index(level) + 1]


def told_at(keyword: str, level: Level) -> bool:
    """Whether an attribute is known at a level: its own ones and those above; counts at their own only.

    Example:
        >>> told_at("PatientID", "IMAGE"), told_at("Modality", "STUDY")
        (True, False)
    """
    attribute = ATTRIBUTES.get(keyword)
    if attribute is None or attribute.level not in above(level):
        return False
    return attribute.source != "all" or attribute.level == level
