"""The whole map for the honest broker: a file sealed with a passphrase of its own or, if asked for, a CSV."""

import csv
import io
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hilum.deid.vault import Vault
from hilum.deid.vault_envelope import opened, sealed
from hilum.deid.vault_key import Key
from hilum.deid.vault_reason import stated_reason
from hilum.deid.vault_rows import PATIENT
from hilum.errors import WorkspaceError

COLUMNS = ("kind", "research", "real", "date_offset_days")
_BEGINNING = b"hilum sealed map 1\n"
_PURPOSE = "the map of a vault"
_LARGEST = 4 << 30
_LONGEST_HEADER = 4096


def export_map(vault: Vault, file: Path, reason: str, key: Key | None) -> int:
    r"""Write the whole map into a file that only its owner may read; the access is recorded.

    Args:
        vault: the vault.
        file: the file to make.
        reason: why; at least a few words.
        key: the passphrase that seals it; None writes a CSV in the open.

    Returns:
        How many identifiers it holds.

    Raises:
        WorkspaceError: the file is there already or cannot be written, or the reason says too little.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> vault, key = Vault.create(folder / "vault"), Key("passphrase", b"several words together")
        >>> export_map(vault, folder / "map", "for the honest broker", key)
        0
        >>> open_map(folder / "map", key)
        'kind,research,real,date_offset_days\n'
    """
    said = stated_reason(reason)
    if file.exists():
        raise WorkspaceError(f"{file} is there already: name a new file")
    if not file.parent.is_dir():
        raise WorkspaceError(f"{file.parent} is no folder: name a file in a folder that exists")
    rows = [
        (
            entry.kind,
            entry.research,
            entry.real,
            str(vault.keys.date_offset_days(entry.real)) if entry.kind == PATIENT else "",
        )
        for entry in vault.entries(f"{'sealed' if key else 'open'} export: {said}")
    ]
    data = _csv(rows).encode("utf-8", "surrogatepass")
    if key is not None:
        header, box = sealed(key, data, _PURPOSE)
        data = _BEGINNING + header.encode() + b"\n" + box
    _write_privately(file, data)
    return len(rows)


def open_map(file: Path, key: Key) -> str:
    """The map that a sealed file holds, as CSV.

    Raises:
        WorkspaceError: it is no such file, it was changed, or the passphrase is another one.
    """
    try:
        with file.open("rb") as stream:
            if os.fstat(stream.fileno()).st_size > _LARGEST or stream.readline(64) != _BEGINNING:
                raise WorkspaceError(f"{file} is no sealed map: `hilum vault export` makes one")
            header = stream.readline(_LONGEST_HEADER).decode("utf-8", "replace").rstrip("\n")
            if json.loads(header).get("purpose") != _PURPOSE:
                raise WorkspaceError(f"{file} is no sealed map: `hilum vault export` makes one")
            box = stream.read()
    except OSError as error:
        raise WorkspaceError(f"{file} cannot be read: {error.strerror}") from None
    except (ValueError, AttributeError):
        raise WorkspaceError(f"{file} is damaged: ask for a new one") from None
    return opened(key, header, box).decode("utf-8", "surrogatepass")


def _write_privately(file: Path, data: bytes) -> None:
    """Make a file that nobody else can read at any moment, and that is whole or not there."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.stem}-")  # of mode 0600
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue()
