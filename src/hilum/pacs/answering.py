"""C-FIND as its provider: our archive is asked (PS3.4 section C.4.1.3)."""

import logging
import threading
from collections.abc import Iterator
from typing import Any

from pydicom.dataset import Dataset
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    PatientRootQueryRetrieveInformationModelFind,
    PatientRootQueryRetrieveInformationModelGet,
    PatientRootQueryRetrieveInformationModelMove,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
)

from hilum.errors import HilumError
from hilum.pacs.holdings import Holdings, Record
from hilum.pacs.query import Answer, Level
from hilum.pacs.question import OUT_OF_RESOURCES, Question, QuestionError, decoded, question_of

_LOG = logging.getLogger("hilum.pacs")
NOT_ALLOWED, UNABLE, CANCELLED, PENDING, PENDING_WITHOUT_SOME_KEYS = 0x0124, 0xC000, 0xFE00, 0xFF00, 0xFF01
FIND: dict[str, Level] = {
    PatientRootQueryRetrieveInformationModelFind: "PATIENT",
    StudyRootQueryRetrieveInformationModelFind: "STUDY",
}
GET: dict[str, Level] = {
    PatientRootQueryRetrieveInformationModelGet: "PATIENT",
    StudyRootQueryRetrieveInformationModelGet: "STUDY",
}
MOVE: dict[str, Level] = {
    PatientRootQueryRetrieveInformationModelMove: "PATIENT",
    StudyRootQueryRetrieveInformationModelMove: "STUDY",
}
CONTEXTS = (*FIND, *GET, *MOVE)
MOST_AT_ONCE = 4


def caller(association: Any) -> dict[str, str | int]:
    """Who asks, for the record."""
    requestor = association.requestor
    return {"by": str(requestor.ae_title).strip(), "address": str(requestor.address or "")}


class AnswerDesk:
    """Answers C-FIND.

    Args:
        holdings: the archive.
        record: takes one line a question.
        ae_title: ours, from which what is found can be retrieved.
    """

    def __init__(self, holdings: Holdings, record: Record, ae_title: str) -> None:
        self._holdings, self._record, self._ae_title = holdings, record, ae_title
        self._free = threading.BoundedSemaphore(MOST_AT_ONCE)

    def on_find(self, event: Any) -> Iterator[tuple[Dataset | int, Dataset | None]]:
        """Answer one question: pending with each match, or one status that says why not."""
        if not self._free.acquire(blocking=False):
            yield status_of_refusal(QuestionError("too many questions at once", OUT_OF_RESOURCES)), None
            return
        try:
            yield from self._answered(event)
        finally:
            self._free.release()

    def _answered(self, event: Any) -> Iterator[tuple[Dataset | int, Dataset | None]]:
        line = caller(event.assoc) | {"service": "C-FIND"}
        try:
            context = event.context
            identifier = decoded(event.request.Identifier, context.transfer_syntax)
            question = question_of(identifier, FIND[context.abstract_syntax])
            line |= {"level": question.level}
            answers = []
            for answer in self._holdings.answers(question):
                if event.is_cancelled:
                    self._record(line | {"answers": 0, "status": "cancelled"})
                    yield CANCELLED, None
                    return
                answers.append(answer)
            self._record(line | {"answers": len(answers), "status": "answered"})
        except HilumError as error:
            yield self._refused(line, error), None
            return
        pending = PENDING_WITHOUT_SOME_KEYS if question.passed_over else PENDING
        for answer in answers:
            if event.is_cancelled:
                yield CANCELLED, None
                return
            yield pending, answer_as_dataset(question, answer, self._ae_title)

    def _refused(self, line: dict[str, str | int], error: HilumError) -> Dataset:
        if not isinstance(error, QuestionError):
            _LOG.warning("a question was not answered: %s", error)
            error = QuestionError("the archive cannot be asked at the moment", UNABLE)
        self._record(line | {"answers": 0, "status": f"refused: {error}"})
        return status_of_refusal(error)


def status_of_refusal(error: QuestionError) -> Dataset:
    """The status of an answer that is none, with its reason (Error Comment: LO, 64 characters).

    Example:
        >>> status_of_refusal(QuestionError("the question cannot be read")).ErrorComment
        'the question cannot be read'
    """
    status = Dataset()
    status.Status, status.ErrorComment = error.status, str(error)[:64]
    return status


def answer_as_dataset(question: Question, answer: Answer, ae_title: str) -> Dataset:
    r"""One answer: what was asked for, and where it can be had.

    Example:
        >>> question = Question("STUDY", {}, ("PatientID", "ModalitiesInStudy"), False)
        >>> answer = answer_as_dataset(question, {"PatientID": "P1", "ModalitiesInStudy": "CT\\PT"}, "HILUM")
        >>> list(answer.ModalitiesInStudy), answer.RetrieveAETitle
        (['CT', 'PT'], 'HILUM')
    """
    made = Dataset()
    if not all(value.isascii() for value in answer.values()):
        made.SpecificCharacterSet = "ISO_IR 192"
    made.QueryRetrieveLevel, made.RetrieveAETitle, made.InstanceAvailability = (
        question.level,
        ae_title,
        "ONLINE",
    )
    for keyword in question.wanted:
        value = answer.get(keyword, "")
        setattr(made, keyword, value.split("\\") if "\\" in value else value or None)
    return made
