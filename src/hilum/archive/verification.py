"""Proof that nothing in the archive changed, vanished or appeared since it was brought in."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hilum.errors import ImageError
from hilum.progress import Progress, silent

if TYPE_CHECKING:
    from hilum.archive.archive import Archive

_BLOCK = 1 << 20
_AHEAD = 64

VANISHED, CHANGED, APPEARED = "vanished", "changed", "appeared"


@dataclass(frozen=True)
class Difference:
    """One thing that is not as the index says.

    Attributes:
        kind: `vanished` (a row without its file), `changed`, or `appeared` (a file without a row).
        image: the path in the archive.
        sentence: what was found.
    """

    kind: str
    image: str
    sentence: str


@dataclass(frozen=True)
class Verification:
    """What a verification found.

    Attributes:
        rows: how many objects the index names.
        files: how many files lie in the archive's folder.
        bytes: how many bytes were hashed.
        pixels: how many pictures were decoded and compared; 0 where that was not asked.
        differences: what is not as it was; empty where nothing changed.
        records: what is wrong with the records that are only added to (accesses to the vault, releases), in
            sentences; empty where their seals hold.
    """

    rows: int
    files: int
    bytes: int
    pixels: int
    differences: tuple[Difference, ...]
    records: tuple[str, ...] = ()

    @property
    def unchanged(self) -> bool:
        """Whether everything is as it was."""
        return not self.differences and not self.records

    def of(self, kind: str) -> tuple[Difference, ...]:
        """The differences of one kind."""
        return tuple(one for one in self.differences if one.kind == kind)


def verify(archive: "Archive", *, pixels: bool = False, progress: Progress = silent) -> Verification:
    """Compare every file of the archive with the index: SHA-256 of its bytes, its row, its place.

    Args:
        archive: the archive.
        pixels: also decode the pictures and compare the digest of their pixels and their identifiers with the
            index; slower, and proves that the index itself was not changed to fit.
        progress: is told how far it is.

    Raises:
        WorkspaceError: the index cannot be read.
    """
    rows: dict[str, dict[Any, Any]] = {row["image"]: row for row in archive.objects().to_dict("records")}
    files = dict(files_in(archive.folder))
    found = [
        Difference(APPEARED, name, "lies in the archive but not in its index") for name in files - rows.keys()
    ]
    found += [
        Difference(VANISHED, name, "is in the index, but its file is gone") for name in rows.keys() - files
    ]
    there = sorted(rows.keys() & files.keys())
    hashed = decoded = 0

    def look(name: str) -> tuple[str, int, bool]:
        return _look(archive.folder / name, files[name], rows[name], pixels=pixels)

    for done, (name, (sentence, size, was_decoded)) in enumerate(_at_once(look, there), 1):
        hashed, decoded = hashed + size, decoded + was_decoded
        if sentence:
            found.append(Difference(CHANGED, name, sentence))
        progress(done, len(there), "verifying")
    ordered = sorted(found, key=lambda one: (one.kind, one.image))
    return Verification(len(rows), len(files), hashed, decoded, tuple(ordered), _records(archive))


def _records(archive: "Archive") -> tuple[str, ...]:
    """Whether the seals of the records hold."""
    from sqlalchemy import inspect

    from hilum.archive.release_log import RELEASES, ReleaseLog

    found = []
    if fault := archive.vault.record_fault():
        found.append(f"the record of the vault was changed from outside: {fault}")
    there = inspect(archive.engine).has_table(RELEASES.name)
    if there and (fault := ReleaseLog(archive).fault()):
        found.append(f"the record of releases was changed from outside: {fault}")
    return tuple(found)


def files_in(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Everything below a folder that is no folder, by its path; links are not followed.

    Example:
        >>> list(files_in(Path("/nowhere")))
        []
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            for name, status in files_in(Path(entry.path)):
                yield f"{entry.name}/{name}", status
        else:
            yield entry.name, entry.stat(follow_symlinks=False)


def hash_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal, read in pieces.

    Example:
        >>> hash_of(Path("/dev/null"))[:8]
        'e3b0c442'
    """
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def _at_once(
    look: Callable[[str], tuple[str, int, bool]], names: list[str]
) -> Iterator[tuple[str, tuple[str, int, bool]]]:
    """Look at files in threads (hashing leaves the interpreter free), a few ahead, in order."""
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as threads:
        for start in range(0, len(names), _AHEAD):
            part = names[start : start + _AHEAD]
            yield from zip(part, threads.map(look, part), strict=True)


def _look(
    path: Path, status: os.stat_result, row: Mapping[str, Any], *, pixels: bool
) -> tuple[str, int, bool]:
    """What is wrong with a file, how many bytes were hashed, and whether its pixels were decoded."""
    if not stat.S_ISREG(status.st_mode):
        return "is a link or a device, not a file of its own", 0, False
    try:
        if hash_of(path) != row["file_sha256"]:
            return "its bytes are not those that were archived", status.st_size, False
        if pixels:
            sentence, decoded = _pixels(path, row)
            return sentence, status.st_size, decoded
    except OSError as error:
        return f"cannot be read ({error.strerror or 'unknown reason'})", 0, False
    return "", status.st_size, False


def _pixels(path: Path, row: Mapping[str, Any]) -> tuple[str, bool]:
    from hilum.deid.attributes import plain
    from hilum.dicom import pixel_digest, quietly, read_dataset

    try:
        with quietly():
            dataset = read_dataset(path)
            for column, word in _IDENTITY.items():
                if plain(dataset, word) != row[column]:
                    return f"its {word} is not the one in the index", False
            if not row["pixel_sha256"]:
                return "", False
            same = pixel_digest(dataset) == row["pixel_sha256"]
    except ImageError:
        return "cannot be read as an image any more", False
    return "" if same else "its pixels are not those that the index names", True


_IDENTITY = {
    "patient": "PatientID",
    "study": "StudyInstanceUID",
    "series": "SeriesInstanceUID",
    "instance": "SOPInstanceUID",
}
