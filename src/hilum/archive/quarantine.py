"""The quarantine: files that could not be cleaned or read, as they came, each with its reason."""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal

from hilum.errors import WorkspaceError
from hilum.files import write_atomically

BEFORE, AFTER = "before.png", "after.png"
PICTURES = (BEFORE, AFTER)
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
        boxes: where there may be writing in its picture, (x, y, width, height); what would be blanked.
    """

    id: str
    file: str
    reason: str
    detail: str
    source: str = ""
    status: str = WAITING
    at: str = ""
    boxes: tuple[tuple[int, int, int, int], ...] = ()


class Quarantine:
    """The quarantine folder: one folder an entry, with the bytes (`original`) and the reason (`entry.json`).

    An entry with a picture that a person must look at has it twice, as it is (`before.png`) and with what
    would be blanked (`after.png`).

    Only the owner of the workspace may look in (modes 0700 and 0600). Entries appear whole or not at all.

    Args:
        folder: the quarantine folder of a workspace.

    Example:
        >>> Quarantine(Path(tempfile.mkdtemp())).entries()
        []
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(
        self, entry: QuarantineEntry, original: Path | None, pictures: Mapping[str, bytes] | None = None
    ) -> None:
        """Put a file into quarantine; one that is there already keeps its bytes and gets the new reason.

        Args:
            entry: what to say of it.
            original: where its bytes are; None where they cannot be had.
            pictures: by the names in PICTURES, as PNG; those of an entry that is there already are replaced.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        known = self.find(entry.id)
        if known is not None:
            if known.status == WAITING and _said(known) != _said(entry):
                self._write(replace(known, reason=entry.reason, detail=entry.detail, boxes=entry.boxes))
                self._remove_pictures(entry.id)
                _write_pictures(self.folder / entry.id, pictures)
            return
        self.folder.mkdir(mode=0o700, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=self.folder, prefix=".new-"))
        try:
            if original is not None:
                with original.open("rb") as source, _private(made / "original") as target:
                    shutil.copyfileobj(source, target, 1 << 20)
            _write_pictures(made, pictures)
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

    def pictures(self, name: str) -> dict[str, Path]:
        """Where the pictures of an entry are, by the names in PICTURES; empty where it has none."""
        paths = {picture: self.folder / name / picture for picture in PICTURES}
        return {picture: path for picture, path in paths.items() if path.is_file()}

    def settle(self, name: str, status: str) -> None:
        """Write down a decision, then delete bytes and pictures, which are either archived or not wanted.

        Raises:
            WorkspaceError: there is no such entry.
        """
        self._write(replace(self.entry(name), status=status))
        (self.folder / name / "original").unlink(missing_ok=True)
        self._remove_pictures(name)

    def _remove_pictures(self, name: str) -> None:
        for path in self.pictures(name).values():
            path.unlink()

    def has(self, name: str) -> bool:
        """Whether there may be an entry of this name, found out quickly."""
        return os.path.lexists(f"{self.folder}/{name}")

    def find(self, name: str) -> QuarantineEntry | None:
        """One entry, whatever its status; None where there is none of this name."""
        try:
            said = json.loads((self.folder / name / "entry.json").read_bytes())
        except FileNotFoundError:
            return None
        boxes = tuple((x, y, width, height) for x, y, width, height in said.pop("boxes", ()))
        return QuarantineEntry(**said, boxes=boxes)

    def _write(self, entry: QuarantineEntry) -> None:
        path = self.folder / entry.id / "entry.json"
        write_atomically(path, json.dumps(asdict(entry)))
        path.chmod(0o600)


def chosen_boxes(
    entry: QuarantineEntry, boxes: Sequence[Sequence[int]] | Literal["proposed"] | None
) -> tuple[tuple[int, int, int, int], ...]:
    """What a person wants blanked in the picture of an entry.

    Raises:
        WorkspaceError: nothing is proposed, or a box is no box.

    Example:
        >>> chosen_boxes(QuarantineEntry("Q1", "", "", "", boxes=((1, 2, 3, 4),)), "proposed")
        ((1, 2, 3, 4),)
    """
    if boxes is None:
        return ()
    if boxes == "proposed":
        if not entry.boxes:
            raise WorkspaceError(f"nothing is proposed for {entry.id}: name what to blank with --box X,Y,W,H")
        return entry.boxes
    for box in boxes:
        if len(box) != 4 or min(box) < 0 or min(box[2:]) < 1:
            raise WorkspaceError(f"{tuple(box)} is no box: X,Y,WIDTH,HEIGHT in pixels, counted from 0")
    return tuple((int(x), int(y), int(width), int(height)) for x, y, width, height in boxes)


def _said(entry: QuarantineEntry) -> tuple[object, ...]:
    return entry.reason, entry.detail, entry.boxes


def _write_pictures(folder: Path, pictures: Mapping[str, bytes] | None) -> None:
    for name, content in (pictures or {}).items():
        with _private(folder / name) as file:
            file.write(content)


def _private(path: Path) -> BinaryIO:
    """Open a new file that only its owner can read."""
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
