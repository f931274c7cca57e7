"""The records of jobs: who asked for what, and how it stands; no path and no identifier of a patient."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Column, Engine, Integer, Row, Table, insert, select, update

from hilum.archive.words import Words
from hilum.serving.tables import metadata, reading, writing

JOBS = Table(
    "jobs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", Words(), nullable=False, unique=True),
    Column("kind", Words(), nullable=False, index=True),
    Column("person", Integer, nullable=False, index=True),
    Column("person_name", Words(), nullable=False),
    Column("study", Words(), nullable=False, server_default="", index=True),
    Column("about", Words(), nullable=False),
    Column("state", Words(), nullable=False, index=True),
    Column("attempt", Integer, nullable=False),
    Column("made", Words(), nullable=False),
    Column("began", Words(), nullable=False, server_default=""),
    Column("ended", Words(), nullable=False, server_default=""),
    Column("sentence", Words(), nullable=False, server_default=""),
    Column("serious", Integer, nullable=False, server_default="0"),
    Column("result", Words(), nullable=False, server_default="{}"),
)


class State(StrEnum):
    """How a job stands.

    Example:
        >>> State("running").value
        'running'
    """

    waiting = "waiting"
    running = "running"
    done = "done"
    failed = "failed"
    cancelled = "cancelled"


UNFINISHED = (State.waiting, State.running)


@dataclass(frozen=True)
class Job:
    """One job.

    Attributes:
        number: counts all jobs.
        id: its name in addresses.
        kind: what is done, a name of `KINDS`.
        person: number of who asked for it.
        person_name: the account's name.
        study: the study that it works for; empty where none.
        about: a few plain facts of what was asked, for the list of jobs.
        state: how it stands.
        attempt: how often it was begun or gone on with by a person.
        made: when it was asked for (UTC, ISO 8601).
        began: when its work began; empty where it has not.
        ended: when it ended; empty where it has not.
        sentence: how it ended, or why it failed.
        serious: whether the work found something serious.
        result: what came of it, as plain data.
    """

    number: int
    id: str
    kind: str
    person: int
    person_name: str
    study: str
    about: dict[str, Any]
    state: State
    attempt: int
    made: str
    began: str
    ended: str
    sentence: str
    serious: bool
    result: dict[str, Any]


class JobMark(NamedTuple):
    """Whose job it is, of what kind, for which study, and how it stands."""

    number: int
    person: int
    kind: str
    study: str
    state: str


class JobRecords:
    """The jobs in the database of the workbench.

    Args:
        engine: of that database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, name: str, kind: str, person: tuple[int, str], study: str, about: dict[str, Any]) -> None:
        """Write down a job that was asked for.

        Args:
            name: its id.
            kind: what is to be done.
            person: number and name of who asked.
            study: the study that it works for; empty where none.
            about: plain facts for the list of jobs.
        """
        row = {"id": name, "kind": kind, "person": person[0], "person_name": person[1], "study": study}
        more = {"about": json.dumps(about), "state": State.waiting, "attempt": 1, "made": now()}
        with writing(self._engine) as connection:
            connection.execute(insert(JOBS).values(**row, **more))

    def find(self, name: str) -> Job | None:
        """One job; None where there is none of this id."""
        with reading(self._engine) as connection:
            row = connection.execute(select(JOBS).where(JOBS.c.id == name)).one_or_none()
        return None if row is None else _job(row)

    def change(self, name: str, only: Sequence[State] = UNFINISHED, **values: Any) -> bool:
        """Change a job that stands as one of `only`; whether it did."""
        with writing(self._engine) as connection:
            chosen = update(JOBS).where(JOBS.c.id == name, JOBS.c.state.in_(list(only)))
            return connection.execute(chosen.values(**values)).rowcount == 1

    def unfinished(self) -> list[Job]:
        """Jobs that wait or work, the first first."""
        chosen = select(JOBS).where(JOBS.c.state.in_(list(UNFINISHED))).order_by(JOBS.c.number)
        with reading(self._engine) as connection:
            return [_job(row) for row in connection.execute(chosen)]

    def marks(self) -> list[JobMark]:
        """What is needed to say who may see which job; the last first."""
        columns = (JOBS.c.number, JOBS.c.person, JOBS.c.kind, JOBS.c.study, JOBS.c.state)
        with reading(self._engine) as connection:
            rows = connection.execute(select(*columns).order_by(JOBS.c.number.desc())).all()
        return [JobMark(*row) for row in rows]

    def numbered(self, numbers: Sequence[int]) -> list[Job]:
        """The jobs of these numbers, the last first."""
        chosen = select(JOBS).where(JOBS.c.number.in_(list(numbers))).order_by(JOBS.c.number.desc())
        with reading(self._engine) as connection:
            return [_job(row) for row in connection.execute(chosen)]

    def last_done(self, kind: str) -> Job | None:
        """The last job of a kind that was done; None where there is none."""
        chosen = select(JOBS).where(JOBS.c.kind == kind, JOBS.c.state == State.done)
        with reading(self._engine) as connection:
            row = connection.execute(chosen.order_by(JOBS.c.number.desc()).limit(1)).one_or_none()
        return None if row is None else _job(row)


def now() -> str:
    """The time, as records have it.

    Example:
        >>> now()[-6:]
        '+00:00'
    """
    return datetime.now(UTC).isoformat(timespec="seconds")


def _job(row: Row[Any]) -> Job:
    found = dict(row._mapping)  # noqa: SLF001  # a public name, as SQLAlchemy says
    found["about"], found["result"] = json.loads(found["about"]), json.loads(found["result"])
    found["state"], found["serious"] = State(found["state"]), bool(found["serious"])
    return Job(**found)
