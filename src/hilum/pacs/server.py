"""The node: takes in objects, answers C-ECHO, storage commitment and questions (PS3.4 annexes A-C, J)."""

import contextlib
import logging
import threading
import time
from dataclasses import dataclass
from typing import Any

from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import evt
from pynetdicom.sop_class import StorageCommitmentPushModel, Verification  # type: ignore[attr-defined]

from hilum.pacs.allowed import Allowed
from hilum.pacs.answering import CONTEXTS, NOT_ALLOWED, AnswerDesk
from hilum.pacs.association import entity
from hilum.pacs.commitment import CommitmentDesk
from hilum.pacs.identity import instance_sent
from hilum.pacs.listening import Handlers, listening, on_close
from hilum.pacs.peer import Tls
from hilum.pacs.receiving import NOT_A_SENDER
from hilum.pacs.retrieving import RetrieveDesk
from hilum.pacs.spool import Part, Spool
from hilum.pacs.tls import server_context

_LOG = logging.getLogger("hilum.pacs")
SUCCESS, OUT_OF_RESOURCES, DOES_NOT_MATCH, CANNOT_UNDERSTAND = 0x0000, 0xA700, 0xA900, 0xC000
# A deflated data set of a few bytes can be inflated to gigabytes; nobody needs it for questions.
_SYNTAXES = [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian]


@dataclass(frozen=True)
class NodeOptions:
    """How the node is called and who may call it.

    Attributes:
        ae_title: ours; callers must use it.
        port: 0 for any that is free.
        allow: who may send; nobody where it is empty.
        query: who may ask and retrieve; nobody where it is empty.
        tls: our certificate, where connections are encrypted.
        associations: how many at once.
        address: on which of our addresses; empty for all.
        idle_seconds: after how long a silent association is ended.
    """

    ae_title: str = "HILUM"
    port: int = 11112
    allow: tuple[Allowed, ...] = ()
    tls: Tls | None = None
    associations: int = 64
    address: str = ""
    idle_seconds: float = 120.0
    query: tuple[Allowed, ...] = ()


@dataclass(frozen=True)
class Desks:
    """Who answers what, beside taking in objects; None where something is not offered.

    Attributes:
        commitment: storage commitment.
        answers: C-FIND.
        retrievals: C-GET and C-MOVE.
    """

    commitment: CommitmentDesk | None = None
    answers: AnswerDesk | None = None
    retrievals: RetrieveDesk | None = None


class StorageNode:
    """A running node.

    Args:
        options: how it is called and who may call.
        spool: takes what is received.
        desks: answer what else is asked.

    Raises:
        PacsError: the port is taken, or a certificate cannot be used.
    """

    def __init__(
        self,
        options: NodeOptions,
        spool: Spool,
        desks: Desks | None = None,
    ) -> None:
        self.options, self.spool, self.desks = options, spool, desks or Desks()
        self.received = self.refused = 0
        self._counting = threading.Lock()
        made = entity(options.ae_title)
        made.require_called_aet = True
        made.maximum_associations, made.network_timeout = options.associations, options.idle_seconds
        for service in (Verification, *self._offered()):
            made.add_supported_context(service, _SYNTAXES)
        context = None if options.tls is None else server_context(options.tls)
        handlers: Handlers = [
            (evt.EVT_REQUESTED, self._on_request),
            (evt.EVT_C_STORE, self._on_store),
            (evt.EVT_CONN_CLOSE, on_close),
        ]
        if self.desks.commitment is not None:
            handlers.append((evt.EVT_N_ACTION, self.desks.commitment.on_action))
        if self.desks.answers is not None:
            handlers.append((evt.EVT_C_FIND, self.desks.answers.on_find))
        self._server = listening(made, (options.address, options.port), context, handlers)
        self._server.spool, self._server.take_in = spool, self._take_in
        self._server.retrievals = self.desks.retrievals
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.2,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port on which it listens."""
        return int(self._server.server_address[1])

    def stop(self, seconds: float = 10.0) -> None:
        """Take no more calls, let those in progress end, and end what is left after so many seconds."""
        self._server.shutdown()
        self._wait_until_idle(seconds)
        for association in self._busy():
            association.abort(block=False)
        self._wait_until_idle(5.0)

    def _busy(self) -> list[Any]:
        """Associations that were accepted; a caller that has not said who it is yet is not waited for."""
        return [one for one in self._server.active_associations if one.is_established]

    def _wait_until_idle(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self._busy() and time.monotonic() < deadline:
            time.sleep(0.05)

    def _on_request(self, event: evt.Event) -> None:
        """Turn away who is not on the list (PS3.8 section 9.3.4: calling AE title not recognised)."""
        association: Any = event.assoc
        address = association.requestor.address or ""
        sends = asks = False
        with contextlib.suppress(ValueError):
            title = str(association.requestor.primitive.calling_ae_title).strip()
            sends = any(one.admits(title, address) for one in self.options.allow)
            asks = any(one.admits(title, address) for one in self.options.query)
        association.dimse.may_send = sends
        barred = (*(() if asks else CONTEXTS), *(() if sends else (StorageCommitmentPushModel,)))
        association.acceptor.supported_contexts = [
            context
            for context in association.acceptor.supported_contexts
            if context.abstract_syntax not in barred
        ]
        if asks and self.desks.retrievals is not None:
            self.desks.retrievals.prefer_as_kept(association)
        if not sends and not asks:
            _LOG.warning("a caller that is not on the allow-list was turned away")
            association.acse.send_reject(0x01, 0x01, 0x03)
            association.kill()

    def _offered(self) -> list[str]:
        offered = [StorageCommitmentPushModel] if self.desks.commitment else []
        return offered + (list(CONTEXTS) if self.options.query and self.desks.answers else [])

    def _on_store(self, event: evt.Event) -> int:
        """Take in an object that could not be answered at once."""
        request: Any = event.request
        part: Any = request._dataset_file  # noqa: SLF001 - put there by SpoolingProvider
        if not isinstance(part, Part):
            return CANNOT_UNDERSTAND
        return self._take_in(part, str(request.AffectedSOPInstanceUID or ""))

    def _take_in(self, part: Part, told: str) -> int:
        status = self._kept(part, told)
        with self._counting:
            self.received += status == SUCCESS
            self.refused += status != SUCCESS
        if status != SUCCESS:
            part.discard()
        return status

    def _kept(self, part: Part, told: str) -> int:
        if part.obstacle:
            _LOG.warning("an object was not taken in: %s", part.obstacle)
            return NOT_ALLOWED if part.obstacle == NOT_A_SENDER else OUT_OF_RESOURCES
        inside = instance_sent(part.path)
        if inside is not None and inside != told.strip(" \0"):
            _LOG.warning("an object was not taken in: its SOP Instance UID is not the one that was announced")
            return DOES_NOT_MATCH
        try:
            self.spool.keep(part, told)
        except OSError as error:
            _LOG.warning("an object was not taken in: %s", error.strerror)
            return OUT_OF_RESOURCES
        return SUCCESS
