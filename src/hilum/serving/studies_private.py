"""Files that only the owner of the workspace can read, whole or not at all, and on the disk when written."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hilum.files import held
from hilum.serving.failures import Refusal

_PATIENCE_SECONDS = 5.0


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read; it takes the place of an older one at once.

    Args:
        path: The file; its folder must exist.
        content: What it shall hold.

    Example:
        >>> path = Path(tempfile.mkdtemp()) / "study.toml"
        >>> write_private(path, b"version = 1")
        >>> path.read_bytes(), oct(path.stat().st_mode & 0o777)
        (b'version = 1', '0o600')
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def private_folder(path: Path) -> Path:
    """Make a folder, and those above it that are missing, that only the owner can enter.

    Example:
        >>> oct(private_folder(Path(tempfile.mkdtemp()) / "a" / "b").stat().st_mode & 0o777)
        '0o700'
    """
    for folder in (*reversed(path.parents), path):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
    return path


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Hold a folder while something in it is changed; whoever comes second waits.

    Raises:
        Refusal: 409, somebody else held it for too long.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        with held(folder) as mine:
            if mine:
                yield
                return
        if time.monotonic() > until:
            raise Refusal(409, "this study is being changed by somebody else: try again in a moment")
        time.sleep(0.02)
