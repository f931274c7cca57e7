"""The files to bring in: everything in folders and zip files, each counted once."""

import os
import stat
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hilum.errors import WorkspaceError
from hilum.zip_damage import zip_damage_told_as

MOST_NESTED = 3
LARGEST_FILE = 2 << 30
_LARGEST_UNPACKED = 8 << 30
_MOST_MEMBERS = 1_000_000
_DAMAGED = "this zip file is damaged"


class _DamagedError(Exception):
    """A zip file cannot be unpacked."""


@dataclass(frozen=True)
class Leaf:
    """One file to bring in.

    Attributes:
        path: the file on disk, or the zip file that holds it.
        shown: how it is named to a person: path, and the way through zip files.
        member: number of the member in the zip file; None for a file on disk.
        obstacle: why it cannot even be opened; empty where it can.
    """

    path: str
    shown: str
    member: int | None = None
    obstacle: str = ""


def leaves_of(sources: Sequence[Path], scratch: Path, avoid: Path, problems: list[str]) -> list[Leaf]:
    """List the files in files, folders and zip files.

    Links to folders are not followed. Zip files inside zip files are opened up to three deep; names in zip
    files are never used as paths.

    Args:
        sources: files and folders.
        scratch: an empty folder where inner zip files are unpacked to.
        avoid: the workspace itself, which is passed over.
        problems: gets a sentence for each folder that could not be looked into.

    Raises:
        WorkspaceError: a source does not exist.

    Example:
        >>> leaves_of([], Path("scratch"), Path("workspace"), [])
        []
    """
    unpacker = _Unpacker(scratch)
    found: dict[tuple[str, int | None], Leaf] = {}
    for source in sources:
        if not source.exists() and not source.is_symlink():
            raise WorkspaceError(
                f"{source} does not exist: name files, folders or zip files with DICOM images"
            )
        files = _files_below(source, avoid.resolve(), problems) if source.is_dir() else iter((source,))
        for file in files:
            for leaf in unpacker.leaves(file, str(file), 0):
                found.setdefault((leaf.path, leaf.member), leaf)
    return list(found.values())


def _files_below(folder: Path, avoid: Path, problems: list[str]) -> Iterator[Path]:
    def note(error: OSError) -> None:
        problems.append(f"a folder could not be looked into: {error.strerror}")

    for parent, folders, files in os.walk(folder, onerror=note):
        here = Path(parent)
        linked = [name for name in folders if (here / name).is_symlink()]
        problems.extend("a link to a folder was not followed" for _ in linked)
        folders[:] = sorted(
            name for name in folders if (here / name).resolve() != avoid and name not in linked
        )
        for name in sorted(files):
            yield here / name


class _Unpacker:
    """Opens zip files, within limits for all of one ingest."""

    def __init__(self, scratch: Path) -> None:
        self.scratch, self.unpacked, self.members = scratch, 0, 0

    def leaves(self, file: Path, shown: str, depth: int) -> list[Leaf]:
        try:
            mode = file.stat().st_mode
        except OSError as error:
            return [Leaf(str(file), shown, obstacle=f"it cannot be opened ({error.strerror})")]
        if not stat.S_ISREG(mode):
            return [Leaf(str(file), shown, obstacle="it is no regular file")]
        if not _is_zip(file, shown):
            return [Leaf(str(file), shown)]
        if depth >= MOST_NESTED:
            return [Leaf(str(file), shown, obstacle="zip files are nested deeper than three")]
        try:
            with zip_damage_told_as(_DamagedError()), zipfile.ZipFile(file) as archive:
                return self._members(archive, file, shown, depth)
        except _DamagedError:
            return [Leaf(str(file), shown, obstacle=_DAMAGED)]

    def _members(self, archive: zipfile.ZipFile, file: Path, shown: str, depth: int) -> list[Leaf]:
        found: list[Leaf] = []
        for number, info in enumerate(archive.infolist()):
            if info.is_dir():
                continue
            self.members += 1
            name = f"{shown}/{info.filename}"
            obstacle = self._obstacle(info)
            room = self.unpacked <= _LARGEST_UNPACKED
            if room and not obstacle and info.filename.lower().endswith(".zip"):
                try:
                    with zip_damage_told_as(_DamagedError()):
                        inner = self._unpack(archive, info)
                except _DamagedError:
                    found.append(Leaf(str(file), name, number, _DAMAGED))
                else:
                    found += self.leaves(inner, name, depth + 1)
            else:
                found.append(Leaf(str(file), name, number, obstacle))
        return found

    def _obstacle(self, info: zipfile.ZipInfo) -> str:
        if info.flag_bits & 1:
            return "it is protected by a password in its zip file"
        if self.members > _MOST_MEMBERS:
            return "the zip files hold more than a million files"
        return "it is larger than 2 GB" if info.file_size > LARGEST_FILE else ""

    def _unpack(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Path:
        target = self.scratch / f"{self.members}.zip"
        with archive.open(info) as packed, target.open("wb") as file:
            while block := packed.read(1 << 20):
                self.unpacked += len(block)
                if self.unpacked > _LARGEST_UNPACKED:
                    raise ValueError("too much to unpack")
                file.write(block)
        return target


def _is_zip(file: Path, shown: str) -> bool:
    if shown.lower().endswith(".zip"):
        return True
    return not Path(shown).suffix and zipfile.is_zipfile(file)
