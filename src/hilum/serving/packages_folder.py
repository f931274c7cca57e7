"""The folder of a package (a copy of the archive, or a release), and its zip file."""

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

MADE = "data"
"""What was made lies in this folder; whatever else is there was only needed to make it."""
IMAGES, FACTS = "images.csv", "facts"
_BLOCK = 1 << 20


def only_made(out: Path) -> None:
    """Take away what lies beside what was made: tables that were sent for it, and what a cut left half-made.

    Args:
        out: what was made.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> (folder / MADE).mkdir(), (folder / "facts.csv").write_text("patient")
        (None, 7)
        >>> only_made(folder / MADE)
        >>> [path.name for path in folder.iterdir()]
        ['data']
    """
    for path in out.parent.iterdir() if out.parent.is_dir() else ():
        if path.name == out.name:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def size_of(made: Path) -> int:
    """How many bytes its files have."""
    return sum(path.stat().st_size for path in _files(made))


class _Sent:
    """A file that can only be written: what comes is handed on, piece after piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def close(self) -> None:
        """There is nothing to close."""

    def taken(self) -> bytes:
        found = b"".join(self._pieces)
        self._pieces.clear()
        return found


def zipped(made: Path, name: str) -> Iterator[bytes]:
    """A folder as a zip file, made while it is sent: it needs no room on the disk.

    Pictures are compressed already or hardly get smaller, so nothing is compressed again.

    Args:
        made: the folder.
        name: of the folder in the zip file.
    """
    sent = _Sent()
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_STORED) as packed:
        for path in _files(made):
            told = zipfile.ZipInfo.from_file(path, f"{name}/{path.relative_to(made).as_posix()}")
            with path.open("rb") as given, packed.open(told, "w") as file:
                while block := given.read(_BLOCK):
                    file.write(block)
                    yield sent.taken()
    yield sent.taken()


def _files(made: Path) -> list[Path]:
    return sorted(path for path in made.rglob("*") if path.is_file() and not path.is_symlink())
