"""The database of the workbench: SQLite in the workspace, or PostgreSQL by URL; the same tables in both."""

import secrets
import sqlite3
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    create_engine,
    event,
    insert,
    inspect,
    select,
)
from sqlalchemy.exc import DBAPIError

from hilum.archive.database import connection_of, without_password
from hilum.archive.words import Words
from hilum.errors import WorkspaceError
from hilum.serving.settings import Settings

VERSION = 1
"""Of the tables; a database with a higher one was made by a newer program."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)
"""Every table of the workbench; each stands in the file that uses it."""

ABOUT = Table(
    "workbench_about",
    metadata,
    Column("name", Words(), primary_key=True),
    Column("value", Words(), nullable=False),
    Column("version", Integer),
)
"""Facts of the whole database: the version of its tables."""

_MARK = "mark"
_MAKING = 0x68696C7573
"""The advisory lock of PostgreSQL that is held while tables are made."""
_ONE_WRITER = 0x68696C7574
"""The advisory lock of PostgreSQL that whoever writes holds until the end of the transaction."""


def opened(settings: Settings) -> Engine:
    """Open the database, and make the tables that are missing.

    Raises:
        WorkspaceError: it cannot be used, or was made by a newer version of the program.
    """
    settings.folder.mkdir(mode=0o700, exist_ok=True)
    engine = _postgresql(settings.database) if settings.database else _sqlite(settings)
    try:
        _make_tables(engine)
    except (DBAPIError, sqlite3.Error) as error:
        engine.dispose()
        raise WorkspaceError(unusable(engine)) from error
    except WorkspaceError:
        engine.dispose()
        raise
    return engine


@dataclass(frozen=True)
class _Open:
    """The transaction that this request is writing in."""

    engine: Engine
    connection: Connection
    afterwards: list[Callable[[], None]]


_WRITING: ContextVar[_Open | None] = ContextVar("_WRITING", default=None)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that changes something; two of them wait for each other instead of failing late.

    Inside another one of the same request it is that one: all of it is kept, or nothing. Keep it short.
    """
    outer = _WRITING.get()
    if outer is not None and outer.engine is engine and not outer.connection.closed:
        yield outer.connection
        return
    afterwards: list[Callable[[], None]] = []
    with engine.execution_options(writes=True).begin() as connection:
        mark = _WRITING.set(_Open(engine, connection, afterwards))
        try:
            yield connection
        finally:
            _WRITING.reset(mark)
    for call in afterwards:
        call()


def when_kept(engine: Engine, call: Callable[[], None]) -> None:
    """Call something when the transaction that is being written in has been kept; not if it fails."""
    outer = _WRITING.get()
    if outer is None or outer.engine is not engine:
        call()
    else:
        outer.afterwards.append(call)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only looks; it never waits for those that write."""
    with engine.execution_options(writes=False).begin() as connection:
        yield connection


def _sqlite(settings: Settings) -> Engine:
    file = settings.folder / "workbench.sqlite"
    engine = create_engine(
        f"sqlite:///{file}", connect_args={"timeout": 30}, pool_size=16, max_overflow=48, hide_parameters=True
    )
    file.touch(mode=0o600)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's BEGIN below, not the driver's
        # FULL: what was answered as saved is on the disk, even where the power fails.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # Who does not say that he only looks may write, and must then wait at the beginning.
        writes = connection.get_execution_options().get("writes", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: str) -> Engine:
    address, arguments = connection_of(url)
    engine = create_engine(
        address,
        connect_args=arguments,
        pool_size=8,
        max_overflow=32,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    weakref.finalize(engine, engine.pool.dispose)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes", True):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_WRITER})")

    return engine


def _make_tables(engine: Engine) -> None:
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MAKING})")
        if inspect(connection).has_table(ABOUT.name):
            found = connection.execute(select(ABOUT.c.version).where(ABOUT.c.name == "tables")).scalar()
            if found is not None and found > VERSION:
                raise WorkspaceError(
                    f"the workbench's database was made by a newer hilum (version {found} of its tables, "
                    f"this program knows {VERSION}): install the newer hilum, nothing was changed"
                )
        metadata.create_all(connection)
        known = connection.execute(select(ABOUT.c.version).where(ABOUT.c.name == "tables")).scalar()
        if known is None:
            connection.execute(insert(ABOUT).values(name="tables", value="workbench", version=VERSION))
        if connection.execute(select(ABOUT.c.value).where(ABOUT.c.name == _MARK)).scalar() is None:
            connection.execute(insert(ABOUT).values(name=_MARK, value=secrets.token_hex(4)))


def mark_of(engine: Engine) -> str:
    """What tells this database from every other one: eight letters and digits, made with its tables."""
    with reading(engine) as connection:
        return str(connection.execute(select(ABOUT.c.value).where(ABOUT.c.name == _MARK)).scalar_one())


def unusable(engine: Engine) -> str:
    """That the database cannot be used, and what to look at."""
    if engine.dialect.name == "sqlite":
        return (
            "the workbench's database (serve/workbench.sqlite in the workspace) cannot be used: is the disk "
            "full, the folder read-only, or the file damaged?"
        )
    return (
        f"the database {without_password(engine)} cannot be used: does the server run, does the database "
        f"exist, and is the password in PGPASSWORD right?"
    )
