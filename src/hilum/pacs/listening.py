"""Accepting callers: their sockets and messages have limits, and nobody keeps others waiting."""

import contextlib
import logging
import socket
import ssl
from collections.abc import Callable
from typing import Any

from pynetdicom import evt
from pynetdicom.association import Association
from pynetdicom.dimse_primitives import C_GET, C_MOVE
from pynetdicom.transport import RequestHandler, ThreadedAssociationServer

from hilum.errors import PacsError
from hilum.pacs.receiving import LimitedSocket, SpoolingProvider, TakeIn
from hilum.pacs.retrieving import RetrieveDesk
from hilum.pacs.spool import Spool

_LOG = logging.getLogger("hilum.pacs")
_HANDSHAKE_SECONDS = 15.0
Handlers = list[tuple[Any, Callable[..., Any]]]


class _Handler(RequestHandler):
    """Prepares an association: its socket and its messages have limits."""

    def _create_association(self) -> Association:
        association = super()._create_association()
        server: Any = self.server
        association.dul.event_queue.get_nowait()  # the next line says once more that there is a connection
        association.dul.socket = LimitedSocket(association, client_socket=self.request)
        association.dul._run_loop_delay = 0.0  # noqa: SLF001 - the socket waits instead, and wakes at once
        association.dimse = SpoolingProvider(association, server.spool, server.take_in)
        _serve_retrievals(association, server.retrievals)
        return association


class Server(ThreadedAssociationServer):
    """Accepts callers; one that dawdles over its TLS handshake does not keep others waiting."""

    daemon_threads = True
    spool: Spool
    take_in: TakeIn
    retrievals: RetrieveDesk | None

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a caller, and leave its TLS handshake to its own thread."""
        assert self.socket is not None
        return self.socket.accept()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Encrypt where this is demanded, and begin the association."""
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
        """Say that a connection failed, without what it sent."""
        _LOG.warning("a connection failed before its association began")


def _serve_retrievals(association: Any, desk: RetrieveDesk | None) -> None:
    """Serve C-GET and C-MOVE ourselves; pynetdicom would decode each object and write it anew."""
    usual = association._serve_request  # noqa: SLF001 - it has no public name

    def serve(message: Any, context_id: int) -> None:
        if desk is None or not isinstance(message, C_GET | C_MOVE):
            usual(message, context_id)
        elif message.is_valid_request and context_id in association._accepted_cx:  # noqa: SLF001
            association.dimse.cancel_req, association._is_paused = {}, True  # noqa: SLF001
            try:
                desk.serve(association, message, association._accepted_cx[context_id])  # noqa: SLF001
            except Exception as error:  # noqa: BLE001 - what nobody foresaw ends one association, not the node
                _LOG.warning("a retrieval broke off (%s)", type(error).__name__)
                association._abort_nonblocking()  # noqa: SLF001
            association._is_paused = False  # noqa: SLF001
        association.dul._idle_timer.restart()  # noqa: SLF001 - who waited for answers was not idle

    association._serve_request = serve  # noqa: SLF001


def on_close(event: evt.Event) -> None:
    """Forget what was on its way when a connection ended."""
    if isinstance(event.assoc.dimse, SpoolingProvider):
        event.assoc.dimse.give_up()


def listening(
    made: Any, where: tuple[str, int], context: ssl.SSLContext | None, handlers: Handlers
) -> Server:
    """A server that accepts callers once it is told to serve.

    Args:
        made: our application entity.
        where: address and port.
        context: for encrypted connections; None for open ones.
        handlers: of pynetdicom's events.

    Raises:
        PacsError: the port is taken.
    """
    try:
        server = made.make_server(
            where,
            ssl_context=context,
            evt_handlers=handlers,
            server_class=Server,
            request_handler=_Handler,
        )
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "no such port"
        raise PacsError(f"the node cannot listen on port {where[1]} ({reason}): choose another") from None
    made._servers.append(server)  # noqa: SLF001 - shutdown() takes it out of this list
    assert isinstance(server, Server)
    return server
