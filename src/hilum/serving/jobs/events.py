"""What happens in a job, a line of JSON each, so that whoever listens late or again misses nothing."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hilum.serving.jobs.records import now

EVENTS = "events.jsonl"


class EventLog:
    """Appends events to a job's folder; one process, one job, one log.

    Args:
        folder: the job's.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> EventLog(folder).add("line", text="done")
        >>> [event["n"] for event in events_after(folder, 0)]
        [1]
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / EVENTS
        self._last = _mended(self._path)

    def add(self, kind: str, **facts: Any) -> None:
        """Append an event; what it says holds no identifier of a patient."""
        self._last += 1
        line = json.dumps({"n": self._last, "time": now(), "kind": kind, **facts}, ensure_ascii=False)
        with os.fdopen(os.open(self._path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "ab") as file:
            file.write(line.encode() + b"\n")


def events_after(folder: Path, number: int) -> Iterator[dict[str, Any]]:
    """The events of a job with a higher number; a line that is still being written is left for the next time.

    Args:
        folder: the job's.
        number: 0 for all.
    """
    for event, _ in events_from(folder, 0):
        if event["n"] > number:
            yield event


def events_from(folder: Path, place: int) -> Iterator[tuple[dict[str, Any], int]]:
    """The events from a place in the file on, each with the place where the next one begins.

    Args:
        folder: the job's.
        place: bytes from the beginning of the file.
    """
    try:
        file = (folder / EVENTS).open("rb")
    except FileNotFoundError:
        return
    with file:
        file.seek(place)
        while (line := file.readline()).endswith(b"\n"):
            place += len(line)
            yield json.loads(line), place


def _mended(path: Path) -> int:
    """The number of the last event; a line that a crash cut off is taken away."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return 0
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        os.truncate(path, len(whole))
    return 0 if not whole else int(json.loads(whole.rstrip(b"\n").rpartition(b"\n")[2])["n"])
