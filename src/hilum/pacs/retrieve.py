"""C-MOVE and C-GET: having a peer send what it holds (PS3.4 sections C.4.2 and C.4.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydicom.dataset import Dataset
from pydicom.uid import (
    JPEG2000,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)
from pynetdicom import build_role, evt
from pynetdicom.presentation import PresentationContext, build_context
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
)

from hilum.dicom import quietly
from hilum.errors import PacsError
from hilum.pacs.association import associated, check_offered, refused, status_of
from hilum.pacs.identity import instance_sent
from hilum.pacs.peer import Peer
from hilum.pacs.spool import Spool

_PENDING = (0xFF00, 0xFF01)
_PARTLY = 0xB000
_MOST_CONTEXTS = 127
_LOSSLESS = (JPEGLosslessSV1, JPEG2000Lossless, JPEGLSLossless, RLELossless)
_LOSSY = (JPEGBaseline8Bit, JPEGExtended12Bit, JPEG2000)
COMMON_CLASSES = (
    "1.2.840.10008.5.1.4.1.1.1",  # CR
    "1.2.840.10008.5.1.4.1.1.1.1",  # DX
    "1.2.840.10008.5.1.4.1.1.2",  # CT
    "1.2.840.10008.5.1.4.1.1.4",  # MR
    "1.2.840.10008.5.1.4.1.1.7",  # secondary capture
    "1.2.840.10008.5.1.4.1.1.20",  # NM
    "1.2.840.10008.5.1.4.1.1.128",  # PET
)


@dataclass(frozen=True)
class Retrieved:
    """What a peer says of its sending.

    Attributes:
        completed: objects that were sent and taken in.
        failed: objects that were not.
    """

    completed: int
    failed: int


def move(peer: Peer, study: str, series: str = "") -> Retrieved:
    """Have a peer send a study or series to our own AE title (`own_ae_title`), where a node must listen.

    Raises:
        PacsError: the peer cannot be reached, refuses, or does not know our AE title.
    """
    model = StudyRootQueryRetrieveInformationModelMove
    with quietly(), associated(peer, [build_context(model)]) as association:
        check_offered(peer, association, "C-MOVE")
        answers = association.send_c_move(_identifier(study, series), peer.own_ae_title, model)
        return _outcome(peer, "C-MOVE", answers)


def get(peer: Peer, spool: Spool, study: str, series: str = "", classes: Sequence[str] = ()) -> Retrieved:
    """Have a peer send a study or series over the same association, into the spool.

    Args:
        peer: who holds it.
        spool: takes the objects in.
        study: its Study Instance UID.
        series: a Series Instance UID; empty for the whole study.
        classes: the SOP classes that are in it, where they are known.

    Raises:
        PacsError: the peer cannot be reached or refuses.
    """
    model = StudyRootQueryRetrieveInformationModelGet
    wanted = list(dict.fromkeys(classes or COMMON_CLASSES))
    contexts = [build_context(model), *_storage_contexts(wanted)]
    named = dict.fromkeys(str(context.abstract_syntax) for context in contexts[1:])
    roles = [build_role(name, scp_role=True) for name in named]
    handlers = [(evt.EVT_C_STORE, _taker(spool))]
    with quietly(), associated(peer, contexts, ext_neg=roles, evt_handlers=handlers) as association:
        check_offered(peer, association, "C-GET")
        return _outcome(peer, "C-GET", association.send_c_get(_identifier(study, series), model))


def _storage_contexts(classes: Sequence[str]) -> list[PresentationContext]:
    """One context a class and transfer syntax, so that the peer can send what it holds as it holds it."""
    made = []
    for syntaxes in (
        (ExplicitVRLittleEndian, ImplicitVRLittleEndian),
        *((one,) for one in _LOSSLESS + _LOSSY),
    ):
        made += [build_context(name, list(syntaxes)) for name in classes]
    return made[:_MOST_CONTEXTS]


def _taker(spool: Spool) -> Any:
    def take(event: Any) -> int:
        part = spool.part()
        part.write(event.encoded_dataset())
        if part.obstacle:
            part.discard()
            return 0xA700
        told = str(event.request.AffectedSOPInstanceUID).strip(" \0")
        if instance_sent(part.path) not in (None, told):
            part.discard()
            return 0xA900
        try:
            spool.keep(part, told)
        except OSError:
            return 0xA700
        return 0x0000

    return take


def _identifier(study: str, series: str) -> Dataset:
    asked = Dataset()
    asked.QueryRetrieveLevel = "SERIES" if series else "STUDY"
    asked.StudyInstanceUID = study
    if series:
        asked.SeriesInstanceUID = series
    return asked


def _outcome(peer: Peer, service: str, answers: Any) -> Retrieved:
    completed = failed = 0
    for status, _ in answers:
        code = status_of(status)
        completed = int(getattr(status, "NumberOfCompletedSuboperations", None) or completed)
        failed = int(getattr(status, "NumberOfFailedSuboperations", None) or failed)
        if code in _PENDING:
            continue
        if code is None and service == "C-MOVE":
            raise PacsError(
                f"{peer.name} broke off C-MOVE: see that it knows our AE title {peer.own_ae_title} with this "
                f"machine's address and port {peer.own_port}"
            )
        if code not in (0, _PARTLY):
            raise refused(peer, service, code)
    return Retrieved(completed, failed)
