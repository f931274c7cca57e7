"""The record of what others asked and retrieved: who, what level, how many; never a value."""

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

from hilum.archive import Archive
from hilum.conduct.pull_list_check import pulls_folder
from hilum.errors import WorkspaceError

ANSWERED = "answered.jsonl"


class AnswerLog:
    """Lines that are only added, each on the disk before anything is answered.

    Args:
        archive: its workspace keeps them in `pulls/answered.jsonl`.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive, self._one_at_a_time = archive, threading.Lock()

    @property
    def path(self) -> Path:
        """Where they are kept."""
        return pulls_folder(self._archive) / ANSWERED

    def add(self, line: dict[str, str | int]) -> None:
        """Add a line.

        Raises:
            WorkspaceError: it cannot be written.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        text = json.dumps({"at": now} | line, ensure_ascii=False) + "\n"
        path = self.path
        try:
            with self._one_at_a_time:
                handle = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
                try:
                    os.write(handle, text.encode("utf-8", "replace"))
                    os.fsync(handle)
                finally:
                    os.close(handle)
        except OSError as error:
            raise WorkspaceError(
                f"{path} cannot be written ({error.strerror}): nothing is answered without a record"
            ) from None
