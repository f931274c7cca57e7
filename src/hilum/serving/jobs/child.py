"""The process of one job."""

import contextlib
import json
import os
import signal
import subprocess  # the commands are the program's own
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from hilum.serving.jobs import supervisor

OUTPUT, ERRORS, PROGRESS, COMMAND = "output.log", "errors.log", "progress.jsonl", "command.json"
_SUPERVISOR = str(Path(supervisor.__file__))


class Child:
    """A `hilum` command that runs for a job, and dies with this process.

    Args:
        folder: the job's; gets what the command prints and how far it is.
        words: the command, such as `["ingest", "/media/disc"]`. It is handed over in a file that only the
            owner can read: other users of the machine see neither paths nor names among the processes.
        here: where it runs; the workspace, so that commands find it.
    """

    def __init__(self, folder: Path, words: Sequence[str], here: Path) -> None:
        private_file(folder / COMMAND, json.dumps(list(words)).encode())
        told = {**os.environ, "HILUM_PROGRESS_FILE": str(folder / PROGRESS)}
        command = [sys.executable, "-P", "-m", "hilum.cli", f"@{folder / COMMAND}"]
        with _appended(folder / OUTPUT) as output, _appended(folder / ERRORS) as errors:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-I", "-S", _SUPERVISOR, *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=errors,
                env=told,
                cwd=here,
                start_new_session=True,
            )

    def ended(self, seconds: float) -> int | None:
        """Wait a little; the exit code where the command has ended, None where it still works."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def ask_to_stop(self) -> None:
        """Ask the command to stop at once and leave nothing half-made."""
        self._signal(signal.SIGINT)

    def demand_to_stop(self) -> None:
        """The same for a command that did not listen."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it where it still works, with all that it started; what it had finished is kept."""
        if self._process.poll() is None:
            self._signal(signal.SIGKILL)
            self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def private_file(path: Path, content: bytes) -> None:
    """Write a file that only the owner can read."""
    with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)


def _appended(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "ab")
