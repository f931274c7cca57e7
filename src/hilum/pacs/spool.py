"""Where received objects lie until they are archived: whole, on the disk, and nothing else."""

import errno
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hilum.deid.keys import ResearchKeys

_STALE_SECONDS = 3600.0
_LOOK_SECONDS = 1.0
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class SpoolLimits:
    """When no more is taken in.

    Attributes:
        object_bytes: the largest object.
        keep_free_bytes: how much of the disk stays free.
        waiting_files: how many may wait for the archive.

    Example:
        >>> SpoolLimits().object_bytes >> 30
        2
    """

    object_bytes: int = 2 << 30
    keep_free_bytes: int = 1 << 30
    waiting_files: int = 200_000


class Part:
    """An object on its way in, written as it comes; what goes wrong is kept for the answer.

    Attributes:
        path: where it is written.
        obstacle: why it cannot be kept; empty while it can.
    """

    def __init__(self, path: Path, limit: int, obstacle: str) -> None:
        self.path, self.obstacle, self._limit, self._size = path, obstacle, limit, 0
        self._digest = hashlib.sha256()
        self._handle = -1
        if not obstacle:
            try:
                self._handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            except OSError as error:
                self.obstacle = _reason(error)

    @property
    def name(self) -> str:
        """Where it is written, as text."""
        return str(self.path)

    @property
    def file(self) -> "Part":
        """Itself: pynetdicom flushes what is inside its own temporary files."""
        return self

    def flush(self) -> None:
        """Nothing waits in this process: every write goes to the system at once."""

    def write(self, data: bytes) -> int:
        """Add bytes; after an obstacle they are let go."""
        self._size += len(data)
        if not self.obstacle and self._size > self._limit:
            self.obstacle = f"it is larger than {self._limit >> 20} MB"
        if not self.obstacle:
            try:
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(self._handle, rest) :]
                self._digest.update(data)
            except OSError as error:
                self.obstacle = _reason(error)
        return len(data)

    def finish(self) -> str:
        """Bring every byte to the disk.

        Returns:
            The SHA-256 of the bytes.

        Raises:
            OSError: the disk did not take them.
        """
        os.fsync(self._handle)
        self.close()
        return self._digest.hexdigest()

    def close(self) -> None:
        """Let go of the file."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def discard(self) -> None:
        """Forget the object."""
        self.close()
        self.path.unlink(missing_ok=True)


class Spool:
    """The folder of received objects that wait for the archive; only its owner may look in.

    A file's name is made of the keyed hash of its SOP Instance UID and the hash of its bytes, so that the
    same object sent twice is one file, and no text from outside is ever part of a path.

    Args:
        folder: it is made where it is missing.
        keys: of the workspace's vault.
        limits: when no more is taken in.

    Example:
        >>> import tempfile
        >>> spool = Spool(Path(tempfile.mkdtemp()) / "incoming", ResearchKeys(bytes(32)))
        >>> part = spool.part()
        >>> _ = part.write(b"an object")
        >>> kept = spool.keep(part, "../../x")
        >>> kept.parent == spool.folder, spool.waiting() == [kept], spool.intact("../../x")
        (True, True, True)
    """

    def __init__(self, folder: Path, keys: ResearchKeys, limits: SpoolLimits | None = None) -> None:
        self.folder, self.keys, self.limits = folder, keys, limits or SpoolLimits()
        self._receiving = folder / "receiving"
        self._receiving.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._looked, self._waiting = -_LOOK_SECONDS, 0
        for left in self._receiving.iterdir():
            if time.time() - left.stat().st_mtime > _STALE_SECONDS:
                left.unlink(missing_ok=True)

    def part(self) -> Part:
        """Begin to take in an object."""
        path = self._receiving / f"{secrets.token_hex(16)}.part"
        return Part(path, self.limits.object_bytes, self._obstacle())

    def refused_part(self, obstacle: str) -> Part:
        """An object that is read to its end and not kept, for a reason."""
        return Part(self._receiving / "refused", 0, obstacle)

    def keep(self, part: Part, instance: str) -> Path:
        """Bring an object to the disk, under its final name; only then may it be acknowledged.

        Args:
            part: all of it has been written.
            instance: its SOP Instance UID, whatever the sender says it is.

        Raises:
            OSError: the disk did not take it.
        """
        try:
            target = self.folder / f"{self._prefix(instance)}-{part.finish()}.dcm"
            part.path.replace(target)
            _sync_folder(self.folder)
        except BaseException:
            part.discard()
            raise
        return target

    def waiting(self) -> list[Path]:
        """What waits for the archive, oldest first."""
        found = []
        for path in self.folder.glob("*.dcm"):
            try:
                found.append((path.stat().st_mtime_ns, path))
            except FileNotFoundError:
                continue  # another process has just brought it into the archive
        return [path for _, path in sorted(found)]

    def name_begins(self, instance: str) -> str:
        """How the file of an instance is named in the spool, up to the hash of its bytes."""
        return self._prefix(instance) + "-"

    def intact(self, instance: str) -> bool:
        """Whether an object with this SOP Instance UID waits here and its bytes are what was received."""
        return bool(self.intact_among([instance]))

    def intact_among(self, instances: Iterable[str]) -> frozenset[str]:
        """Which of these objects wait here, with the bytes that were received; the folder is read once."""
        asked: dict[str, list[str]] = {}
        for instance in instances:
            asked.setdefault(self._prefix(instance), []).append(instance)
        found: set[str] = set()
        with os.scandir(self.folder) as entries:
            held = [entry.name for entry in entries if entry.name.endswith(".dcm")]
        for name in held:
            named = asked.get(name.partition("-")[0], ())
            if named and named[0] not in found and unchanged(self.folder / name):
                found.update(named)
        return frozenset(found)

    def _prefix(self, instance: str) -> str:
        return self.keys.lookup("instance", instance)[:32]

    def _obstacle(self) -> str:
        try:
            if shutil.disk_usage(self.folder).free < self.limits.keep_free_bytes:
                return "the disk is nearly full"
            if time.monotonic() - self._looked > _LOOK_SECONDS:
                self._looked, self._waiting = time.monotonic(), sum(1 for _ in self.folder.iterdir())
        except OSError as error:
            return _reason(error)
        return "too many objects wait for the archive" if self._waiting > self.limits.waiting_files else ""


def unchanged(path: Path, name: str = "") -> bool:
    """Whether a file has the bytes that its name in the spool tells.

    Args:
        path: where it is.
        name: how it is named in the spool, where `path` is a copy of another name.

    Example:
        >>> unchanged(Path("nowhere.dcm"))
        False
    """
    return has_digest(path, Path(name or path.name).stem.rpartition("-")[2])


def has_digest(path: Path, sha256: str) -> bool:
    """Whether a file can be read and its bytes have this SHA-256.

    Example:
        >>> has_digest(Path("nowhere.dcm"), "")
        False
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def _reason(error: OSError) -> str:
    return (
        "the disk is full" if error.errno in _DISK_FULL else f"the disk cannot be written ({error.strerror})"
    )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
