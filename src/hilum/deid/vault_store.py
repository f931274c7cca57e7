"""The vault's database: its tables, its transactions, and how an older one is brought up to date."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hilum.deid.vault_chain import Chain, End, Line
from hilum.errors import WorkspaceError

NAME = "vault.sqlite"
# Both files are opened by their owner only; the journal holds sealed rows as the database does.
FILES = (NAME, f"{NAME}-journal", "key", "key.new")
_APPEND_ONLY = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
_TABLES = f"""
CREATE TABLE entries (
    kind TEXT NOT NULL, research TEXT NOT NULL, lookup TEXT NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (kind, research));
CREATE TABLE accesses (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, count INTEGER NOT NULL);
CREATE TRIGGER no_change BEFORE UPDATE ON accesses {_APPEND_ONLY};
CREATE TRIGGER no_removal BEFORE DELETE ON accesses {_APPEND_ONLY};
"""
_SINCE_2 = (
    "CREATE TABLE envelope (generation INTEGER NOT NULL, header TEXT NOT NULL, sealed BLOB NOT NULL)",
    "CREATE TABLE seals (number INTEGER PRIMARY KEY, seal TEXT NOT NULL)",
    f"CREATE TRIGGER no_seal_change BEFORE UPDATE ON seals {_APPEND_ONLY}",
    f"CREATE TRIGGER no_seal_removal BEFORE DELETE ON seals {_APPEND_ONLY}",
    "CREATE TABLE record_end (number INTEGER NOT NULL, last TEXT NOT NULL, seal TEXT NOT NULL)",
    "CREATE INDEX entries_by_lookup ON entries (kind, lookup)",
)


def make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of a new vault, all but those that `bring_up_to_date` adds.

    Example:
        >>> connection = sqlite3.connect(":memory:")
        >>> make_tables(connection)
        >>> connection.execute("SELECT count(*) FROM entries").fetchone()
        (0,)
    """
    connection.executescript(_TABLES)


def bring_up_to_date(connection: sqlite3.Connection, header: str, box: bytes, chain: Chain) -> None:
    """Give a database the tables for sealed secrets and for a chained record, and chain the lines it has.

    Args:
        connection: in a transaction.
        header: says how the secrets are opened.
        box: the sealed secrets.
        chain: seals the record.

    Example:
        >>> connection = sqlite3.connect(":memory:")
        >>> make_tables(connection)
        >>> bring_up_to_date(connection, "{}", b"", Chain(bytes(32)))
        >>> read_envelope(connection)
        (1, '{}', b'')
    """
    for statement in _SINCE_2:
        connection.execute(statement)
    connection.execute("INSERT INTO envelope VALUES (1, ?, ?)", (header, box))
    end = chain.begin()
    rows = connection.execute("SELECT number, at, who, what, count FROM accesses ORDER BY number").fetchall()
    for _, *fields in rows:
        line = chain.line(end, fields)
        connection.execute("INSERT INTO seals VALUES (?, ?)", (line.number, line.seal))
        end = chain.end(line)
    connection.execute("INSERT INTO record_end VALUES (?, ?, ?)", (end.number, end.last, end.seal))


def read_envelope(connection: sqlite3.Connection) -> tuple[int, str, bytes] | None:
    """Which key it is by now (a count), the header and the sealed secrets; None in an older vault.

    Example:
        >>> read_envelope(sqlite3.connect(":memory:")) is None
        True
    """
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'envelope'").fetchone()
    row = connection.execute("SELECT generation, header, sealed FROM envelope").fetchone() if there else None
    return (int(row[0]), str(row[1]), bytes(row[2])) if row else None


def append(connection: sqlite3.Connection, chain: Chain, fields: tuple[str, str, str, int]) -> None:
    """Write a line (when, who, what, how many) at the end of the record of accesses.

    Args:
        connection: in a transaction that nobody else can write in.
        chain: seals the record.
        fields: what to write.

    Example:
        >>> connection, chain = sqlite3.connect(":memory:"), Chain(bytes(32))
        >>> make_tables(connection)
        >>> bring_up_to_date(connection, "{}", b"", chain)
        >>> append(connection, chain, ("2026-03-01T09:00:00+00:00", "kim", "an example", 1))
        >>> chain.fault(*read_record(connection)) is None
        True
    """
    numbers = "SELECT max(number) FROM accesses UNION ALL SELECT max(number) FROM seals"
    highest = max(int(row[0] or 0) for row in connection.execute(numbers))
    line, end = chain.after(_end(connection), highest, fields)
    connection.execute("INSERT INTO accesses VALUES (?, ?, ?, ?, ?)", (line.number, *fields))
    connection.execute("INSERT INTO seals VALUES (?, ?)", (line.number, line.seal))
    if end is not None:
        connection.execute(
            "UPDATE record_end SET number = ?, last = ?, seal = ?", (end.number, end.last, end.seal)
        )


def read_record(connection: sqlite3.Connection) -> tuple[list[Line], End | None]:
    """All lines of the record of accesses, and where it ends; a line without seal has an empty one."""
    rows = connection.execute(
        "SELECT number, at, who, what, count, coalesce(seal, '') "
        "FROM accesses LEFT JOIN seals USING (number) ORDER BY number"
    )
    lines = [Line(number, fields, str(seal)) for number, *fields, seal in rows]
    return lines, _end(connection)


def _end(connection: sqlite3.Connection) -> End | None:
    rows = connection.execute("SELECT number, last, seal FROM record_end").fetchall()
    return End(int(rows[0][0]), str(rows[0][1]), str(rows[0][2])) if len(rows) == 1 else None


@contextmanager
def connected(database: Path) -> Iterator[sqlite3.Connection]:
    """A transaction that nobody else can write in; others wait for it.

    Raises:
        WorkspaceError: the database cannot be used.
    """
    try:
        connection = sqlite3.connect(database, timeout=60, isolation_level=None)
        try:
            connection.execute("PRAGMA secure_delete = ON")  # what a changed key replaces leaves no trace
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise WorkspaceError(
            f"the vault {database} cannot be used ({error}): is the disk full or is it read-only?"
        ) from error
