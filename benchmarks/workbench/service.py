"""A workbench that is served: the program as people start it, and browsers of people who are signed in."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from hilum.archive import Workspace
from hilum.serving import tables
from hilum.serving.audit import AuditLog
from hilum.serving.settings import Settings
from hilum.serving.state import Serving


@dataclass(frozen=True)
class Service:
    """A running server.

    Attributes:
        address: where it answers.
        process: its number.
        cookie: the name of the cookie of a session.
        sessions: the secret of a session of each role.
    """

    address: str
    process: int
    cookie: str
    sessions: dict[str, str]

    def cookies(self, role: str) -> dict[str, str]:
        """What the browser of a person sends."""
        return {self.cookie: self.sessions[role]}

    def processor_seconds(self) -> float:
        """Processor time that the server has used."""
        fields = Path(f"/proc/{self.process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100


def not_served(workspace: Workspace, database: str | None) -> Serving:
    """Database and log of a workbench that nobody serves yet."""
    settings = Settings(workspace, accounts=True, database=database)
    engine = tables.opened(settings)
    return Serving(settings, engine, AuditLog.open(engine, settings.folder))


@contextmanager
def served(here: Serving, sessions: dict[str, str]) -> Iterator[Service]:
    """Serve a workbench as long as the block lasts."""
    port = free_port()
    command = [sys.executable, "-m", "hilum.cli", "serve", "--users", "--port", str(port)]
    command += ["--workspace", str(here.workspace.root)]
    command += ["--database", here.settings.database] if here.settings.database else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            if not server.stdout.readline().startswith("hilum serves"):
                raise RuntimeError("the workbench did not start")
            yield Service(f"http://127.0.0.1:{port}", server.pid, here.cookie, sessions)
        finally:
            server.terminate()


@contextmanager
def bare_route() -> Iterator[str]:
    """The address of a route of FastAPI that does nothing, served by the same program as the workbench."""
    port = free_port()
    with subprocess.Popen([sys.executable, "-c", _BARE, str(port)]) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(600):
                try:
                    httpx.get(f"{address}/bare")
                    break
                except httpx.ConnectError:
                    time.sleep(0.1)
            yield address
        finally:
            server.terminate()


_BARE = """
import sys, uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.get("/bare")
def bare() -> dict[str, str]:
    return {"status": "ok"}
uvicorn.run(app, port=int(sys.argv[1]), log_level="error")
"""


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
