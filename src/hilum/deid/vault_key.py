"""Where the vault's key comes from: the environment, a file, a passphrase."""

import base64
import binascii
import getpass
import os
import secrets
import stat
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from hilum.errors import WorkspaceError

KEY_VARIABLE, FILE_VARIABLE = "HILUM_VAULT_KEY", "HILUM_VAULT_KEY_FILE"
PASSPHRASE_VARIABLE, NEW_PASSPHRASE_VARIABLE = "HILUM_VAULT_PASSPHRASE", "HILUM_VAULT_NEW_PASSPHRASE"
NEW_KEY_VARIABLE, EXPORT_VARIABLE = "HILUM_VAULT_NEW_KEY", "HILUM_EXPORT_PASSPHRASE"
SHORTEST_PASSPHRASE = 8
_LENGTH, _LONGEST_FILE = 32, 4096

Source = Literal["environment", "file", "folder", "passphrase"]
SOURCES: dict[Source, str] = {
    "environment": f"the environment variable {KEY_VARIABLE}",
    "file": f"the file that {FILE_VARIABLE} names",
    "folder": "a file in the vault's folder",
    "passphrase": "a passphrase",
}


@dataclass(frozen=True)
class Key:
    """What opens a vault.

    Attributes:
        source: where it comes from.
        material: 32 bytes, or the passphrase in UTF-8; never printed.

    Example:
        >>> Key("folder", bytes(32))
        Key(source='folder')
    """

    source: Source
    material: bytes = field(repr=False)


def create_key(folder: Path) -> Key:
    """Take the key that the environment names for a new vault, or make one in the vault's folder.

    A key file that HILUM_VAULT_KEY_FILE names and that is not there yet is made.

    Raises:
        WorkspaceError: the key cannot be read, the passphrase is too short, or more than one key is named.

    Example:
        >>> import tempfile
        >>> len(create_key(Path(tempfile.mkdtemp())).material)
        32
    """
    named = [name for name in (KEY_VARIABLE, FILE_VARIABLE, PASSPHRASE_VARIABLE) if os.environ.get(name)]
    if len(named) > 1:
        raise WorkspaceError(f"{' and '.join(named)} are both set: set the one that shall open the vault")
    if not named:
        return key_file(folder / "key", "folder")
    if named[0] == PASSPHRASE_VARIABLE:
        return passphrase(PASSPHRASE_VARIABLE, "Passphrase of the vault", new=True)
    file = Path(os.environ.get(FILE_VARIABLE, ""))
    if named[0] == FILE_VARIABLE and not file.exists():
        return key_file(file, "file")
    return next(keys_at_hand(folder))


def keys_at_hand(folder: Path) -> Iterator[Key]:
    """The keys that may open a vault, likeliest first; the second is one of a change cut off in the middle.

    Raises:
        WorkspaceError: there is none, it is no key of 32 bytes, or others may read its file.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> create_key(folder) == next(keys_at_hand(folder))
        True
    """
    if given := os.environ.get(KEY_VARIABLE):
        yield Key("environment", _parsed(given, SOURCES["environment"]))
        return
    if named := os.environ.get(FILE_VARIABLE):
        yield Key("file", _read(Path(named), private=True))
        return
    found = [folder / name for name in ("key", "key.new") if (folder / name).exists()]
    for path in found or [folder / "key"]:
        yield key_in_file(path)


def passphrase(variable: str, prompt: str, *, new: bool) -> Key:
    """Take a passphrase from the environment, or ask for it on a terminal; it is never an argument.

    Args:
        variable: the environment variable.
        prompt: what to ask.
        new: it is being chosen: it must be long enough, and is asked for twice.

    Raises:
        WorkspaceError: there is none, it is too short, or the two differ.

    Example:
        >>> os.environ["HILUM_EXAMPLE"] = "a mountain behind the hospital"
        >>> passphrase("HILUM_EXAMPLE", "Passphrase", new=True).source
        'passphrase'
    """
    given = os.environ.get(variable)
    if not given:
        if not (sys.stdin is not None and sys.stdin.isatty()):
            raise WorkspaceError(f"a passphrase is needed: set {variable}, or run this in a terminal")
        given = getpass.getpass(f"{prompt}: ")
        if new and given != getpass.getpass(f"{prompt}, again: "):
            raise WorkspaceError("the two passphrases differ: nothing was changed")
    if new and len(given) < SHORTEST_PASSPHRASE:
        raise WorkspaceError(
            f"the passphrase is too short: choose several words, {SHORTEST_PASSPHRASE} characters at least"
        )
    return Key("passphrase", unicodedata.normalize("NFC", given).encode("utf-8", "surrogatepass"))


def key_file(path: Path, source: Source) -> Key:
    """Make a new key in a new file that only its owner may read.

    Raises:
        WorkspaceError: there is a file already, or it cannot be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "key"
        >>> key_file(path, "file").material.hex() == path.read_text().strip()
        True
    """
    key = secrets.token_bytes(_LENGTH)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise WorkspaceError(f"the key file {path} cannot be made: {error.strerror or error}") from None
    return Key(source, key)


def key_in_file(path: Path) -> Key:
    """The key that a file in the vault's folder holds.

    Raises:
        WorkspaceError: it cannot be read, or holds no key.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "key"
        >>> key_file(path, "folder") == key_in_file(path)
        True
    """
    return Key("folder", _read(path, private=False))


def key_in_variable(variable: str) -> Key:
    """The key that an environment variable holds.

    Raises:
        WorkspaceError: it is not set, or holds no key.

    Example:
        >>> os.environ["HILUM_EXAMPLE"] = "00" * 32
        >>> key_in_variable("HILUM_EXAMPLE").material == bytes(32)
        True
    """
    given = os.environ.get(variable)
    if not given:
        raise WorkspaceError(f"the environment variable {variable} is not set: set it to the new key")
    return Key("environment", _parsed(given, f"the environment variable {variable}"))


def _read(path: Path, *, private: bool) -> bytes:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_LONGEST_FILE).decode("ascii") if stat.S_ISREG(mode) else ""
    except (OSError, UnicodeDecodeError):
        raise WorkspaceError(
            f"the key of the vault is missing or cannot be read ({path}): bring the file back from where it "
            f"is kept, or set {KEY_VARIABLE} or {FILE_VARIABLE}"
        ) from None
    if private and stat.S_IMODE(mode) & 0o077:
        raise WorkspaceError(
            f"the key file {path} may be read by others: take their right away with `chmod 600`, and if "
            "somebody may have read it, change the key with `hilum vault rotate`"
        )
    return _parsed(text, f"the file {path}")


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
