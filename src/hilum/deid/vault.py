"""The vault: the only place where real and research identifiers stand side by side, sealed."""

import getpass
import json
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hilum.deid.keys import ResearchKeys
from hilum.deid.vault_key import create_key, read_key
from hilum.errors import WorkspaceError

PATIENT, ACCESSION, STUDY = "patient", "accession", "study"
_TABLES = """
CREATE TABLE key_check (value BLOB NOT NULL);
CREATE TABLE entries (
    kind TEXT NOT NULL, research TEXT NOT NULL, lookup TEXT NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (kind, research));
CREATE TABLE accesses (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, count INTEGER NOT NULL);
CREATE TRIGGER no_change BEFORE UPDATE ON accesses BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER no_removal BEFORE DELETE ON accesses BEGIN SELECT RAISE(ABORT, 'append-only'); END;
"""


@dataclass(frozen=True)
class VaultEntry:
    """A real identifier and the research identifier that stands for it.

    Attributes:
        kind: `patient`, `accession` or `study`.
        research: the research identifier.
        real: the real one.
    """

    kind: str
    research: str
    real: str


@dataclass(frozen=True)
class Access:
    """One line of the record of accesses: when, who (account name), what for, how many identifiers."""

    at: str
    who: str
    what: str
    count: int


class Vault:
    """The encrypted map from real to research identifiers, in a folder of its own.

    Rows are sealed with AES-256-GCM (NIST SP 800-38D); each is bound to its kind and research identifier. The
    key lies in a file of mode 0600 beside it or comes from the environment variable HILUM_VAULT_KEY
    (hexadecimal or base64). Every look into the vault is recorded in a table that can only grow.

    Args:
        folder: the vault's folder, as made by `create`.

    Raises:
        WorkspaceError: there is no vault, its key is missing, or it is another vault's key.

    Example:
        >>> import tempfile, pathlib
        >>> vault = Vault.create(pathlib.Path(tempfile.mkdtemp()) / "vault")
        >>> vault.remember([VaultEntry("patient", vault.keys.patient("00123"), "00123")])
        >>> vault.research("patient", ["00123", "00999"], "example")[1] is None
        True
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._database = folder / "vault.sqlite"
        if not self._database.is_file():
            raise WorkspaceError(f"{folder} holds no vault: is this the folder that `hilum init` made?")
        self.keys = ResearchKeys(read_key(folder))
        with self._connected() as connection:
            stored = connection.execute("SELECT value FROM key_check").fetchone()
        if stored is None or not secrets.compare_digest(bytes(stored[0]), self.keys.check_value()):
            raise WorkspaceError(
                "the key does not belong to this vault: bring back the key file that it was made with, "
                "or set HILUM_VAULT_KEY to that key"
            )

    @classmethod
    def create(cls, folder: Path) -> "Vault":
        """Make a vault with a new key, or with the one in HILUM_VAULT_KEY.

        Raises:
            WorkspaceError: there is one already, or the folder cannot be written.
        """
        if (folder / "vault.sqlite").exists():
            raise WorkspaceError(f"{folder} already holds a vault, which is never overwritten")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        keys = ResearchKeys(create_key(folder))
        handle = os.open(folder / "vault.sqlite.new", os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        os.close(handle)
        connection = sqlite3.connect(folder / "vault.sqlite.new")
        connection.executescript(_TABLES)
        connection.execute("INSERT INTO key_check VALUES (?)", (keys.check_value(),))
        connection.commit()
        connection.close()
        (folder / "vault.sqlite.new").replace(folder / "vault.sqlite")
        return cls(folder)

    def remember(self, entries: Iterable[VaultEntry]) -> None:
        """Add entries; one that is there already stays as it is."""
        rows = [
            (
                entry.kind,
                entry.research,
                self.keys.lookup(entry.kind, entry.real),
                self._seal(entry.kind, entry.research, entry.real),
            )
            for entry in entries
        ]
        with self._connected() as connection:
            connection.executemany("INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?)", rows)

    def research(self, kind: str, real: Sequence[str], purpose: str) -> list[str | None]:
        """Translate real identifiers; None for those that the vault has never met. The access is recorded."""
        found: list[str | None] = []
        with self._connected() as connection:
            self._record(connection, f"real to research, {kind}: {purpose}", len(real))
            for identifier in real:
                row = connection.execute(
                    "SELECT research FROM entries WHERE kind = ? AND lookup = ?",
                    (kind, self.keys.lookup(kind, identifier)),
                ).fetchone()
                found.append(None if row is None else str(row[0]))
        return found

    def real(self, kind: str, research: Sequence[str], purpose: str) -> list[str | None]:
        """Translate research identifiers back; None for unknown ones. The access is recorded.

        Raises:
            WorkspaceError: a row was changed by somebody who does not have the key.
        """
        found: list[str | None] = []
        with self._connected() as connection:
            self._record(connection, f"research to real, {kind}: {purpose}", len(research))
            for identifier in research:
                row = connection.execute(
                    "SELECT sealed FROM entries WHERE kind = ? AND research = ?", (kind, identifier)
                ).fetchone()
                found.append(None if row is None else self._open(kind, identifier, bytes(row[0])))
        return found

    def date_offsets(self, patients: Sequence[str], purpose: str) -> list[int | None]:
        """By how many days the dates of research patients were moved; None for unknown ones. Recorded."""
        real = self.real(PATIENT, patients, f"date offsets for {purpose}")
        return [None if one is None else self.keys.date_offset_days(one) for one in real]

    def record(self, what: str, count: int = 1) -> None:
        """Write a line into the record of accesses."""
        with self._connected() as connection:
            self._record(connection, what, count)

    def accesses(self) -> tuple[Access, ...]:
        """The record of accesses, oldest first."""
        with self._connected() as connection:
            rows = connection.execute("SELECT at, who, what, count FROM accesses ORDER BY number").fetchall()
        return tuple(Access(*row) for row in rows)

    @staticmethod
    def _record(connection: sqlite3.Connection, what: str, count: int) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            who = getpass.getuser()
        except (KeyError, OSError):
            who = f"user {os.getuid()}" if hasattr(os, "getuid") else "unknown"
        connection.execute(
            "INSERT INTO accesses (at, who, what, count) VALUES (?, ?, ?, ?)", (now, who, what, count)
        )

    def _seal(self, kind: str, research: str, real: str) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(12)
        text = json.dumps({"real": real}).encode()
        return nonce + AESGCM(self.keys.sealing_key()).encrypt(nonce, text, f"{kind} {research}".encode())

    def _open(self, kind: str, research: str, sealed: bytes) -> str:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            text = AESGCM(self.keys.sealing_key()).decrypt(
                sealed[:12], sealed[12:], f"{kind} {research}".encode()
            )
        except InvalidTag:
            raise WorkspaceError(
                "a row of the vault was changed from outside: bring the vault back from a backup"
            ) from None
        return str(json.loads(text)["real"])

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self._database, timeout=60)
            try:
                with connection:
                    yield connection
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise WorkspaceError(
                f"the vault {self._database} cannot be used ({error}): is the disk full or is it read-only?"
            ) from error
