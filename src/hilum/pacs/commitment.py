"""Storage commitment, push model (PS3.4 annex J): success is reported only for what is safe and intact."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pynetdicom import build_role
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    StorageCommitmentPushModel,
    StorageCommitmentPushModelInstance,
)

from hilum.dicom import quietly
from hilum.errors import PacsError
from hilum.pacs.association import associated, check_offered, status_of
from hilum.pacs.peer import Peer

_LOG = logging.getLogger("hilum.pacs")
MOST_REFERENCES = 50_000
_REQUEST, _ALL_SAFE, _SOME_NOT = 1, 1, 2
_NO_SUCH_OBJECT, _INVALID, _BUSY, _DONE = 0x0112, 0x0115, 0x0213, 0x0000
_TRIES, _PAUSE = 3, 5.0
_MOST_AT_ONCE = 8
Safe = Callable[[Iterable[str]], frozenset[str]]


class CommitmentDesk:
    """Takes requests for commitment and reports what is safe.

    The report goes out in an association of its own where the caller's address is known (`peers.toml`), else
    in the one in which the request came.

    Args:
        safe: tells which objects (by their SOP Instance UIDs) are on the disk and intact.
        peer_of: the peer with an application entity title; None where its address is not known.
    """

    def __init__(self, safe: Safe, peer_of: Callable[[str], Peer | None]) -> None:
        self._safe, self._peer_of = safe, peer_of
        self._free = threading.BoundedSemaphore(_MOST_AT_ONCE)

    def on_action(self, event: Any) -> tuple[int, None]:
        """Answer an N-ACTION; the report follows."""
        if event.action_type != _REQUEST:
            return 0x0123, None
        try:
            with quietly():
                asked = event.action_information
                transaction = str(asked.TransactionUID)
                references = [
                    (str(item.ReferencedSOPClassUID), str(item.ReferencedSOPInstanceUID))
                    for item in asked.ReferencedSOPSequence
                ]
        except Exception:  # noqa: BLE001 - a damaged request raises nearly anything
            return _INVALID, None
        if len(references) > MOST_REFERENCES or not self._free.acquire(blocking=False):
            return _BUSY, None
        title = str(event.assoc.requestor.ae_title).strip()
        arguments = (event.assoc, self._peer_of(title), transaction, references)
        threading.Thread(target=self._report, args=arguments, daemon=True).start()
        return _DONE, None

    def _report(self, association: Any, peer: Peer | None, transaction: str, references: Any) -> None:
        try:
            kind, report = report_of(transaction, references, self._safe)
            if peer is not None:
                _report_to(peer, kind, report)
            else:
                _report_within(association, kind, report)
        except Exception as error:  # noqa: BLE001 - a thread's failure is told, not lost
            _LOG.warning("a report of storage commitment was not delivered (%s)", type(error).__name__)
        finally:
            self._free.release()


def report_of(transaction: str, references: list[tuple[str, str]], safe_of: Safe) -> tuple[int, Dataset]:
    """The event type and information of a report (PS3.4 section J.3.3).

    Example:
        >>> kind, report = report_of("1.2", [("1.3", "1.4"), ("1.3", "1.5")], lambda uids: frozenset({"1.4"}))
        >>> kind, len(report.ReferencedSOPSequence), report.FailedSOPSequence[0].ReferencedSOPInstanceUID
        (2, 1, '1.5')
    """
    report = Dataset()
    report.TransactionUID = transaction
    safe, failed = [], []
    intact = safe_of([instance for _, instance in references])
    for sop_class, instance in references:
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, instance
        if instance in intact:
            safe.append(item)
        else:
            item.FailureReason = _NO_SUCH_OBJECT
            failed.append(item)
    if safe:
        report.ReferencedSOPSequence = Sequence(safe)
    if failed:
        report.FailedSOPSequence = Sequence(failed)
    return (_SOME_NOT if failed else _ALL_SAFE), report


def _report_within(association: Any, kind: int, report: Dataset) -> None:
    time.sleep(0.2)  # the answer to the request goes first
    arguments = (report, kind, StorageCommitmentPushModel, StorageCommitmentPushModelInstance)
    if association.is_established:
        association.send_n_event_report(*arguments)


def _report_to(peer: Peer, kind: int, report: Dataset) -> None:
    """Report in an association of our own, in which we are the provider (role selection, PS3.7 D.3.3.4)."""
    contexts = [build_context(StorageCommitmentPushModel)]
    roles = [build_role(StorageCommitmentPushModel, scp_role=True)]
    for attempt in range(_TRIES):
        try:
            with associated(peer, contexts, ext_neg=roles) as association:
                check_offered(peer, association, "storage commitment")
                arguments = (report, kind, StorageCommitmentPushModel, StorageCommitmentPushModelInstance)
                status, _ = association.send_n_event_report(*arguments)
                if status_of(status) == 0:
                    return
        except PacsError as error:
            _LOG.info("a report of storage commitment waits: %s", error)
        time.sleep(_PAUSE * (attempt + 1))
    _LOG.warning("a report of storage commitment was not delivered to %s", peer.name)
