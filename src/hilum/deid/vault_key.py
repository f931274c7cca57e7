"""Where the vault's key comes from."""

import base64
import binascii
import os
import secrets
from pathlib import Path

from hilum.errors import WorkspaceError

KEY_VARIABLE = "HILUM_VAULT_KEY"
_LENGTH = 32


def create_key(folder: Path) -> bytes:
    """Take the key from the environment, or make one in the vault's folder, readable by its owner only.

    Raises:
        WorkspaceError: the key in the environment cannot be read.

    Example:
        >>> import tempfile
        >>> len(create_key(Path(tempfile.mkdtemp())))
        32
    """
    given = os.environ.get(KEY_VARIABLE)
    if given:
        return _parsed(given, f"the environment variable {KEY_VARIABLE}")
    key = secrets.token_bytes(_LENGTH)
    handle = os.open(folder / "key", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def read_key(folder: Path) -> bytes:
    """Take the key from the environment, or read it from the vault's folder.

    Raises:
        WorkspaceError: there is none, or it is no key of 32 bytes.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> create_key(folder) == read_key(folder)
        True
    """
    given = os.environ.get(KEY_VARIABLE)
    if given:
        return _parsed(given, f"the environment variable {KEY_VARIABLE}")
    try:
        text = (folder / "key").read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise WorkspaceError(
            f"the key of the vault is missing or cannot be read ({folder / 'key'}): bring the file back from "
            f"where it is kept, or set {KEY_VARIABLE}"
        ) from None
    return _parsed(text, f"the file {folder / 'key'}")


def _parsed(text: str, where: str) -> bytes:
    text = text.strip()
    for decode in (bytes.fromhex, lambda given: base64.b64decode(given, validate=True)):
        try:
            key = decode(text)
        except (ValueError, binascii.Error):
            continue
        if len(key) == _LENGTH:
            return key
    raise WorkspaceError(f"{where} holds no key: 32 bytes are expected, in hexadecimal or base64")
