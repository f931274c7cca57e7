"""The archive as others may ask about it: research identifiers only, from the index and cleaned headers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pydicom
from sqlalchemy import Connection, func, select

from hilum.archive import Archive
from hilum.archive.index import IMAGES, reading
from hilum.conduct.node_conditions import COLUMNS, conditions
from hilum.deid.attributes import values
from hilum.dicom import quietly
from hilum.pacs.attributes import ATTRIBUTES, UNIQUE
from hilum.pacs.holdings import MOST_ANSWERS, MOST_SENT, Held
from hilum.pacs.matching import Match
from hilum.pacs.query import Answer
from hilum.pacs.question import OUT_OF_RESOURCES, Question, QuestionError

_AT_ONCE = 200
_HELD = ("image", "sop_class", "instance", "transfer_syntax", "file_sha256")


class ArchiveHoldings:
    """Answers questions about an archive; the vault is never asked.

    Args:
        archive: of the workspace.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive, self._engine = archive, archive.engine

    def answers(self, question: Question) -> Iterator[Answer]:
        """What is held and matches, in the order of the unique key.

        Raises:
            QuestionError: it is more than may be answered at once.
        """
        keys = self._keys(question)
        for start in range(0, len(keys), _AT_ONCE):
            yield from self._described(question, keys[start : start + _AT_ONCE])

    def held(self, question: Question) -> list[Held]:
        """The objects that a retrieval means, series by series.

        Raises:
            QuestionError: they are more than one retrieval can count.
        """
        asked = (
            select(*(IMAGES.c[name] for name in _HELD))
            .where(*self._conditions(question))
            .order_by(IMAGES.c.patient, IMAGES.c.study, IMAGES.c.series, IMAGES.c.image)
            .limit(MOST_SENT + 1)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(asked).all()
        if len(rows) > MOST_SENT:
            raise QuestionError("these are too many objects: ask for less at once", 0xA701)
        return [Held(self._archive.path(image), *rest) for image, *rest in rows]

    def kept_syntaxes(self) -> Mapping[str, tuple[str, ...]]:
        """For each SOP class the transfer syntaxes in which objects are kept, the most frequent first."""
        columns = (IMAGES.c.sop_class, IMAGES.c.transfer_syntax)
        counted = select(*columns, func.count().label("count")).group_by(*columns)
        with reading(self._engine) as connection:
            rows = connection.execute(counted).all()
        kept: dict[str, tuple[str, ...]] = {}
        for sop_class, syntax, _ in sorted(rows, key=lambda row: (-row[2], row[1])):
            kept[sop_class] = (*kept.get(sop_class, ()), syntax)
        return kept

    def _conditions(self, question: Question) -> list[Any]:
        return list(conditions(question.matches, self._engine.dialect.name))

    def _keys(self, question: Question) -> list[str]:
        unique = _unique_column(question)
        asked = select(unique).where(*self._conditions(question)).distinct().order_by(unique)
        with reading(self._engine) as connection:
            keys = list(connection.execute(asked.limit(MOST_ANSWERS + 1)).scalars())
        if len(keys) > MOST_ANSWERS:
            raise QuestionError(f"more than {MOST_ANSWERS} answers: ask for less at once", OUT_OF_RESOURCES)
        return keys

    def _described(self, question: Question, keys: Sequence[str]) -> Iterator[Answer]:
        unique = _unique_column(question)
        first = (
            select(func.min(IMAGES.c.image))
            .where(unique.in_(keys), *self._conditions(question))
            .group_by(unique)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(select(IMAGES).where(IMAGES.c.image.in_(first)).order_by(unique))
            described = [row._asdict() for row in rows]
            told = _told_together(connection, question, unique, keys)
        for row in described:
            answer = _from_index(row) | told.get(row[unique.name], {})
            wanted = [name for name in question.wanted if ATTRIBUTES[name].source == "file"]
            if wanted:
                answer |= _from_file(self._archive.path(row["image"]), wanted)
            if _fits(question.matches, answer, wanted):
                yield answer


def _unique_column(question: Question) -> Any:
    return IMAGES.c[COLUMNS[UNIQUE[question.level]]]


def _from_index(row: Mapping[str, Any]) -> Answer:
    answer = {keyword: "" if row[name] is None else str(row[name]) for keyword, name in COLUMNS.items()}
    return answer | {"StudyDate": answer["StudyDate"].replace("-", "")}


def _told_together(
    connection: Connection, question: Question, unique: Any, keys: Sequence[str]
) -> dict[str, Answer]:
    """What is told of all objects of a patient, study or series together."""
    wanted = {name for name in question.wanted if ATTRIBUTES[name].source == "all"}
    told: dict[str, Answer] = {}
    if not wanted:
        return told
    level = {"PATIENT": "Patient", "STUDY": "Study", "SERIES": "Series"}[question.level]
    counts = (func.count(IMAGES.c.study.distinct()), func.count(IMAGES.c.series.distinct()), func.count())
    counted = select(unique, *counts).where(unique.in_(keys)).group_by(unique)
    for key, *numbers in connection.execute(counted):
        names = [f"NumberOf{level}Related{what}" for what in ("Studies", "Series", "Instances")]
        told[key] = {name: str(number) for name, number in zip(names, numbers, strict=True)}
    if wanted & {"ModalitiesInStudy", "SOPClassesInStudy"}:
        kinds = select(unique, IMAGES.c.modality, IMAGES.c.sop_class).where(unique.in_(keys)).distinct()
        found: dict[str, list[tuple[str, str]]] = {}
        for key, modality, sop_class in connection.execute(kinds):
            found.setdefault(key, []).append((modality, sop_class))
        for key, pairs in found.items():
            for name, place in (("ModalitiesInStudy", 0), ("SOPClassesInStudy", 1)):
                told[key][name] = "\\".join(sorted({pair[place] for pair in pairs if pair[place]}))
    return told


def _from_file(path: Path, keywords: Sequence[str]) -> Answer:
    """Attributes of a de-identified header; empty ones where the file cannot be read."""
    answer = dict.fromkeys(keywords, "")
    try:
        with quietly():
            header = pydicom.dcmread(path, specific_tags=list(keywords), stop_before_pixels=True)
            answer |= {name: "\\".join(values(header.get(name))) for name in keywords}
    except Exception:  # noqa: BLE001 - a damaged file raises nearly anything; `hilum archive verify` names it
        return answer
    return answer


def _fits(matches: Mapping[str, Match], answer: Answer, keywords: Sequence[str]) -> bool:
    """Whether the keys that only the header could answer fit."""
    asked = ((matches[name], name) for name in keywords if name in matches)
    return all(any(map(_comparable(match, name), answer[name].split("\\"))) for match, name in asked)


def _comparable(match: Match, keyword: str) -> Callable[[str], bool]:
    if ATTRIBUTES[keyword].form != "number":
        return match.fits

    def fits(value: str) -> bool:
        text = value.strip()
        return match.fits(str(int(text)) if text.lstrip("+-").isdecimal() else text)

    return fits
