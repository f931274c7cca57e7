"""A free question for studies: by patient, name, accession number, dates, kind and description."""

import re
from dataclasses import dataclass

from pydicom.dataset import Dataset
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    StudyRootQueryRetrieveInformationModelFind,
)

from hilum.errors import PacsError
from hilum.pacs.find import asked_by_dimse
from hilum.pacs.peer import Peer
from hilum.pacs.query import Answer, Level, Query, answer_of, identifier

_FEWEST_LETTERS = 2
_HANGUL = re.compile("[\uac00-\ud7a3]")


@dataclass(frozen=True)
class StudyQuestion(Query):
    """What to look for; what is empty matches everything.

    Attributes:
        patient_name: words of a name, in any writing and in the order in which the PACS has them.
        description: words that must stand in the description of the study; it is looked for among the
            answers, since a PACS need not know it as a key (PS3.4 table C.6-5).

    Raises:
        PacsError: a value is a pattern, or no date; or a name has fewer than two letters.

    Example:
        >>> StudyQuestion(patient_name="hong gildong").keys("STUDY")
        {'PatientName': '*hong*gildong*'}
        >>> StudyQuestion(patient_name="h")
        Traceback (most recent call last):
        hilum.errors.PacsError: a name of fewer than 2 letters would match nearly everybody: give more
    """

    patient_name: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if re.search(r"[*?\\=]", self.patient_name):
            raise PacsError("a name holds *, ?, = or a backslash: give words of it")
        if self.patient_name and len("".join(self._words())) < _FEWEST_LETTERS:
            raise PacsError(
                f"a name of fewer than {_FEWEST_LETTERS} letters would match nearly everybody: give more"
            )

    @property
    def is_narrow(self) -> bool:
        """Whether it names a patient, an examination or a time; a kind or a description alone does not."""
        return bool(self.patient_id or self.patient_name or self.accession or self.date_range or self.study)

    def keys(self, level: Level) -> dict[str, str]:
        """The matching keys of a level, by keyword; a name as a pattern (PS3.4 section C.2.2.2.4)."""
        found = super().keys(level)
        if level == "STUDY" and self.patient_name:
            found["PatientName"] = f"*{'*'.join(self._words())}*"
        return found

    def fits(self, level: Level, answer: Answer) -> bool:
        """Whether an answer is what was asked for, name and description as well.

        Example:
            >>> StudyQuestion(patient_name="kim").fits("STUDY", {"PatientName": "LEE^SUN"})
            False
        """
        if not self.plain.fits(level, answer):
            return False
        if self.patient_name and "PatientName" in answer and not self._is_called(answer["PatientName"]):
            return False
        told = answer.get("StudyDescription", "").casefold()
        return all(word in told for word in self.description.casefold().split())

    @property
    def plain(self) -> Query:
        """The question without name and description."""
        return Query(
            self.patient_id,
            self.accession,
            self.date_from,
            self.date_to,
            self.modalities,
            self.study,
            self.series,
        )

    def _words(self) -> list[str]:
        """Words of the name; each syllable of Hangul is one, since surname and name may stand apart."""
        words = re.split(r"[\s,^]+", self.patient_name)
        return [part for word in words if word for part in (word if _HANGUL.search(word) else [word])]

    def _is_called(self, name: str) -> bool:
        return bool(re.search(".*".join(map(re.escape, self._words())), name, re.IGNORECASE | re.DOTALL))


def ask_for_studies(peer: Peer, question: StudyQuestion) -> list[Answer]:
    """Ask a peer for studies; answers that do not fit the question are left out.

    Args:
        peer: whom to ask, by C-FIND (PS3.4 section C.4.1) or QIDO-RS (PS3.18 section 10.6).
        question: which ones.

    Returns:
        What the peer calls them; over C-FIND with the patient's name.

    Raises:
        PacsError: the peer cannot be reached or refuses, or the question would match everything.

    Example:
        >>> ask_for_studies(Peer("pacs"), StudyQuestion(modalities=("CT",)))
        Traceback (most recent call last):
        hilum.errors.PacsError: the question names no patient, accession number or dates, and would ask ...
    """
    if not question.is_narrow:
        raise PacsError(
            "the question names no patient, accession number or dates, and would ask for everything"
        )
    if peer.speaks_web:
        from hilum.pacs.web import web_find

        answers = web_find(peer, "STUDY", question)
    else:
        answers = _by_dimse(peer, question)
    return [answer for answer in answers if question.fits("STUDY", answer)]


def _by_dimse(peer: Peer, question: StudyQuestion) -> list[Answer]:
    asked = identifier("STUDY", question)
    if "PatientName" not in asked:
        asked.PatientName = ""
    return asked_by_dimse(peer, StudyRootQueryRetrieveInformationModelFind, asked, _read)


def _read(told: Dataset) -> Answer:
    return answer_of("STUDY", told) | {"PatientName": answer_of("PATIENT", told)["PatientName"]}
