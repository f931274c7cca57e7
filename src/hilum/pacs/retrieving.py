"""C-GET and C-MOVE as their provider: archived objects are sent as they are kept (PS3.4 annex C.4)."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pynetdicom.association import Association
from pynetdicom.dimse_primitives import C_MOVE
from pynetdicom.presentation import build_context

from hilum.errors import HilumError, PacsError
from hilum.pacs.answering import GET, MOST_AT_ONCE, MOVE, NOT_ALLOWED, UNABLE, caller
from hilum.pacs.association import associated, status_of
from hilum.pacs.holdings import Held, Holdings, Record
from hilum.pacs.peer import Peer
from hilum.pacs.question import Question, QuestionError, chosen, decoded, question_of
from hilum.pacs.spool import has_digest
from hilum.pacs.suboperations import Suboperations

_LOG = logging.getLogger("hilum.pacs")
_TOO_BUSY, _NOWHERE_KNOWN = 0xA702, 0xA801
_MOST_KINDS = 128
_WARNINGS = (0xB000, 0xB006, 0xB007)


class RetrieveDesk:
    """Serves C-GET and C-MOVE.

    Args:
        holdings: the archive.
        record: takes one line when objects begin to leave, and one when it has ended.
        peer_of: the peer with an application entity title; None where it is not known, and nothing is
            sent there.
    """

    def __init__(self, holdings: Holdings, record: Record, peer_of: Callable[[str], Peer | None]) -> None:
        self._holdings, self._record, self._peer_of = holdings, record, peer_of
        self._free = threading.BoundedSemaphore(MOST_AT_ONCE)

    def prefer_as_kept(self, association: Any) -> None:
        """Have objects that the caller wants to be sent negotiated as they are kept, where it offers this.

        Of the transfer syntaxes of a context only one is agreed on (PS3.8 section 9.3.3); here it is the one
        in which most objects of the class are kept, for classes in which the caller is a provider of storage.
        """
        roles = association.requestor.role_selection
        kept = self._holdings.kept_syntaxes() if roles else {}
        for context in association.requestor.primitive.presentation_context_definition_list:
            role = roles.get(context.abstract_syntax)
            if role is not None and role.scp_role:
                offered = list(context.transfer_syntax)
                best = [one for one in kept.get(str(context.abstract_syntax), ()) if one in offered]
                context.transfer_syntax = [*best, *(one for one in offered if one not in best)]

    def serve(self, association: Association, request: Any, context: Any) -> None:
        """Serve one request to its end."""
        service, models = ("C-MOVE", MOVE) if isinstance(request, C_MOVE) else ("C-GET", GET)
        operations = Suboperations(association, request, context)
        line = caller(association) | {"service": service}
        if context.abstract_syntax not in models:
            operations.refuse(QuestionError(f"{service} was not agreed on", NOT_ALLOWED))
            return
        if not self._free.acquire(blocking=False):
            operations.refuse(QuestionError("too many retrievals at once", _TOO_BUSY))
            return
        try:
            self._serve(operations, line, models[context.abstract_syntax])
        except HilumError as error:
            if not isinstance(error, QuestionError):
                _LOG.warning("a retrieval was not served: %s", error)
                error = QuestionError("the archive cannot be read at the moment", UNABLE)
            self._record(line | {"objects": 0, "status": f"refused: {error}"})
            operations.refuse(error)
        finally:
            self._free.release()

    def _serve(self, operations: Suboperations, line: dict[str, str | int], root: Any) -> None:
        request = operations.request
        target: Peer | None = None
        if line["service"] == "C-MOVE":
            target = self._target(str(request.MoveDestination or "").strip())
            line["to"] = target.name
        question = chosen(question_of(decoded(request.Identifier, operations.transfer_syntax), root))
        line["level"] = question.level
        held = self._held(question)
        operations.begin(len(held))
        self._record(line | {"objects": len(held), "status": "begins"})
        try:
            if target is None:
                _send(operations.association, held, operations)
            else:
                _send_to(target, held, operations)
        finally:
            status = operations.status()
            counts = {"completed": operations.completed, "failed": len(operations.failed)}
            self._record(line | {"objects": len(held)} | counts | {"status": f"ended {status:04X}"})
        operations.end(status)

    def _target(self, title: str) -> Peer:
        peer = self._peer_of(title) if title else None
        if peer is None:
            raise QuestionError("the destination is not in peers.toml", _NOWHERE_KNOWN)
        return peer

    def _held(self, question: Question) -> list[Held]:
        return self._holdings.held(question)


def _send_to(peer: Peer, held: Sequence[Held], operations: Suboperations) -> None:
    """Send to another than the asker; what cannot be sent is counted as failed."""
    for group in _groups(held):
        kinds = dict.fromkeys((one.sop_class, one.transfer_syntax) for one in group)
        try:
            with associated(peer, [build_context(*kind) for kind in kinds]) as association:
                _send(association, group, operations)
        except PacsError as error:
            _LOG.warning("objects could not be moved: %s", error)
        if operations.over:
            return
        operations.fail_all_not_tried(group)


def _groups(held: Sequence[Held]) -> Iterator[list[Held]]:
    """Objects in groups that one association can carry."""
    group: list[Held] = []
    kinds: set[tuple[str, str]] = set()
    for one in held:
        kind = (one.sop_class, one.transfer_syntax)
        if kind not in kinds and len(kinds) == _MOST_KINDS:
            yield group
            group, kinds = [], set()
        group.append(one)
        kinds.add(kind)
    if group:
        yield group


def _send(association: Association, held: Sequence[Held], operations: Suboperations) -> None:
    own = association is operations.association
    with _abort_that_does_not_wait(association if own else None):
        for one in held:
            if operations.is_over() or not association.is_established:
                return
            operations.done(one.instance, arrived=_send_one(association, one, operations))


def _send_one(association: Association, one: Held, operations: Suboperations) -> bool:
    """Whether the object arrived: as it is kept, and only where it is still what was archived."""
    if not has_digest(one.path, one.file_sha256):
        _LOG.warning(
            "an archived object was not sent: it is not as it was written; try `hilum archive verify`"
        )
        return False
    more: dict[str, Any] = {}
    if association is not operations.association:
        asker = operations.association.requestor.ae_title
        more = {"originator_aet": asker, "originator_id": operations.request.MessageID}
    try:
        status = status_of(association.send_c_store(one.path, operations.next_message(), **more))
    except (ValueError, AttributeError, OSError, RuntimeError):
        return False  # the peer did not accept its transfer syntax, or the association has ended
    return status == 0 or status in _WARNINGS


@contextmanager
def _abort_that_does_not_wait(association: Any) -> Iterator[None]:
    """While an association serves, an abort cannot wait for the thread that serves: it is this one."""
    if association is None:
        yield
        return
    association.abort = association._abort_nonblocking  # noqa: SLF001
    try:
        yield
    finally:
        association.abort = association._abort_blocking  # noqa: SLF001
