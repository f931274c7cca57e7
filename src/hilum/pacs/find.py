"""C-FIND: what a PACS holds (PS3.4 section C.4.1)."""

from collections.abc import Callable

from pydicom.dataset import Dataset
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    PatientRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelFind,
)

from hilum.dicom import quietly
from hilum.errors import PacsError
from hilum.pacs.association import associated, check_offered, refused, status_of
from hilum.pacs.peer import Peer
from hilum.pacs.query import Answer, Level, Query, answer_of, identifier

MOST_ANSWERS = 20_000
_PENDING = (0xFF00, 0xFF01)


def find(peer: Peer, level: Level, query: Query) -> list[Answer]:
    """Ask a peer what it holds; answers that do not fit the question are left out.

    Args:
        peer: whom to ask, by C-FIND or QIDO-RS.
        level: of what: patients, studies, series or images.
        query: which ones; at least one key must be given.

    Raises:
        PacsError: the peer cannot be reached or refuses, or the question would match everything.

    Example:
        >>> find(Peer("pacs"), "STUDY", Query())
        Traceback (most recent call last):
        hilum.errors.PacsError: the question names no patient, accession number, date or study, ...
    """
    if not query.keys(level):
        raise PacsError(
            "the question names no patient, accession number, date or study, and would ask for everything"
        )
    if peer.speaks_web:
        from hilum.pacs.web import web_find

        answers = web_find(peer, level, query)
    else:
        answers = _dimse_find(peer, level, query)
    return [answer for answer in answers if query.fits(level, answer)]


def _dimse_find(peer: Peer, level: Level, query: Query) -> list[Answer]:
    patient = level == "PATIENT"
    model = (
        PatientRootQueryRetrieveInformationModelFind
        if patient
        else StudyRootQueryRetrieveInformationModelFind
    )
    return asked_by_dimse(peer, model, identifier(level, query), lambda found: answer_of(level, found))


def asked_by_dimse(
    peer: Peer, model: str, question: Dataset, read: Callable[[Dataset], Answer]
) -> list[Answer]:
    """The answers of a peer to a C-FIND request.

    Args:
        peer: whom to ask.
        model: SOP class of the question.
        question: its identifier.
        read: takes what is needed from an answer.

    Raises:
        PacsError: the peer cannot be reached or refuses, has too many answers, or one cannot be read.
    """
    answers: list[Answer] = []
    with quietly(), associated(peer, [build_context(model)]) as association:
        check_offered(peer, association, "C-FIND")
        for status, found in association.send_c_find(question, model):
            code = status_of(status)
            if code in _PENDING:
                answers.append(_read(peer, found, read))
            elif code != 0:
                raise refused(peer, "C-FIND", code)
            if len(answers) > MOST_ANSWERS:
                raise PacsError(
                    f"{peer.name} has more than {MOST_ANSWERS} answers: ask for less, such as fewer days"
                )
    return answers


def _read(peer: Peer, found: Dataset | None, read: Callable[[Dataset], Answer]) -> Answer:
    try:
        return read(found if found is not None else Dataset())
    except Exception:  # noqa: BLE001 - a damaged answer raises nearly anything
        raise PacsError(f"{peer.name} gave an answer that cannot be read: ask its administrator") from None
