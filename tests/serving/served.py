"""A real server in a thread of the test, and browsers and programs that use it."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI

from hilum.serving.access.entry import new_entry_token
from hilum.serving.access.passwords import hashed
from hilum.serving.access.people import add_account
from hilum.serving.app import create_app
from hilum.serving.companions import Companions
from hilum.serving.running import configuration
from hilum.serving.settings import Settings
from hilum.serving.state import Serving

MEMORY = Path("/dev/shm")
PASSWORD = "a mountain behind the hospital"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Served:
    """A server that runs."""

    app: FastAPI
    settings: Settings
    clients: ExitStack

    @property
    def serving(self) -> Serving:
        return self.app.state.serving

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    def client(self, cookies: dict[str, str] | None = None, **headers: str) -> httpx.Client:
        """A browser or program that is not signed in; it is closed with the server."""
        client = httpx.Client(base_url=self.address, headers=headers, cookies=cookies, timeout=60)
        return self.clients.enter_context(client)

    def entered(self) -> httpx.Client:
        """The browser of the single user, with the mark against forged requests."""
        client = self.client()
        answer = client.get("/enter", params={"token": new_entry_token(self.serving)})
        assert answer.status_code == 303, answer.text
        client.headers["X-CSRF-Token"] = client.get("/api/session").json()["csrf"]
        return client

    def add(self, name: str, *roles: str) -> int:
        """An account with the password of the tests."""
        with self.serving.writing() as connection:
            return add_account(connection, name, roles, hashed(PASSWORD, name))

    def signed_in(self, name: str) -> httpx.Client:
        """The browser of a person with an account."""
        client = self.client()
        answer = client.post("/api/session", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return client


@contextmanager
def in_memory(otherwise: Path) -> Iterator[Path]:
    """A folder in memory where the machine has one: elsewhere every change waits until the disk has it."""
    if not MEMORY.is_dir():
        yield otherwise
        return
    folder = Path(tempfile.mkdtemp(prefix="hilum-tests-", dir=MEMORY))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(settings: Settings, companions: Companions = ()) -> Iterator[Served]:
    """Serve as long as the block lasts; jobs run beside it where they are named."""
    settings = replace(settings, port=free_port())
    app = create_app(settings, companions)
    server = uvicorn.Server(configuration(app, settings))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 60
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            assert time.monotonic() < deadline, "the server takes too long to start"
            time.sleep(0.02)
        with ExitStack() as clients:
            yield Served(app, settings, clients)
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()


@contextmanager
def started(
    folder: Path, *options: str, environment: dict[str, str] | None = None
) -> Iterator[tuple[str, int]]:
    """`hilum serve` as a program of its own; the address that it prints, and its process."""
    command = [
        sys.executable,
        "-m",
        "hilum.cli",
        "serve",
        "--workspace",
        str(folder),
        "--port",
        str(free_port()),
    ]
    with subprocess.Popen(
        [*command, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | (environment or {}),
    ) as process:
        try:
            assert process.stdout is not None
            first, address = process.stdout.readline(), process.stdout.readline()
            assert first.startswith("hilum serves "), first + address + process.stdout.read()
            yield address.strip(), process.pid
        finally:
            process.terminate()
            process.wait(30)


def secret_in(address: str) -> str:
    """The one-time token in an address."""
    found = re.search(r"[?&]token=([\w-]+)", address)
    assert found, address
    return found[1]
