"""The vault: the only place where real and research identifiers stand side by side, sealed."""

import hmac
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hilum.deid.keys import ResearchKeys
from hilum.deid.vault_chain import Chain
from hilum.deid.vault_envelope import opened, sealed
from hilum.deid.vault_key import Key, Source, create_key, key_in_file
from hilum.deid.vault_modes import account, closed_to_others
from hilum.deid.vault_opening import PURPOSE, Opened, opened_vault
from hilum.deid.vault_rows import ACCESSION, KINDS, PATIENT, STUDY, RowSeal, VaultEntry
from hilum.deid.vault_store import (
    FILES,
    NAME,
    append,
    bring_up_to_date,
    connected,
    make_tables,
    read_envelope,
    read_record,
)
from hilum.errors import WorkspaceError

__all__ = ["ACCESSION", "KINDS", "PATIENT", "STUDY", "Access", "Vault", "VaultEntry"]
_CHANGED_MEANWHILE = (
    "the vault's key was changed while this was running: nothing is lost, run the same command again with "
    "the new key"
)


@dataclass(frozen=True)
class Access:
    """One line of the record of accesses: when, who (account name), what for, how many identifiers."""

    at: str
    who: str
    what: str
    count: int


class Vault:
    """The encrypted map from real to research identifiers, in a folder of its own.

    Rows are sealed with AES-256-GCM (NIST SP 800-38D); each is bound to its kind and research identifier.
    What seals them, and what research identifiers are made with, is itself sealed under the vault's key, so
    that the key can be changed and the research identifiers stay. The key comes from the environment variable
    HILUM_VAULT_KEY (hexadecimal or base64), from the file that HILUM_VAULT_KEY_FILE names, from a passphrase
    (HILUM_VAULT_PASSPHRASE, or asked for on a terminal), or lies in a file of mode 0600 beside the vault.
    Every look into the vault is recorded in a table that can only grow and shows what is done to it from
    outside.

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
        self._database = folder / NAME
        if not self._database.is_file():
            raise WorkspaceError(f"{folder} holds no vault: is this the folder that `hilum init` made?")
        mended = closed_to_others(folder, FILES)
        self._take(opened_vault(folder))
        if mended:
            self.record("rights of others on the vault's files were taken away", mended)

    def _take(self, secrets_of: Opened) -> None:
        self.key_source: Source = secrets_of.source
        self.keys = ResearchKeys(secrets_of.secret)
        self._generation = secrets_of.generation
        self._seal = RowSeal(secrets_of.row_key)
        self._chain = Chain(self.chain_key("accesses"))

    @classmethod
    def create(cls, folder: Path) -> "Vault":
        """Make a vault with the key that the environment names, or with a new one in its folder.

        With a key in HILUM_VAULT_KEY the research identifiers are made from that key itself, so that two
        vaults made with it agree on them; else from a secret of the vault's own.

        Raises:
            WorkspaceError: there is one already, the folder cannot be written, or the key cannot be used.
        """
        if (folder / NAME).exists():
            raise WorkspaceError(f"{folder} already holds a vault, which is never overwritten")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        key = create_key(folder)
        secret = key.material if key.source == "environment" else secrets.token_bytes(32)
        header, box = sealed(key, secret + secrets.token_bytes(32), PURPOSE)
        new = folder / f"{NAME}.new"
        new.touch(mode=0o600)
        connection = sqlite3.connect(new)
        make_tables(connection)
        bring_up_to_date(connection, header, box, Chain(_chain_key(secret, "accesses")))
        connection.commit()
        connection.close()
        new.replace(folder / NAME)
        return cls(folder)

    def chain_key(self, record: str) -> bytes:
        """The key that seals the lines of a record, such as the one of releases; the same for ever."""
        return _chain_key(self.keys.secret, record)

    def remember(self, entries: Iterable[VaultEntry], purpose: str = "images brought in") -> None:
        """Add entries; one that is there already stays as it is. What is new is counted in the record."""
        rows = [
            (
                entry.kind,
                entry.research,
                self.keys.lookup(entry.kind, entry.real),
                self._seal.sealed(entry),
            )
            for entry in entries
        ]
        if not rows:
            return
        with self._connected() as connection:
            before = connection.total_changes
            connection.executemany("INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?)", rows)
            if added := connection.total_changes - before:
                self._record(connection, f"new identifiers: {purpose}", added)

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
        with self._connected() as connection:
            self._record(connection, f"research to real, {kind}: {purpose}", len(research))
        found: list[str | None] = []
        with self._connected() as connection:
            for identifier in research:
                row = connection.execute(
                    "SELECT sealed FROM entries WHERE kind = ? AND research = ?", (kind, identifier)
                ).fetchone()
                found.append(row and self._seal.opened(kind, identifier, bytes(row[0])).real)
        return found

    def entries(self, purpose: str) -> list[VaultEntry]:
        """The whole map, by kind and research identifier. The access is recorded.

        Raises:
            WorkspaceError: a row was changed by somebody who does not have the key.
        """
        self.record(f"the whole map: {purpose}", sum(self.counts().values()))
        with self._connected() as connection:
            rows = connection.execute("SELECT kind, research, sealed FROM entries ORDER BY kind, research")
            return [self._seal.opened(str(row[0]), str(row[1]), bytes(row[2])) for row in rows]

    def date_offsets(self, patients: Sequence[str], purpose: str) -> list[int | None]:
        """By how many days the dates of research patients were moved; None for unknown ones. Recorded."""
        real = self.real(PATIENT, patients, f"date offsets for {purpose}")
        return [None if one is None else self.keys.date_offset_days(one) for one in real]

    def counts(self) -> dict[str, int]:
        """How many identifiers of each kind the vault holds."""
        with self._connected() as connection:
            rows = connection.execute("SELECT kind, count(*) FROM entries GROUP BY kind").fetchall()
        return dict.fromkeys(KINDS, 0) | {str(kind): int(count) for kind, count in rows}

    def known(self, kind: str) -> set[str]:
        """The research identifiers of one kind that the vault can lead back."""
        with self._connected() as connection:
            return {
                str(row[0])
                for row in connection.execute("SELECT research FROM entries WHERE kind = ?", (kind,))
            }

    def record(self, what: str, count: int = 1) -> None:
        """Write a line into the record of accesses."""
        with self._connected() as connection:
            self._record(connection, what, count)

    def accesses(self) -> tuple[Access, ...]:
        """The record of accesses, oldest first."""
        with self._connected() as connection:
            rows = connection.execute("SELECT at, who, what, count FROM accesses ORDER BY number").fetchall()
        return tuple(Access(*row) for row in rows)

    def forged_rows(self) -> int:
        """How many rows were changed from outside, or stand under a wrong research identifier."""
        make = {PATIENT: self.keys.patient, ACCESSION: self.keys.accession}
        forged = 0
        with self._connected() as connection:
            for kind, research, lookup, box in connection.execute(
                "SELECT kind, research, lookup, sealed FROM entries"
            ):
                try:
                    real = self._seal.opened(str(kind), str(research), bytes(box)).real
                except WorkspaceError:
                    forged += 1
                    continue
                made = make.get(kind, lambda _real, same=research: same)(real)
                forged += lookup != self.keys.lookup(kind, real) or made != research
        return forged

    def record_fault(self) -> str | None:
        """What was done to the record of accesses from outside, as a sentence; None where it is whole."""
        with self._connected() as connection:
            return self._chain.fault(*read_record(connection))

    def seal_afresh(self, key: Key, what: str) -> None:
        """Seal the secrets under a new key and all rows under a new secret, in one transaction. Recorded.

        Use `hilum.deid.vault_rotation.rotate`, which also sees to the key's own file.
        """
        row_key = secrets.token_bytes(32)
        new = RowSeal(row_key)
        header, box = sealed(key, self.keys.secret + row_key, PURPOSE)
        with self._connected() as connection:
            count = 0
            for place, entry in self._all_rows(connection):
                connection.execute(
                    "UPDATE entries SET sealed = ? WHERE rowid = ?", (new.sealed(entry), place)
                )
                count += 1
            connection.execute(
                "UPDATE envelope SET generation = generation + 1, header = ?, sealed = ?", (header, box)
            )
            self._record(connection, what, count)
        self._take(Opened(key.source, self._generation + 1, self.keys.secret, row_key))

    def opens_with(self, file: Path) -> bool:
        """Whether the key in a file is this vault's."""
        with self._connected() as connection:
            envelope = read_envelope(connection)
        try:
            return envelope is not None and bool(opened(key_in_file(file), *envelope[1:]))
        except WorkspaceError:
            return False

    def _all_rows(self, connection: sqlite3.Connection) -> Iterator[tuple[int, VaultEntry]]:
        """Every row's place and what it holds, a block at a time."""
        last = -1
        query = "SELECT rowid, kind, research, sealed FROM entries WHERE rowid > ? ORDER BY rowid LIMIT 1000"
        while rows := connection.execute(query, (last,)).fetchall():
            for place, kind, research, box in rows:
                yield place, self._seal.opened(str(kind), str(research), bytes(box))
            last = rows[-1][0]

    def _record(self, connection: sqlite3.Connection, what: str, count: int) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        append(connection, self._chain, (now, account(), what, count))

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with connected(self._database) as connection:
            row = connection.execute("SELECT generation FROM envelope").fetchone()
            if row is None or row[0] != self._generation:
                raise WorkspaceError(_CHANGED_MEANWHILE)
            yield connection


def _chain_key(secret: bytes, record: str) -> bytes:
    return hmac.digest(secret, f"record of {record}".encode(), "sha256")
