"""What the routes of one running server share."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from fastapi import Request
from sqlalchemy import Connection, Engine

from hilum.archive import Workspace
from hilum.serving import tables
from hilum.serving.audit import AuditLog
from hilum.serving.settings import Settings


@dataclass(frozen=True)
class Serving:
    """A running server.

    Attributes:
        settings: how it serves.
        engine: its database.
        audit: its audit log.
        kept: what a room of the server keeps as long as it runs, by the room's name.
    """

    settings: Settings
    engine: Engine
    audit: AuditLog
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def workspace(self) -> Workspace:
        """The workspace that it works in."""
        return self.settings.workspace

    @cached_property
    def cookie(self) -> str:
        """The name of the cookie that holds a session: one of this database's own.

        Browsers send a host's cookies to all its ports, so two workbenches of one host would sign each other
        out. Over TLS the name says that no other host may have set it (RFC 6265bis, section 4.1.3.2).
        """
        prefix = "__Host-" if self.settings.secure_cookie else ""
        return f"{prefix}hilum_session_{self._mark}"

    @cached_property
    def attempt_cookie(self) -> str:
        """The name of the cookie that ties a sign-in by a provider to the browser that began it."""
        prefix = "__Secure-" if self.settings.secure_cookie else ""
        return f"{prefix}hilum_oidc_{self._mark}"

    @cached_property
    def _mark(self) -> str:
        return tables.mark_of(self.engine)

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that only looks."""
        return tables.reading(self.engine)

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that changes something; keep it short."""
        return tables.writing(self.engine)


def serving(request: Request) -> Serving:
    """The server that answers a request; also a dependency of routes."""
    found = request.app.state.serving
    assert isinstance(found, Serving)
    return found
