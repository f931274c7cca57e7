"""Sessions: a browser that is signed in; kept in the database, so that a restart ends none."""

import time

from sqlalchemy import Column, Connection, Float, ForeignKey, Integer, Table, delete, insert, select, update

from hilum.archive.words import Words
from hilum.serving import tables
from hilum.serving.access.people import PEOPLE, SINGLE, person_of
from hilum.serving.access.person import Person
from hilum.serving.access.secrets_kept import digest, new_secret
from hilum.serving.settings import Settings

DAY = 86_400.0
_SINGLE_IDLE, _SINGLE_LONGEST = 30 * DAY, 90 * DAY  # an own machine, which its owner locks

SESSIONS = Table(
    "sessions",
    tables.metadata,
    Column("digest", Words(), primary_key=True),
    Column("person", Integer, ForeignKey(PEOPLE.c.id), nullable=False, index=True),
    Column("made", Float, nullable=False),
    Column("seen", Float, nullable=False),
)
"""One row a session."""


def lifetime(settings: Settings) -> tuple[float, float]:
    """How long a session lasts without a request, and in any case, in seconds."""
    if not settings.accounts:
        return _SINGLE_IDLE, _SINGLE_LONGEST
    return settings.idle_minutes * 60, settings.longest_hours * 3600


def begin_session(connection: Connection, settings: Settings, person: int) -> str:
    """Begin a session; those that have ended are cleared away.

    Returns:
        What the browser's cookie shall hold.
    """
    now = time.time()
    idle, longest = lifetime(settings)
    connection.execute(
        delete(SESSIONS).where((SESSIONS.c.seen < now - idle) | (SESSIONS.c.made < now - longest))
    )
    secret = new_secret()
    connection.execute(insert(SESSIONS).values(digest=digest(secret), person=person, made=now, seen=now))
    return secret


def person_of_session(connection: Connection, settings: Settings, secret: str) -> tuple[Person, bool] | None:
    """Who a session belongs to.

    Returns:
        The person, and whether it is time to note that the session is in use; None where it has ended.
    """
    now = time.time()
    idle, longest = lifetime(settings)
    query = (
        select(PEOPLE, SESSIONS.c.seen)
        .join_from(SESSIONS, PEOPLE)
        .where(
            SESSIONS.c.digest == digest(secret),
            SESSIONS.c.seen > now - idle,
            SESSIONS.c.made > now - longest,
            PEOPLE.c.disabled.is_(False),
        )
    )
    row = connection.execute(query).mappings().first()
    # A session of the single user opens nothing where people sign in with accounts, and the other way round.
    if row is None or (row["key"] == SINGLE) is settings.accounts:
        return None
    return person_of(row), now - row["seen"] > min(60.0, idle / 10)


def note_use(connection: Connection, secret: str) -> None:
    """Note that a session is in use."""
    connection.execute(update(SESSIONS).where(SESSIONS.c.digest == digest(secret)).values(seen=time.time()))


def end_session(connection: Connection, secret: str) -> None:
    """End one session."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.digest == digest(secret)))


def end_sessions_of(connection: Connection, person: int, but: str | None = None) -> None:
    """End all sessions of a person, but the one that is named."""
    condition = SESSIONS.c.person == person
    if but is not None:
        condition &= SESSIONS.c.digest != digest(but)
    connection.execute(delete(SESSIONS).where(condition))
