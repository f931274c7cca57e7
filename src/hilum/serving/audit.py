"""The audit log: who saw and who changed what; lines are only added, and every change from outside is found.

Every line is sealed over the line before it with a key in a file of its own. The sealed end of the log is
kept twice, beside the lines and in a file, so that lines cut off at the end are missed as well.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from fastapi import Request
from sqlalchemy import Column, Connection, Engine, Integer, RowMapping, Table, func, insert, select, update

from hilum.archive.words import Words
from hilum.deid.vault_chain import Chain, End, Line
from hilum.serving import tables
from hilum.serving.audit_files import advance_head, chain_key, read_head
from hilum.serving.audit_rules import keep_append_only

LINES = Table(
    "audit_lines",
    tables.metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Words(), nullable=False),
    Column("person", Integer, index=True),
    Column("what", Words(), nullable=False, index=True),
    Column("concerning", Words(), nullable=False, index=True),
    Column("detail", Words(), nullable=False),
    Column("seal", Words(), nullable=False),
)
"""One row for each thing seen or changed; research identifiers only."""

END = Table(
    "audit_end",
    tables.metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("last", Words(), nullable=False),
    Column("seal", Words(), nullable=False),
)
"""Where the log ends, sealed: one row."""

keep_append_only(LINES)


class Acting(Protocol):
    """Whoever does something; a `Person` is one."""

    @property
    def id(self) -> int:
        """The number of the account."""


@dataclass(frozen=True)
class AuditLog:
    """The audit log of a workbench.

    Attributes:
        engine: the database that holds it.
        folder: where its key and the second copy of its end lie.
        chain: seals its lines.
    """

    engine: Engine
    folder: Path
    chain: Chain

    @classmethod
    def open(cls, engine: Engine, folder: Path) -> "AuditLog":
        """Open the log, and begin it where there is none.

        Raises:
            WorkspaceError: its key cannot be read, or belongs to another workbench.
        """
        log = cls(engine, folder, Chain(chain_key(folder, new=_is_new(engine))))
        with tables.writing(engine) as connection:
            if connection.execute(select(END.c.id)).first() is None:
                begin = log.chain.begin()
                connection.execute(insert(END).values(id=1, **vars(begin)))
                advance_head(folder, begin)
        return log

    def record(
        self,
        person_id: int | None,
        what: str,
        on: str,
        detail: Mapping[str, str | int] | None = None,
    ) -> int:
        """Add a line; inside a transaction that writes, it stands or falls with that.

        Args:
            person_id: who did it; None is nobody who was signed in.
            what: what was done, as a word of the program such as `study_seen`.
            on: what it was done on, in research identifiers only.
            detail: more, in research identifiers only.

        Returns:
            The number of the line.
        """
        with tables.writing(self.engine) as connection:
            end = self._add(connection, person_id, what, on, detail)
            if end.seal:
                tables.when_kept(self.engine, partial(advance_head, self.folder, end))
        return end.number

    def fault(self) -> str | None:
        """What was done to the log from outside, as a sentence; None where it is whole."""
        head = read_head(self.folder)
        seen: dict[int, str] = {0: ""}
        with tables.reading(self.engine) as connection:
            end = _end(connection)
            rows = connection.execution_options(yield_per=2000).execute(
                select(LINES).order_by(LINES.c.number)
            )
            found = self.chain.fault(_watched(rows.mappings(), head.number if head else 0, seen), end)
        if found is not None:
            return found
        if head is None or not self.chain.holds(head):
            return "the copy of its end (the file serve/audit.head) was changed or taken away"
        if seen.get(head.number) != head.last:
            return (
                f"it ought to reach line {head.number} at least, and does not: lines were cut off at its end"
            )
        return None

    def length(self) -> int:
        """How many lines it has."""
        with tables.reading(self.engine) as connection:
            return connection.execute(select(func.count()).select_from(LINES)).scalar_one()

    def _add(
        self,
        connection: Connection,
        person_id: int | None,
        what: str,
        on: str,
        detail: Mapping[str, str | int] | None,
    ) -> End:
        row = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "person": person_id,
            "what": _clean(what, 100),
            "concerning": _clean(on, 500),
            "detail": _clean(json.dumps(dict(detail or {}), sort_keys=True, ensure_ascii=True), 8000),
        }
        highest = connection.execute(select(func.max(LINES.c.number))).scalar() or 0
        line, end = self.chain.after(_end(connection), highest, _fields(row))
        connection.execute(insert(LINES).values(number=line.number, seal=line.seal, **row))
        if end is None:  # the log is damaged: it grows, and the damage stays to be seen
            return End(line.number, line.seal, "")
        connection.execute(update(END).values(**vars(end)))
        return end


def record_request(
    request: Request, person: Acting, what: str, on: str, detail: Mapping[str, str | int] | None = None
) -> None:
    """Record that a person saw or changed something by a request."""
    request.app.state.serving.audit.record(person.id, what, on, detail)


def _is_new(engine: Engine) -> bool:
    with tables.reading(engine) as connection:
        return connection.execute(select(END.c.id)).first() is None


def _end(connection: Connection) -> End | None:
    row = connection.execute(select(END.c.number, END.c.last, END.c.seal)).first()
    return End(*row) if row is not None else None


def _watched(rows: Any, number: int, seen: dict[int, str]) -> Any:
    """The lines, with the seal of one of them noted."""
    for row in rows:
        if row["number"] == number:
            seen[number] = row["seal"]
        yield Line(row["number"], _fields(row), row["seal"])


def _fields(row: Mapping[str, Any] | RowMapping) -> tuple[str | int, ...]:
    person = row["person"]
    return (row["at"], "" if person is None else person, row["what"], row["concerning"], row["detail"])


def _clean(text: str, longest: int) -> str:
    """What every database gives back as it was given."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:longest]
