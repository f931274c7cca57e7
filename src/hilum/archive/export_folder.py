"""Copies of the archive's files in a new folder that is whole or not there."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from hilum.errors import SeriousFindingError, WorkspaceError
from hilum.progress import Progress, silent

if TYPE_CHECKING:
    from hilum.archive.archive import Archive

_BLOCK = 1 << 20
_SPARE = 16 << 20
"""Bytes that must stay free on the disk."""


@dataclass(frozen=True)
class Copy:
    """A file to export.

    Attributes:
        image: path in the archive.
        target: path below the new folder.
        sha256: of its bytes, from the index.
    """

    image: str
    target: PurePosixPath
    sha256: str


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """A folder to fill, that gets its name when the block ends well and vanishes otherwise.

    Raises:
        WorkspaceError: there is something at the place already, or the folder above is not there.

    Example:
        >>> place = Path(tempfile.mkdtemp()) / "new"
        >>> with new_folder(place) as folder:
        ...     _ = (folder / "a.txt").write_text("a")
        >>> [path.name for path in place.iterdir()]
        ['a.txt']
    """
    out = Path(out)
    _must_be_free(out)
    if not out.parent.is_dir():
        raise WorkspaceError(f"the folder {out.parent} is not there: make it first")
    made = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}-"))
    try:
        yield made
        made.chmod(0o755)
        _must_be_free(out)
        made.rename(out)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


def _must_be_free(out: Path) -> None:
    if out.exists() or out.is_symlink():
        raise WorkspaceError(f"{out} exists already and is never overwritten: name a new folder")


def copy_all(
    archive: "Archive", copies: Sequence[Copy], folder: Path, progress: Progress = silent
) -> Mapping[str, int]:
    """Copy files of the archive; each is compared with the index on its way.

    Args:
        archive: from where.
        copies: what.
        folder: where to.
        progress: is told how far it is.

    Returns:
        How large each file is, by its path in the archive.

    Raises:
        WorkspaceError: the disk has not room for all, or a file is gone.
        SeriousFindingError: a file is not as it was archived.
    """
    sizes = {}
    for copy in copies:
        try:
            sizes[copy.image] = archive.path(copy.image).stat().st_size
        except OSError:
            raise WorkspaceError(
                f"{copy.image} is gone from the archive: see what else with `hilum archive verify`"
            ) from None
    needed, free = sum(sizes.values()), shutil.disk_usage(folder).free
    if needed + _SPARE > free:
        raise WorkspaceError(
            f"the export needs {needed / 1e6:,.0f} MB, and {free / 1e6:,.0f} MB are free there: make room"
        )
    for done, copy in enumerate(copies, 1):
        target = folder.joinpath(*copy.target.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        if _copied(archive.path(copy.image), target) != copy.sha256:
            raise SeriousFindingError(
                f"{copy.image} is not as it was archived, so nothing was exported: run `hilum archive verify`"
            )
        progress(done, len(copies), "exporting")
    return sizes


def _copied(source: Path, target: Path) -> str:
    """Copy a file and return the SHA-256 of what was written."""
    found = hashlib.sha256()
    with source.open("rb") as given, os.fdopen(os.open(target, _NEW, 0o644), "wb") as made:
        while block := given.read(_BLOCK):
            found.update(block)
            made.write(block)
    return found.hexdigest()


_NEW = os.O_CREAT | os.O_EXCL | os.O_WRONLY
