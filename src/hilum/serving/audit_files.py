"""The key of the audit log, and the second copy of where it ends: files that only their owner may read."""

import fcntl
import json
import os
import secrets
from pathlib import Path

from hilum.deid.vault_chain import End
from hilum.errors import WorkspaceError

KEY, HEAD = "audit.key", "audit.head"
_LENGTH, _LONGEST = 32, 4096


def chain_key(folder: Path, *, new: bool) -> bytes:
    """The key that seals the log.

    Args:
        folder: where it lies.
        new: the log has no line yet: a key is made where there is none.

    Raises:
        WorkspaceError: the log has lines, and their key is missing or damaged.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> chain_key(folder, new=True) == chain_key(folder, new=False)
        True
    """
    path = folder / KEY
    if new and not path.exists():
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:  # another process was quicker
            return chain_key(folder, new=False)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_bytes(_LENGTH).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii")[:_LONGEST].strip())
    except (OSError, ValueError):
        key = b""
    if len(key) != _LENGTH:
        raise WorkspaceError(
            f"the key of the audit log ({path}) is missing or damaged, and the log cannot be continued "
            f"without it: bring the file back from where it is kept"
        )
    return key


def advance_head(folder: Path, end: End) -> None:
    """Keep a second copy of where the log ends; it never goes back.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> advance_head(folder, End(2, "b", "y"))
        >>> advance_head(folder, End(1, "a", "x"))
        >>> read_head(folder).number
        2
    """
    handle = os.open(folder / HEAD, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        kept = _parsed(os.pread(handle, _LONGEST, 0))
        if kept is None or kept.number < end.number or end.number == 0:
            text = json.dumps([end.number, end.last, end.seal]).encode("ascii")
            os.pwrite(handle, text, 0)
            os.ftruncate(handle, len(text))
    finally:
        os.close(handle)


def read_head(folder: Path) -> End | None:
    """The second copy of where the log ends; None where it is missing or cannot be read.

    Example:
        >>> import tempfile
        >>> read_head(Path(tempfile.mkdtemp())) is None
        True
    """
    try:
        return _parsed((folder / HEAD).read_bytes()[:_LONGEST])
    except OSError:
        return None


def _parsed(text: bytes) -> End | None:
    try:
        number, last, seal = json.loads(text)
    except (ValueError, TypeError):
        return None
    fits = isinstance(number, int) and isinstance(last, str) and isinstance(seal, str)
    return End(number, last, seal) if fits else None
