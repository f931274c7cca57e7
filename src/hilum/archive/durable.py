"""Making sure that files are on the disk, many at once."""

import ctypes
import os
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path


def settle_on_disk(files: Iterable[Path]) -> None:
    """Wait until files, and the names they have, would survive a power cut.

    Where the system can (Linux), the whole file system is asked once; elsewhere each file and folder is.

    Args:
        files: on one file system.

    Raises:
        OSError: the disk could not write them.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a"
        >>> _ = path.write_bytes(b"1")
        >>> settle_on_disk([path])
    """
    paths = list(files)
    if not paths:
        return
    whole = _whole_file_system()
    if whole is not None:
        handle = os.open(paths[0], os.O_RDONLY)
        try:
            whole(handle)
        finally:
            os.close(handle)
        return
    for path in (*paths, *{path.parent for path in paths}):
        _settle_one(path)


def _settle_one(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@cache
def _whole_file_system() -> Callable[[int], None] | None:
    """Linux's call that waits for a whole file system; since Linux 5.8 it tells of failed writes too."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        function = ctypes.CDLL(None, use_errno=True).syncfs
    except (AttributeError, OSError):
        return None

    def call(handle: int) -> None:
        if function(handle) != 0:
            raise OSError(ctypes.get_errno(), "the disk could not write what it was given")

    return call
