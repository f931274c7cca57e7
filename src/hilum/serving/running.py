"""Run the server until it is stopped."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from socket import socket
from typing import Any

import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError

from hilum.errors import WorkspaceError
from hilum.serving.settings import Settings
from hilum.serving.tables import unusable

_LAST_PORT = 65_535


def see_where(settings: Settings, certificate: Path | None, key: Path | None) -> None:
    """See that the server may listen where it shall.

    Raises:
        WorkspaceError: there is no such port, others could reach it without an account, or what TLS needs is
            not whole.
    """
    if not 1 <= settings.port <= _LAST_PORT:
        raise WorkspaceError(f"there is no port {settings.port}: name one from 1 to {_LAST_PORT} with --port")
    if not settings.accounts and not settings.listens_only_here:
        raise WorkspaceError(
            f"others could reach the workbench at {settings.host} without signing in: add --users and an "
            f"account for each person, or leave --host out"
        )
    if (certificate is None) is not (key is None):
        raise WorkspaceError("TLS needs both a certificate and its key: give --certificate and --key")


_TURN_SECONDS = 0.001
"""Threads take turns this often (Python's own: 0.005): making a long list must hold up no short answer."""


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Begin to listen, and say so."""
        await super().startup(sockets)
        if self.started:
            self._listening()


def run(
    app: FastAPI,
    settings: Settings,
    listening: Callable[[], None],
    certificate: Path | None = None,
    key: Path | None = None,
) -> None:
    """Serve until stopped.

    Args:
        app: the application.
        settings: where to listen.
        listening: is called when browsers can connect.
        certificate: of TLS, with its chain (PEM).
        key: of the certificate (PEM).

    Raises:
        HilumError: what runs beside it could not begin.
    """
    sys.setswitchinterval(_TURN_SECONDS)
    server = _Server(configuration(app, settings, certificate, key), listening)
    for name in ("uvicorn.error", "dbos"):
        logging.getLogger(name).addFilter(lambda record: server.started or _is_no_stack(record))
    try:
        server.run()
    except SystemExit:
        if getattr(app.state, "failed", None) is None:
            raise
    failed = getattr(app.state, "failed", None)
    if isinstance(failed, DBAPIError):
        raise WorkspaceError(unusable(app.state.serving.engine)) from failed
    if failed is not None:
        raise failed


def _is_no_stack(record: logging.LogRecord) -> bool:
    """Whether a line of the log may be shown: why the server did not start is told in a sentence instead."""
    text = record.getMessage()
    return not record.exc_info and "Traceback" not in text and "startup failed" not in text


def configuration(
    app: FastAPI, settings: Settings, certificate: Path | None = None, key: Path | None = None
) -> uvicorn.Config:
    """How uvicorn serves the application: without a log of addresses, which may hold what a person typed."""
    tls: dict[str, Any] = {"ssl_certfile": certificate, "ssl_keyfile": key} if certificate else {}
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        server_header=False,
        # Only a reverse proxy of this machine may say whom it asks for.
        proxy_headers=settings.public is not None,
        forwarded_allow_ips="127.0.0.1,::1",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=3,
        limit_concurrency=400,
        h11_max_incomplete_event_size=64 * 1024,
        **tls,
    )
