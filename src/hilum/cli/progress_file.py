"""Progress for a program that watches: lines of JSON in a file."""

import json
import time
from pathlib import Path

_SECONDS = 0.5
"""Between two lines of the same words."""


class ProgressFile:
    r"""Appends what is done to a file, a line of JSON each: `what`, `done`, `total`.

    New words and the end of a kind of work are always written, everything else now and then.

    Args:
        path: of the file.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "progress.jsonl"
        >>> ProgressFile(path)(1, 10, "reading films")
        >>> path.read_text()
        '{"what": "reading films", "done": 1, "total": 10}\n'
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._what, self._at = "", 0.0

    def __call__(self, done: int, total: int, what: str) -> None:
        """Take note that `done` of `total` steps of `what` are done."""
        now = time.monotonic()
        if what == self._what and done < total and now - self._at < _SECONDS:
            return
        self._what, self._at = what, now
        line = json.dumps({"what": what, "done": int(done), "total": int(total)}, ensure_ascii=False)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
