"""The storage node: answers C-ECHO and storage commitment, and takes in objects (PS3.4 annexes A, B, J)."""

import contextlib
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pynetdicom import evt
from pynetdicom.association import Association
from pynetdicom.sop_class import StorageCommitmentPushModel, Verification  # type: ignore[attr-defined]
from pynetdicom.transport import RequestHandler, ThreadedAssociationServer

from hilum.errors import PacsError
from hilum.pacs.allowed import Allowed
from hilum.pacs.association import entity
from hilum.pacs.commitment import CommitmentDesk
from hilum.pacs.identity import instance_sent
from hilum.pacs.peer import Tls
from hilum.pacs.receiving import LimitedSocket, SpoolingProvider, TakeIn
from hilum.pacs.spool import Part, Spool
from hilum.pacs.tls import server_context

_LOG = logging.getLogger("hilum.pacs")
SUCCESS, OUT_OF_RESOURCES, DOES_NOT_MATCH, CANNOT_UNDERSTAND = 0x0000, 0xA700, 0xA900, 0xC000
_HANDSHAKE_SECONDS = 15.0
Handlers = list[tuple[Any, Callable[..., Any]]]


@dataclass(frozen=True)
class NodeOptions:
    """How the node is called and who may call it.

    Attributes:
        ae_title: ours; callers must use it.
        port: 0 for any that is free.
        allow: who may call; nobody where it is empty.
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


class _Handler(RequestHandler):
    """Prepares an association: its socket and its messages have limits."""

    def _create_association(self) -> Association:
        association = super()._create_association()
        server: Any = self.server
        association.dul.event_queue.get_nowait()  # the next line says once more that there is a connection
        association.dul.socket = LimitedSocket(association, client_socket=self.request)
        association.dul._run_loop_delay = 0.0  # noqa: SLF001 - the socket waits instead, and wakes at once
        association.dimse = SpoolingProvider(association, server.spool, server.take_in)
        return association


class _Server(ThreadedAssociationServer):
    """Accepts callers; one that dawdles over its TLS handshake does not keep others waiting."""

    daemon_threads = True
    spool: Spool
    take_in: TakeIn

    def get_request(self) -> tuple[socket.socket, Any]:
        assert self.socket is not None
        return self.socket.accept()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            request.settimeout(_HANDSHAKE_SECONDS)
            if self.ssl_context is not None:
                request = self.ssl_context.wrap_socket(request, server_side=True)
            request.settimeout(self.ae.network_timeout)
        except (OSError, ssl.SSLError):
            _LOG.info("a caller did not complete its TLS handshake")
            with contextlib.suppress(OSError):
                request.close()
            return
        super().process_request_thread(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        _LOG.warning("a connection failed before its association began")


class StorageNode:
    """A running node.

    Args:
        options: how it is called and who may call.
        spool: takes what is received.
        desk: answers storage commitment; None where it is not offered.
        more: further contexts and their handlers, such as those of queries.

    Raises:
        PacsError: the port is taken, or a certificate cannot be used.
    """

    def __init__(
        self,
        options: NodeOptions,
        spool: Spool,
        desk: CommitmentDesk | None = None,
        more: tuple[Sequence[str], Handlers] = ((), []),
    ) -> None:
        self.options, self.spool, self.desk = options, spool, desk
        self.received = self.refused = 0
        made = entity(options.ae_title)
        made.require_called_aet = True
        made.maximum_associations, made.network_timeout = options.associations, options.idle_seconds
        for service in (Verification, *more[0], *([StorageCommitmentPushModel] if desk else [])):
            made.add_supported_context(service)
        context = None if options.tls is None else server_context(options.tls)
        handlers: Handlers = [
            (evt.EVT_REQUESTED, self._on_request),
            (evt.EVT_C_STORE, self._on_store),
            (evt.EVT_CONN_CLOSE, _on_close),
            *more[1],
        ]
        if desk is not None:
            handlers.append((evt.EVT_N_ACTION, desk.on_action))
        self._server = _serve(made, options, context, handlers)
        self._server.spool, self._server.take_in = spool, self._take_in
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

    def _busy(self) -> list[Association]:
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
        try:
            title = str(association.requestor.primitive.calling_ae_title).strip()
            welcome = any(one.admits(title, address) for one in self.options.allow)
        except ValueError:
            welcome = False
        if not welcome:
            _LOG.warning("a caller that is not on the allow-list was turned away")
            association.acse.send_reject(0x01, 0x01, 0x03)
            association.kill()

    def _on_store(self, event: evt.Event) -> int:
        """Take in an object that could not be answered at once."""
        request: Any = event.request
        part: Any = request._dataset_file  # noqa: SLF001 - put there by SpoolingProvider
        if not isinstance(part, Part):
            return CANNOT_UNDERSTAND
        return self._take_in(part, str(request.AffectedSOPInstanceUID or ""))

    def _take_in(self, part: Part, told: str) -> int:
        status = self._kept(part, told)
        if status == SUCCESS:
            self.received += 1
        else:
            part.discard()
            self.refused += 1
        return status

    def _kept(self, part: Part, told: str) -> int:
        if part.obstacle:
            _LOG.warning("an object was not taken in: %s", part.obstacle)
            return OUT_OF_RESOURCES
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


def _on_close(event: evt.Event) -> None:
    if isinstance(event.assoc.dimse, SpoolingProvider):
        event.assoc.dimse.give_up()


def _serve(made: Any, options: NodeOptions, context: ssl.SSLContext | None, handlers: Handlers) -> _Server:
    try:
        server = made.make_server(
            (options.address, options.port),
            ssl_context=context,
            evt_handlers=handlers,
            server_class=_Server,
            request_handler=_Handler,
        )
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "no such port"
        raise PacsError(f"the node cannot listen on port {options.port} ({reason}): choose another") from None
    made._servers.append(server)  # noqa: SLF001 - shutdown() takes it out of this list
    assert isinstance(server, _Server)
    return server
