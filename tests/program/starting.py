"""Start `hilum` as a process of its own, without waiting for its libraries each time; see `waiting`."""

import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

from program import waiting

HILUM = Path(sys.executable).with_name("hilum")
Done = subprocess.CompletedProcess[str]


def started(
    *arguments: object,
    folder: Path | None = None,
    timeout: float = 240,
    environment: Mapping[str, str] | None = None,
) -> Done:
    """Start `hilum` and wait for it, as `subprocess.run` does.

    Commands that are started so set their words in one order: where two runs are compared byte by byte, start
    one of them with `started_alone`.

    Args:
        arguments: what a person types after `hilum`.
        folder: where it is started; here, if None.
        timeout: in seconds; then it is killed.
        environment: more of it.

    Raises:
        subprocess.TimeoutExpired: it took too long.
    """
    words = [str(HILUM), *map(str, arguments)]
    told = {
        "arguments": words,
        "folder": str(folder or Path.cwd()),
        "environment": _environment(environment),
    }
    content = json.dumps(told).encode()
    with (
        socket.socket(socket.AF_UNIX) as here,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
        Path(os.devnull).open("rb") as nothing,
    ):
        here.settimeout(timeout)
        here.connect(_waiting().address)
        files = [nothing.fileno(), out.fileno(), err.fileno()]
        socket.send_fds(here, [len(content).to_bytes(8, "big")], files)
        here.sendall(content)
        try:
            code = _number(here)
        except TimeoutError:  # who minds it kills it, when nobody listens any more
            raise subprocess.TimeoutExpired(words, timeout) from None
        return subprocess.CompletedProcess(words, code, _text(out), _text(err))


def started_alone(*arguments: object, folder: Path | None = None, timeout: float = 240) -> Done:
    """Start `hilum` as people do, and wait for it."""
    return subprocess.run(
        [HILUM, *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        env=_environment(),
    )


@dataclass(frozen=True)
class _Waiting:
    address: str
    process: "subprocess.Popen[bytes]"
    place: "tempfile.TemporaryDirectory[str]"

    def end(self) -> None:
        with self.process as process:
            assert process.stdin
            process.stdin.close()
        self.place.cleanup()


@cache
def _waiting() -> _Waiting:
    """The process that has the libraries loaded: one beside each process of the tests, until that ends."""
    place = tempfile.TemporaryDirectory(prefix="hilum-")
    address = str(Path(place.name) / "socket")
    process = subprocess.Popen(
        [sys.executable, waiting.__file__, address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=_environment(),
        start_new_session=True,  # Ctrl-C reaches the tests, which end it
    )
    assert process.stdout
    made = _Waiting(address, process, place)
    atexit.register(made.end)
    assert process.stdout.readline() == b"ready\n"
    return made


def _environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1", **(more or {})}


def _number(here: socket.socket) -> int:
    content = here.recv(8, socket.MSG_WAITALL)
    assert len(content) == 8, "the waiting process ended"
    return int.from_bytes(content, "big", signed=True)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()
