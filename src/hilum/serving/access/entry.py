"""The one-time token by which the single user of an own machine enters."""

import time

from sqlalchemy import Column, Float, Table, delete, insert

from hilum.archive.words import Words
from hilum.serving import tables
from hilum.serving.access.people import single_user
from hilum.serving.access.secrets_kept import digest, new_secret
from hilum.serving.access.sessions import begin_session
from hilum.serving.state import Serving

_LASTS = 86_400.0

ENTRY_TOKENS = Table(
    "entry_tokens",
    tables.metadata,
    Column("digest", Words(), primary_key=True),
    Column("made", Float, nullable=False),
)
"""The token of the latest start, until it is used."""


def new_entry_token(serving: Serving) -> str:
    """Make the token of this start; that of an earlier start is worth nothing any more."""
    secret = new_secret()
    with serving.writing() as connection:
        connection.execute(delete(ENTRY_TOKENS))
        connection.execute(insert(ENTRY_TOKENS).values(digest=digest(secret), made=time.time()))
    return secret


def exchange(serving: Serving, token: str) -> str | None:
    """Exchange the token for a session; it is worth nothing afterwards.

    Returns:
        What the session's cookie shall hold; None where the token is worth nothing.
    """
    if serving.settings.accounts:
        return None
    with serving.writing() as connection:
        used = connection.execute(
            delete(ENTRY_TOKENS).where(
                ENTRY_TOKENS.c.digest == digest(token), ENTRY_TOKENS.c.made > time.time() - _LASTS
            )
        )
        if used.rowcount != 1:
            return None
        person = single_user(connection)
        session = begin_session(connection, serving.settings, person)
        serving.audit.record(person, "signed_in", "the workbench", {"by": "entry"})
    return session
