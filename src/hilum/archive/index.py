"""The index of the archive: what is in it, in research identifiers only.

Plain columns and keys, so that the same schema runs on SQLite and PostgreSQL.
"""

import logging
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Float,
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
from sqlalchemy.pool import NullPool, Pool

from hilum.archive.database import connection_of, without_password
from hilum.archive.words import Words
from hilum.errors import WorkspaceError

METADATA = MetaData()

TEXT_COLUMNS = (
    "image",
    "patient",
    "accession",
    "study",
    "series",
    "instance",
    "modality",
    "view",
    "laterality",
    "body_part",
    "study_date",
    "acquired",
    "sex",
    "manufacturer",
    "photometric",
    "transfer_syntax",
    "sop_class",
    "file_sha256",
    "pixel_sha256",
)
NUMBER_COLUMNS = ("rows", "columns", "frames", "bits_stored")

IMAGES = Table(
    "images",
    METADATA,
    Column("image", Words(), primary_key=True),
    Column("instance", Words(), nullable=False, unique=True),
    Column("patient", Words(), nullable=False, index=True),
    Column("accession", Words(), nullable=False, index=True),
    Column("study", Words(), nullable=False, index=True),
    Column("series", Words(), nullable=False, index=True),
    *(Column(name, Words(), nullable=False) for name in TEXT_COLUMNS[6:]),
    *(Column(name, Integer) for name in NUMBER_COLUMNS),
    Column("age", Float),
    Column("kind", Words(), nullable=False, server_default="image", index=True),
    Column("source", Words(), nullable=False, unique=True),
)
"""One row an image or other object (`kind`). `source` is the keyed fingerprint of the file that it was made
from."""

TEXT_SEARCHES = Table(
    "text_searches",
    METADATA,
    Column("pixel_sha256", Words(), primary_key=True),
    Column("method", Words(), primary_key=True),
    Column("boxes", Words(), nullable=False),
)
"""What the search for burned-in text found in pictures; an empty list of boxes where there is none."""

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", Words(), nullable=False),
    Column("entry", Words(), nullable=False),
    Column("source", Words(), nullable=False, index=True),
    Column("decision", Words(), nullable=False),
)
"""What a person decided about files in quarantine; lines are only added."""

ABOUT = Table(
    "about",
    METADATA,
    Column("name", Words(), primary_key=True),
    Column("value", Words(), nullable=False),
)
"""Facts of the whole index; `workspace` says whose it is, where a database server keeps it."""

_ONE_WRITER = 0x68696C756D
"""The advisory lock of PostgreSQL that whoever writes holds until the end of the transaction."""


def engine_of(where: Path | str, workspace: str = "") -> Engine:
    """Open the index, and make it where it is missing.

    Args:
        where: the SQLite file, or the URL of a PostgreSQL database (`postgresql+pg8000://...`), without a
            password: that comes from the environment (`PGPASSWORD` or `HILUM_DATABASE_URL`).
        workspace: of a database server, the workspace that the index must belong to.

    Raises:
        WorkspaceError: it cannot be opened, or belongs to another workspace.

    Example:
        >>> import tempfile
        >>> engine_of(Path(tempfile.mkdtemp()) / "index.sqlite").dialect.name
        'sqlite'
    """
    engine = _sqlite(where) if isinstance(where, Path) else _postgresql(where)
    with index_errors(engine):
        if not set(METADATA.tables) <= set(inspect(engine).get_table_names()):
            with writing(engine) as connection:
                METADATA.create_all(connection)
        add_missing_columns(engine)
    if workspace:
        _belongs(engine, workspace)
    return engine


def _sqlite(file: Path) -> Engine:
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": 60}, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's BEGIN below, not the driver's
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: str) -> Engine:
    address, arguments = connection_of(url)
    engine = create_engine(
        address, connect_args=arguments, pool_size=2, max_overflow=8, pool_pre_ping=True, hide_parameters=True
    )
    weakref.finalize(engine, _closed, engine.pool)  # connections end with the archive that uses them

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_WRITER})")

    return engine


def _closed(pool: Pool) -> None:
    """Give connections back; a server that has gone already is no news by then."""
    logger = logging.getLogger("sqlalchemy.pool")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        pool.dispose()
    finally:
        logger.setLevel(level)


def _belongs(engine: Engine, workspace: str) -> None:
    """See that a database holds this workspace's index; a new one is marked as its own."""
    with reading(engine) as connection:
        owner = connection.execute(select(ABOUT.c.value).where(ABOUT.c.name == "workspace")).scalar()
    if owner is None:
        with writing(engine) as connection:
            owner = connection.execute(select(ABOUT.c.value).where(ABOUT.c.name == "workspace")).scalar()
            if owner is None:
                connection.execute(insert(ABOUT).values(name="workspace", value=workspace))
                owner = workspace
    if owner != workspace:
        raise WorkspaceError(
            f"the database {without_password(engine)} holds the index of another workspace: make a database "
            f"of its own for this one, with `createdb`"
        )


def add_missing_columns(engine: Engine) -> None:
    """Give an index that an earlier version made the column `kind`; everything in it was an image.

    Example:
        >>> import tempfile
        >>> engine = engine_of(Path(tempfile.mkdtemp()) / "index.sqlite")
        >>> add_missing_columns(engine)  # nothing is missing
    """
    known = {column["name"] for column in inspect(engine).get_columns(IMAGES.name)}
    if "kind" in known:
        return
    with engine.execution_options(writes=True).begin() as connection:
        known = {column["name"] for column in inspect(connection).get_columns(IMAGES.name)}
        if "kind" not in known:  # another process may have been quicker
            connection.exec_driver_sql(
                "ALTER TABLE images ADD COLUMN kind VARCHAR(24) NOT NULL DEFAULT 'image'"
            )
            connection.exec_driver_sql("CREATE INDEX ix_images_kind ON images (kind)")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that changes the index; two of them wait for each other instead of failing late.

    Example:
        >>> import tempfile
        >>> with writing(engine_of(Path(tempfile.mkdtemp()) / "index.sqlite")) as connection:
        ...     connection.closed
        False
    """
    options = {"writes": True}
    with (
        index_errors(engine),
        engine.execution_options(**options).connect() as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only looks.

    Example:
        >>> import tempfile
        >>> with reading(engine_of(Path(tempfile.mkdtemp()) / "index.sqlite")) as connection:
        ...     connection.closed
        False
    """
    with index_errors(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def index_errors(engine: Engine) -> Iterator[None]:
    """Say in one sentence what is wrong with the index.

    Example:
        >>> with index_errors(create_engine("sqlite://")):
        ...     pass
    """
    try:
        yield
    except DBAPIError as error:
        raise WorkspaceError(_told(engine, error)) from error


def _told(engine: Engine, error: DBAPIError) -> str:
    if engine.dialect.name == "sqlite":
        cause = str(error.orig)
        return (
            f"the index {engine.url.database} cannot be used ({cause}): is the disk full or the folder "
            f"read-only?"
        )
    facts = error.orig.args[0] if error.orig is not None and error.orig.args else ""
    cause = str(facts.get("M", "")) if isinstance(facts, dict) else "it does not answer"
    return (
        f"the database {without_password(engine)} cannot be used ({cause}): does the server run, does the "
        f"database exist, and is the password in PGPASSWORD right?"
    )
