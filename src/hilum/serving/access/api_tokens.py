"""Tokens by which programs use the interface in a person's name, with fewer rights and an end."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    Float,
    ForeignKey,
    Integer,
    RowMapping,
    Table,
    func,
    insert,
    select,
    update,
)

from hilum.archive.words import Words
from hilum.serving import tables
from hilum.serving.access.people import PEOPLE, SINGLE, person_of
from hilum.serving.access.person import Person
from hilum.serving.access.rights import Right
from hilum.serving.access.secrets_kept import TOKEN_MARK, digest, new_secret
from hilum.serving.settings import Settings

TOKENS = Table(
    "api_tokens",
    tables.metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("digest", Words(), nullable=False, unique=True),
    Column("person", Integer, ForeignKey(PEOPLE.c.id), nullable=False, index=True),
    Column("label", Words(), nullable=False),
    Column("scopes", Words(), nullable=False),
    Column("made", Float, nullable=False),
    Column("ends", Float, nullable=False),
    Column("used", Float),
    Column("revoked", Float),
)
"""One row a token; revoked ones stay, so that it is known that they were."""


@dataclass(frozen=True)
class Token:
    """A token as its owner sees it.

    Attributes:
        id: its number.
        label: what the owner called it.
        scopes: what it may do, as far as its owner may.
        made, ends, used, revoked: times in seconds since 1970.
    """

    id: int
    label: str
    scopes: frozenset[Right]
    made: float
    ends: float
    used: float | None
    revoked: float | None


def make_token(
    connection: Connection, person: Person, label: str, scopes: Iterable[Right], days: float
) -> tuple[int, str]:
    """Make a token.

    Returns:
        Its number, and the token itself, which is never seen again.
    """
    secret = TOKEN_MARK + new_secret()
    now = time.time()
    made = connection.execute(
        insert(TOKENS)
        .values(
            digest=digest(secret),
            person=person.id,
            label=label,
            scopes=" ".join(sorted(scopes)),
            made=now,
            ends=now + days * 86_400,
        )
        .returning(TOKENS.c.id)
    )
    return made.scalar_one(), secret


def person_of_token(connection: Connection, settings: Settings, secret: str) -> tuple[Person, bool] | None:
    """Whose token it is, with the rights that both the person and the token have.

    Returns:
        The person, and whether it is time to note that the token is in use; None where it is worth nothing.
    """
    now = time.time()
    query = (
        select(PEOPLE, TOKENS.c.scopes, TOKENS.c.used)
        .join_from(TOKENS, PEOPLE)
        .where(
            TOKENS.c.digest == digest(secret),
            TOKENS.c.ends > now,
            TOKENS.c.revoked.is_(None),
            PEOPLE.c.disabled.is_(False),
        )
    )
    row = connection.execute(query).mappings().first()
    if row is None or (row["key"] == SINGLE) is settings.accounts:
        return None
    person = person_of(row)
    rights = person.rights & _scopes(row["scopes"])
    return Person(person.id, person.name, person.roles, rights), now - (row["used"] or 0) > 60


def note_token_use(connection: Connection, secret: str) -> None:
    """Note that a token is in use."""
    connection.execute(update(TOKENS).where(TOKENS.c.digest == digest(secret)).values(used=time.time()))


def tokens_of(connection: Connection, person: int, after: int, limit: int) -> list[Token]:
    """The tokens of a person in the order in which they were made, from the one after `after`."""
    query = (
        select(TOKENS)
        .where(TOKENS.c.person == person, TOKENS.c.id > after)
        .order_by(TOKENS.c.id)
        .limit(limit)
    )
    return [_token(row) for row in connection.execute(query).mappings()]


def count_tokens(connection: Connection, person: int, *, valid: bool = False) -> int:
    """How many tokens a person has made, or has that are worth something."""
    query = select(func.count()).select_from(TOKENS).where(TOKENS.c.person == person)
    if valid:
        query = query.where(TOKENS.c.revoked.is_(None), TOKENS.c.ends > time.time())
    return connection.execute(query).scalar_one()


def revoke_token(connection: Connection, person: int, number: int) -> bool:
    """Make a person's token worthless; False where there is none that is worth something."""
    changed = connection.execute(
        update(TOKENS)
        .where(TOKENS.c.id == number, TOKENS.c.person == person, TOKENS.c.revoked.is_(None))
        .values(revoked=time.time())
    )
    return changed.rowcount == 1


def revoke_tokens_of(connection: Connection, person: int) -> None:
    """Make all tokens of a person worthless."""
    connection.execute(
        update(TOKENS)
        .where(TOKENS.c.person == person, TOKENS.c.revoked.is_(None))
        .values(revoked=time.time())
    )


def _token(row: RowMapping) -> Token:
    return Token(
        row["id"], row["label"], _scopes(row["scopes"]), row["made"], row["ends"], row["used"], row["revoked"]
    )


def _scopes(text: str) -> frozenset[Right]:
    return frozenset(right for right in Right if right.value in text.split())
