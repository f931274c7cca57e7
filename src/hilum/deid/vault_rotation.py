"""A new key for a vault: what the old one sealed is sealed afresh, the research identifiers stay.

All rows and the secrets change in one transaction of the database. A new key file in the vault's folder is
there under a second name before it, and takes the place of the old one after it; whoever is stopped in
between has a vault that opens with the old key or with the new one.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hilum.deid.vault import Vault
from hilum.deid.vault_key import (
    NEW_KEY_VARIABLE,
    NEW_PASSPHRASE_VARIABLE,
    SOURCES,
    Key,
    Source,
    key_file,
    key_in_variable,
    passphrase,
)
from hilum.errors import WorkspaceError


def rotate(folder: Path, to: Source, file: Path | None = None) -> Vault:
    """Give a vault a new key; the old one is refused from then on.

    Args:
        folder: the vault's folder; the old key must be at hand.
        to: where the new key comes from: `folder` (made in the vault's folder), `file` (made elsewhere),
            `passphrase` (HILUM_VAULT_NEW_PASSPHRASE, or asked for on a terminal) or `environment`
            (HILUM_VAULT_NEW_KEY).
        file: the key file to make, with `file` only.

    Returns:
        The vault, opened by its new key.

    Raises:
        WorkspaceError: the old key is wrong, the new one cannot be had, or another change is under way.

    Example:
        >>> import tempfile
        >>> vault = Vault.create(Path(tempfile.mkdtemp()) / "vault")
        >>> rotate(vault.folder, "folder").keys.patient("00123") == vault.keys.patient("00123")
        True
    """
    if (to == "file") != (file is not None):
        raise WorkspaceError("name the file to make for the new key, and only where the key goes to a file")
    waiting, kept = folder / "key.new", folder / "key"
    with _alone(folder):
        vault = Vault(folder)
        _finish(vault, waiting, kept)
        key = _new_key(to, file or waiting)
        try:
            vault.seal_afresh(key, f"new key: from {SOURCES[vault.key_source]} to {SOURCES[to]}")
        except BaseException:
            if file is not None:
                file.unlink(missing_ok=True)
            raise
        if to == "folder":
            waiting.replace(kept)
        else:
            kept.unlink(missing_ok=True)
        _synced(folder)
    return vault


def _finish(vault: Vault, waiting: Path, kept: Path) -> None:
    """Give the key of a change that was cut off its place, or take it away if it never came into use."""
    if not waiting.exists():
        return
    if vault.opens_with(waiting):
        waiting.replace(kept)
    else:
        waiting.unlink()


def _new_key(to: Source, file: Path) -> Key:
    if to == "passphrase":
        return passphrase(NEW_PASSPHRASE_VARIABLE, "New passphrase of the vault", new=True)
    if to == "environment":
        return key_in_variable(NEW_KEY_VARIABLE)
    key = key_file(file, to)
    _synced(file.parent)
    return key


def _synced(folder: Path) -> None:
    """Make names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the vault's folder, so that one key at a time is changed."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        raise WorkspaceError(f"{folder} holds no vault: is this the folder that `hilum init` made?") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise WorkspaceError(
            "another change of this vault's key is under way: wait until it is done"
        ) from None
    finally:
        os.close(handle)
