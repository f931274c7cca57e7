"""The record of releases: what left the house, for whom, until when; lines are only added.

It stands in the database of the index, on SQLite and PostgreSQL alike. Every line carries a keyed seal over
itself and the one before it; the key comes from the vault, whose own record says how many lines there are.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, inspect, select, update

from hilum.archive.archive import Archive
from hilum.archive.index import reading, writing
from hilum.archive.words import Words
from hilum.deid.vault_chain import Chain, End, Line
from hilum.deid.vault_modes import account

_TOLD = "the record of releases grew to line "
RELEASE, WITHDRAWAL, RECALL, FAILURE = "release", "withdrawal", "recall", "failure"


@dataclass(frozen=True)
class Entry:
    """A line of the record.

    Attributes:
        what: `release`, `withdrawal` (of an approval), `recall` (of one release) or `failure` (recorded, but
            its folder could not be put in its place).
        approval: the approval number.
        committee: who approved it.
        recipient: who got it.
        purpose: what for.
        expires: the approval's last day (ISO 8601).
        patients: how many.
        images: how many images and other objects.
        manifest: SHA-256 of the package's manifest.
        note: why it was withdrawn or recalled, or why lacking proofs were accepted.
        of: the release that is withdrawn, recalled or failed, by its number; 0 for a release.
        at: when (UTC).
        who: the account that did it.
        number: of the line, from 1.

    Example:
        >>> entry = Entry("release", "2026-014", "Board", "Centre", "CT study", "2030-01-01")
        >>> entry.left_days(date(2029, 12, 30))
        2
    """

    what: str
    approval: str
    committee: str
    recipient: str
    purpose: str
    expires: str
    patients: int = 0
    images: int = 0
    manifest: str = ""
    note: str = ""
    of: int = 0
    at: str = ""
    who: str = ""
    number: int = 0

    def left_days(self, day: date) -> int:
        """How many days the approval still holds; negative where it has expired."""
        return (date.fromisoformat(self.expires) - day).days


_NAMES = tuple(field.name for field in fields(Entry) if field.name != "number")
_NUMBERS = ("patients", "images", "of")
_METADATA = MetaData()
RELEASES = Table(
    "releases",
    _METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    *(Column(name, Integer if name in _NUMBERS else Words(), nullable=False) for name in _NAMES),
    Column("seal", Words(), nullable=False),
)
_END = Table(
    "releases_end",
    _METADATA,
    Column("number", Integer, nullable=False),
    Column("last", Words(), nullable=False),
    Column("seal", Words(), nullable=False),
)
_APPEND_ONLY = {
    "sqlite": (
        """CREATE TRIGGER releases_no_change BEFORE UPDATE ON releases
           BEGIN SELECT RAISE(ABORT, 'append-only'); END""",
        """CREATE TRIGGER releases_no_removal BEFORE DELETE ON releases
           BEGIN SELECT RAISE(ABORT, 'append-only'); END""",
    ),
    "postgresql": (
        """CREATE OR REPLACE FUNCTION releases_append_only() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'append-only'; END $$""",
        """CREATE TRIGGER releases_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON releases
           FOR EACH STATEMENT EXECUTE FUNCTION releases_append_only()""",
    ),
}


class ReleaseLog:
    """The record of releases of one archive.

    Args:
        archive: whose.

    Example:
        >>> import tempfile, pathlib
        >>> from hilum.archive import create_workspace
        >>> log = ReleaseLog(Archive(create_workspace(pathlib.Path(tempfile.mkdtemp()) / "lung")))
        >>> log.entries(), log.fault() is None
        ([], True)
    """

    def __init__(self, archive: Archive) -> None:
        self._engine, self._vault = archive.engine, archive.vault
        self._chain = Chain(archive.vault.chain_key("releases"))
        if not {RELEASES.name, _END.name} & set(inspect(self._engine).get_table_names()):
            with writing(self._engine) as connection:
                if not inspect(connection).has_table(RELEASES.name):  # another process may have been quicker
                    _METADATA.create_all(connection)
                    for statement in _APPEND_ONLY[self._engine.dialect.name]:
                        connection.exec_driver_sql(statement)
                    begin = self._chain.begin()
                    connection.execute(insert(_END).values(**asdict(begin)))

    def add(self, entries: Sequence[Entry]) -> list[Entry]:
        """Write lines; they are in the record when this returns, or none of them is.

        Returns:
            The lines with their numbers, time and account.
        """
        now, who = datetime.now(UTC).isoformat(timespec="seconds"), account()
        written: list[Entry] = []
        with writing(self._engine) as connection:
            for entry in entries:
                values = {**{name: getattr(entry, name) for name in _NAMES}, "at": now, "who": who}
                highest = connection.execute(
                    select(RELEASES.c.number).order_by(RELEASES.c.number.desc()).limit(1)
                ).scalar()
                line, end = self._chain.after(_end(connection), highest or 0, tuple(values.values()))
                connection.execute(insert(RELEASES).values(number=line.number, **values, seal=line.seal))
                if end is not None:
                    connection.execute(update(_END).values(**asdict(end)))
                written.append(Entry(**values, number=line.number))
        if written:
            self._vault.record(f"{_TOLD}{written[-1].number}", len(written))
        return written

    def entries(self) -> list[Entry]:
        """All lines, oldest first."""
        found: list[Entry] = []
        for line in self._lines()[0]:
            values: dict[str, Any] = dict(zip(_NAMES, line.fields, strict=True))
            found.append(Entry(**values, number=line.number))
        return found

    def fault(self) -> str | None:
        """What was done to the record from outside, as a sentence; None where it is whole."""
        lines, end = self._lines()
        if fault := self._chain.fault(lines, end):
            return fault
        told = [one.what.removeprefix(_TOLD) for one in self._vault.accesses() if one.what.startswith(_TOLD)]
        if told and int(told[-1]) > len(lines):
            return f"it ends with line {len(lines)}, and the vault's record knows of line {told[-1]}"
        return None

    def _lines(self) -> tuple[list[Line], End | None]:
        columns = [RELEASES.c[name] for name in ("number", *_NAMES, "seal")]
        with reading(self._engine) as connection:
            if not inspect(connection).has_table(RELEASES.name):
                return [], None
            rows = connection.execute(select(*columns).order_by(RELEASES.c.number)).all()
            return [Line(row[0], tuple(row[1:-1]), row[-1]) for row in rows], _end(connection)


def _end(connection: Connection) -> End | None:
    if not inspect(connection).has_table(_END.name):
        return None
    rows = connection.execute(select(_END.c.number, _END.c.last, _END.c.seal)).all()
    return End(*rows[0]) if len(rows) == 1 else None
