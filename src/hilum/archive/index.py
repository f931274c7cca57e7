"""The index of the archive: what is in it, in research identifiers only.

Plain columns and keys, so that the same schema runs on SQLite and PostgreSQL.
"""

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
    String,
    Table,
    Text,
    create_engine,
    event,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

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
    Column("image", String(200), primary_key=True),
    Column("instance", String(64), nullable=False, unique=True),
    Column("patient", String(16), nullable=False, index=True),
    Column("accession", String(16), nullable=False, index=True),
    Column("study", String(64), nullable=False, index=True),
    Column("series", String(64), nullable=False, index=True),
    *(Column(name, String(64), nullable=False) for name in TEXT_COLUMNS[6:]),
    *(Column(name, Integer) for name in NUMBER_COLUMNS),
    Column("age", Float),
    Column("source", String(64), nullable=False, unique=True),
)
"""One row an image. `source` is the keyed fingerprint of the file that it was made from."""

TEXT_SEARCHES = Table(
    "text_searches",
    METADATA,
    Column("pixel_sha256", String(64), primary_key=True),
    Column("method", String(32), primary_key=True),
    Column("boxes", Text, nullable=False),
)
"""What the search for burned-in text found in pictures; an empty list of boxes where there is none."""

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("entry", String(64), nullable=False),
    Column("source", String(64), nullable=False, index=True),
    Column("decision", String(16), nullable=False),
)
"""What a person decided about files in quarantine; lines are only added."""


def engine_of(file: Path) -> Engine:
    """Open the index, and make it where it is missing.

    Raises:
        WorkspaceError: it cannot be opened.

    Example:
        >>> import tempfile
        >>> engine_of(Path(tempfile.mkdtemp()) / "index.sqlite").dialect.name
        'sqlite'
    """
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

    with index_errors(file):
        METADATA.create_all(engine)
    return engine


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
        index_errors(engine.url.database),
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
    with index_errors(engine.url.database), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def index_errors(file: object) -> Iterator[None]:
    """Say in one sentence what is wrong with the index.

    Example:
        >>> with index_errors("index.sqlite"):
        ...     pass
    """
    try:
        yield
    except DBAPIError as error:
        cause = str(error.orig)
        raise WorkspaceError(
            f"the index {file} cannot be used ({cause}): is the disk full or the folder read-only?"
        ) from error
