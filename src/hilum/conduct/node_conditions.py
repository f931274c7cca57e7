"""From the keys of a question to conditions on the index, the same on every database."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from hilum.archive.index import IMAGES
from hilum.pacs.attributes import ATTRIBUTES
from hilum.pacs.matching import Match

COLUMNS: Mapping[str, str] = {
    "PatientID": "patient",
    "PatientName": "patient",
    "PatientSex": "sex",
    "StudyInstanceUID": "study",
    "StudyDate": "study_date",
    "AccessionNumber": "accession",
    "SeriesInstanceUID": "series",
    "Modality": "modality",
    "BodyPartExamined": "body_part",
    "Manufacturer": "manufacturer",
    "SOPInstanceUID": "instance",
    "SOPClassUID": "sop_class",
    "AvailableTransferSyntaxUID": "transfer_syntax",
    "PhotometricInterpretation": "photometric",
    "Rows": "rows",
    "Columns": "columns",
    "NumberOfFrames": "frames",
}
"""Where the index keeps the attributes whose source it is."""
_IN_STUDY = {"ModalitiesInStudy": "modality", "SOPClassesInStudy": "sop_class"}


def conditions(matches: Mapping[str, Match], dialect: str) -> list[ColumnElement[bool]]:
    """What rows of the index must be like; keys that only a file's header can answer are left out.

    Args:
        matches: of the question, by keyword.
        dialect: `sqlite` or `postgresql`.

    Example:
        >>> [str(one) for one in conditions({"StudyDate": Match("range", ("20240101", ""))}, "sqlite")]
        ['images.study_date >= :study_date_1']
    """
    made = []
    for keyword, match in matches.items():
        if keyword in COLUMNS:
            made.append(_condition(IMAGES.c[COLUMNS[keyword]], keyword, match, dialect))
        elif keyword in _IN_STUDY:
            inner = _condition(IMAGES.c[_IN_STUDY[keyword]], keyword, match, dialect)
            made.append(IMAGES.c.study.in_(select(IMAGES.c.study).where(inner)))
    return made


def _condition(column: Any, keyword: str, match: Match, dialect: str) -> ColumnElement[bool]:
    if match.kind == "one of":
        number = ATTRIBUTES[keyword].form == "number"
        return column.in_([int(value) for value in match.values] if number else match.values)  # type: ignore[no-any-return]
    if match.kind == "pattern":
        return or_(*(_like(column, pattern, dialect) for pattern in match.values))
    first, last = (_iso(end) for end in match.values)
    ends = [column >= first] if first else [column != ""]
    return and_(*ends, *([column <= last] if last else []))


def _like(column: Any, pattern: str, dialect: str) -> Any:
    if dialect == "sqlite":  # its LIKE takes small and capital letters for the same
        return column.op("GLOB", is_comparison=True)(pattern.replace("[", "[[]"))
    for letter in "\\%_":
        pattern = pattern.replace(letter, "\\" + letter)
    return column.like(pattern.replace("*", "%").replace("?", "_"), escape="\\")


def _iso(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else ""
