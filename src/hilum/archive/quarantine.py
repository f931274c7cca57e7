"""The quarantine: files that could not be cleaned or read, as they came, each with its reason."""

import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from hilum.errors import WorkspaceError
from hilum.files import write_atomically

WAITING, RELEASED, REJECTED = "waiting", "released", "rejected"


@dataclass(frozen=True)
class QuarantineEntry:
    """A file in quarantine.

    Attributes:
        id: `Q` and 16 letters and digits, always the same for the same bytes of the same name.
        file: how it was named when it came; file names can hold names of patients.
        reason: a few words.
        detail: a sentence.
        source: keyed fingerprint of the file's bytes.
        status: `waiting`, `released` (now in the archive) or `rejected` (its bytes are deleted).
        at: when it came (UTC).
    """

    id: str
    file: str
    reason: str
    detail: str
    source: str = ""
    status: str = WAITING
    at: str = ""


class Quarantine:
    """The quarantine folder: one folder an entry, with the bytes (`original`) and the reason (`entry.json`).

    Only the owner of the workspace may look in (modes 0700 and 0600). Entries appear whole or not at all.

    Args:
        folder: the quarantine folder of a workspace.

    Example:
        >>> Quarantine(Path(tempfile.mkdtemp())).entries()
        []
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, entry: QuarantineEntry, original: Path | None) -> None:
        """Put a file into quarantine; one that is there already keeps its bytes and gets the new reason.

        Args:
            entry: what to say of it.
            original: where its bytes are; None where they cannot be had.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        known = self.find(entry.id)
        if known is not None:
            if known.status == WAITING and (known.reason, known.detail) != (entry.reason, entry.detail):
                self._write(replace(known, reason=entry.reason, detail=entry.detail))
            return
        self.folder.mkdir(mode=0o700, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=self.folder, prefix=".new-"))
        try:
            if original is not None:
                with original.open("rb") as source, _private(made / "original") as target:
                    shutil.copyfileobj(source, target, 1 << 20)
            now = datetime.now(UTC).isoformat(timespec="seconds")
            with _private(made / "entry.json") as file:
                file.write(json.dumps(asdict(replace(entry, at=now))).encode())
            if not (self.folder / entry.id).exists():
                made.rename(self.folder / entry.id)
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def entries(self) -> list[QuarantineEntry]:
        """All entries that wait for a decision or were rejected, in the order of their names."""
        if not self.folder.is_dir():
            return []
        ids = sorted(path.name for path in self.folder.iterdir() if path.name.startswith("Q"))
        found = [entry for entry in map(self.find, ids) if entry is not None and entry.status != RELEASED]
        return sorted(found, key=lambda entry: (entry.file, entry.id))

    def entry(self, name: str) -> QuarantineEntry:
        """One entry.

        Raises:
            WorkspaceError: there is none of this name.
        """
        entry = self.find(name) if name.startswith("Q") and name.isalnum() else None
        if entry is None:
            raise WorkspaceError(f"there is no entry {name} in quarantine: see `hilum quarantine list`")
        return entry

    def original(self, name: str) -> Path | None:
        """Where the bytes of an entry are; None where there are none."""
        path = self.folder / name / "original"
        return path if path.is_file() else None

    def settle(self, name: str, status: str) -> None:
        """Write down a decision, then delete the bytes, which are either archived or not wanted.

        Raises:
            WorkspaceError: there is no such entry.
        """
        self._write(replace(self.entry(name), status=status))
        (self.folder / name / "original").unlink(missing_ok=True)

    def find(self, name: str) -> QuarantineEntry | None:
        """One entry, whatever its status; None where there is none of this name."""
        try:
            return QuarantineEntry(**json.loads((self.folder / name / "entry.json").read_bytes()))
        except FileNotFoundError:
            return None

    def _write(self, entry: QuarantineEntry) -> None:
        path = self.folder / entry.id / "entry.json"
        write_atomically(path, json.dumps(asdict(entry)))
        path.chmod(0o600)


def _private(path: Path) -> BinaryIO:
    """Open a new file that only its owner can read."""
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
