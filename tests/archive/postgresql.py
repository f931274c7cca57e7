"""A PostgreSQL server of its own for the tests, on a socket and a loopback port, gone afterwards."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pg8000.exceptions
import pg8000.native

PASSWORD = "for the tests only"
_ACCOUNT = ("--reuid=postgres", "--regid=postgres", "--clear-groups") if os.getuid() == 0 else ()
_AS_OWNER = ("setpriv", *_ACCOUNT)  # PostgreSQL refuses to run as root
_QUIET: dict[str, Any] = {
    "stdin": subprocess.DEVNULL,
    "stdout": subprocess.DEVNULL,
    "stderr": subprocess.DEVNULL,
    "cwd": "/",
}


@dataclass(frozen=True)
class Server:
    """A running server: over its socket everybody may in, over the network only with the password."""

    folder: Path
    port: int

    def new_database(self, name: str) -> str:
        """Make a database and return its URL."""
        with pg8000.native.Connection("postgres", unix_sock=self.socket) as connection:
            connection.run(f'CREATE DATABASE "{name}"')
        return f"postgresql+pg8000://postgres@/{name}?unix_sock={self.socket}"

    def over_network(self, name: str) -> str:
        return f"postgresql+pg8000://postgres@127.0.0.1:{self.port}/{name}"

    @property
    def socket(self) -> str:
        return str(self.folder / f".s.PGSQL.{self.port}")


@contextmanager
def running_server(programs: Path) -> Iterator[Server]:
    """Start a server whose databases sort by language, as most hospitals' do."""
    folder = Path(tempfile.mkdtemp(prefix="hilum-pg-"))
    server = Server(folder, _free_port())
    (folder / "password").write_text(PASSWORD)
    if os.getuid() == 0:
        for path in (folder, folder / "password"):
            shutil.chown(path, "postgres")
    data = folder / "data"
    try:
        _run(
            programs / "initdb",
            *("-D", data, "-U", "postgres", "-E", "UTF8", f"--pwfile={folder / 'password'}"),
            *("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"),
            *("--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync"),
        )
        options = ("-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200")
        command = [programs / "postgres", "-D", data, "-F", "-k", folder, "-p", server.port, *options]
        # The kernel ends the server when the tests die, however they die.
        with subprocess.Popen([*_AS_OWNER, "--pdeathsig", "INT", *map(str, command)], **_QUIET) as running:
            try:
                _wait(server)
                yield server
            finally:
                running.send_signal(signal.SIGQUIT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: Server) -> None:
    for _ in range(600):
        try:
            pg8000.native.Connection("postgres", unix_sock=server.socket).close()
        except (pg8000.exceptions.InterfaceError, pg8000.exceptions.DatabaseError):
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("PostgreSQL does not start")


def _run(*command: object) -> None:
    subprocess.run([*_AS_OWNER, *map(str, command)], check=True, timeout=120, **_QUIET)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
