"""The bytes of a file to bring in, wherever they lie, and the fingerprint by which it is known again."""

import contextlib
import errno
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hilum.archive.leaves import LARGEST_FILE, Leaf
from hilum.deid.keys import ResearchKeys
from hilum.zip_damage import ZIP_DAMAGE

DISK_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
_USUAL_SIZE = 64 << 20


def contents(path: Path | None) -> bytes | None:
    """The bytes of a file of usual size; None where it is large or cannot be read."""
    try:
        if path is None or not 0 < path.stat().st_size <= _USUAL_SIZE:
            return None
        return path.read_bytes()
    except OSError:
        return None


def source_of(leaf: Leaf, path: Path | None, keys: ResearchKeys, data: bytes | None = None) -> str:
    """The keyed fingerprint of a file's bytes, or of its name where the bytes cannot be had."""
    digest = hashlib.sha256(b"unreadable " + leaf.shown.encode("utf-8", "surrogatepass"))
    if data is not None:
        digest = hashlib.sha256(data)
    elif path is not None:
        with contextlib.suppress(OSError), path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
    return keys.fingerprint(digest.digest())


@contextmanager
def fetched(leaf: Leaf, scratch: Path) -> Iterator[Path | None]:
    """The bytes of a leaf as a file, unpacked for the time being; None if they cannot be had."""
    if leaf.obstacle:
        yield None
    elif leaf.member is None:
        yield Path(leaf.path)
    else:
        handle, name = tempfile.mkstemp(dir=scratch, suffix=".member")
        os.close(handle)
        try:
            yield Path(name) if _unpack(leaf, Path(name)) else None
        finally:
            Path(name).unlink(missing_ok=True)


def _unpack(leaf: Leaf, target: Path) -> bool:
    assert leaf.member is not None
    written = 0
    try:
        with (
            zipfile.ZipFile(leaf.path) as archive,
            archive.open(archive.infolist()[leaf.member]) as packed,
            target.open("wb") as file,
        ):
            while block := packed.read(1 << 20):
                written += len(block)
                if written > LARGEST_FILE:
                    return False
                file.write(block)
    except OSError as error:
        if error.errno in DISK_FULL:
            raise
        return False
    except ZIP_DAMAGE:
        return False
    return True
