"""What the routes of one running server share."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
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
