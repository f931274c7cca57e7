"""Accounts: their names, roles and passwords, in the database."""

import time
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    RowMapping,
    Table,
    UniqueConstraint,
    func,
    insert,
    select,
    update,
)

from hilum.archive.words import Words
from hilum.errors import HilumError
from hilum.serving import tables
from hilum.serving.access.person import Person
from hilum.serving.access.rights import EVERY_RIGHT, ROLES, rights_of

SINGLE = "single user"
"""The name of the one who uses a workbench without accounts; nobody can sign in as that."""

PEOPLE = Table(
    "people",
    tables.metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", Words(), nullable=False),
    Column("key", Words(), nullable=False, unique=True),
    Column("roles", Words(), nullable=False),
    Column("password", Words()),
    Column("issuer", Words()),
    Column("subject", Words()),
    Column("disabled", Boolean, nullable=False),
    Column("made", Float, nullable=False),
    UniqueConstraint("issuer", "subject", name="uq_people_subject"),
)
"""One row a person; rows are never removed, so that the audit log stays readable."""


@dataclass(frozen=True)
class Account:
    """An account as those who manage it see it.

    Attributes:
        id: its number.
        name: its name.
        roles: its roles.
        disabled: nobody can sign in with it.
        provider: it is signed in by a provider (OIDC), not by a password.
        made: when, in seconds since 1970.
    """

    id: int
    name: str
    roles: frozenset[str]
    disabled: bool
    provider: bool
    made: float


def key_of(name: str) -> str:
    """What two names that look alike have in common.

    Example:
        >>> key_of("  Kim ") == key_of("kim")
        True
    """
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()


def add_account(
    connection: Connection,
    name: str,
    roles: Iterable[str],
    password_hash: str | None = None,
    subject: tuple[str, str] | None = None,
) -> int:
    """Make an account.

    Args:
        connection: in a transaction that writes.
        name: a name that nobody has.
        roles: names of roles.
        password_hash: of the password; None for an account that a provider signs in.
        subject: issuer and subject by which a provider knows the person.

    Returns:
        The account's number.

    Raises:
        HilumError: the name is taken or cannot be used, or a role does not exist.
    """
    name = " ".join(name.split())
    if not name or len(name) > 100 or not name.isprintable():
        raise HilumError("a name has 1 to 100 letters: choose another")
    taken = connection.execute(select(PEOPLE.c.id).where(PEOPLE.c.key == key_of(name))).first()
    if taken is not None or key_of(name) == SINGLE:
        raise HilumError("there is an account of this name already: choose another")
    issuer, known_as = subject or (None, None)
    made = connection.execute(
        insert(PEOPLE)
        .values(
            name=name,
            key=key_of(name),
            roles=_joined(roles),
            password=password_hash,
            issuer=issuer,
            subject=known_as,
            disabled=False,
            made=time.time(),
        )
        .returning(PEOPLE.c.id)
    )
    return int(made.scalar_one())


def single_user(connection: Connection) -> int:
    """The number of the one who uses a workbench without accounts; made where it is missing."""
    found = connection.execute(select(PEOPLE.c.id).where(PEOPLE.c.key == SINGLE)).scalar()
    if found is not None:
        return int(found)
    values = {"name": SINGLE, "key": SINGLE, "roles": "", "disabled": False, "made": time.time()}
    made = connection.execute(insert(PEOPLE).values(**values).returning(PEOPLE.c.id))
    return int(made.scalar_one())


def account(connection: Connection, number: int) -> Account | None:
    """An account by its number; None where there is none."""
    if not 0 < number < 2**31:
        return None
    row = connection.execute(select(PEOPLE).where(PEOPLE.c.id == number)).mappings().first()
    return _account(row) if row is not None and row["key"] != SINGLE else None


def account_named(connection: Connection, name: str) -> Account | None:
    """An account by its name; None where there is none."""
    row = connection.execute(select(PEOPLE).where(PEOPLE.c.key == key_of(name))).mappings().first()
    return _account(row) if row is not None and row["key"] != SINGLE else None


def accounts(connection: Connection, after: int = 0, limit: int = 200) -> list[Account]:
    """Accounts in the order of their numbers, from the one after `after`."""
    rows = connection.execute(
        select(PEOPLE).where(PEOPLE.c.key != SINGLE, PEOPLE.c.id > after).order_by(PEOPLE.c.id).limit(limit)
    )
    return [_account(row) for row in rows.mappings()]


def count_accounts(connection: Connection) -> int:
    """How many accounts there are."""
    query = select(func.count()).select_from(PEOPLE).where(PEOPLE.c.key != SINGLE)
    return connection.execute(query).scalar_one()


def set_roles(connection: Connection, number: int, roles: Iterable[str]) -> None:
    """Give an account other roles.

    Raises:
        HilumError: a role does not exist, or no administrator would be left.
    """
    with _an_administrator_stays(connection):
        connection.execute(update(PEOPLE).where(PEOPLE.c.id == number).values(roles=_joined(roles)))


def set_disabled(connection: Connection, number: int, *, disabled: bool) -> None:
    """Close an account or open it again.

    Raises:
        HilumError: no administrator would be left.
    """
    with _an_administrator_stays(connection):
        connection.execute(update(PEOPLE).where(PEOPLE.c.id == number).values(disabled=disabled))


def set_password(connection: Connection, number: int, password_hash: str) -> None:
    """Give an account another password."""
    connection.execute(update(PEOPLE).where(PEOPLE.c.id == number).values(password=password_hash))


def person_of(row: RowMapping) -> Person:
    """The person of a row of `people`."""
    if row["key"] == SINGLE:
        return Person(row["id"], row["name"], frozenset(), EVERY_RIGHT)
    roles = _split(row["roles"])
    return Person(row["id"], row["name"], roles, rights_of(roles))


@contextmanager
def _an_administrator_stays(connection: Connection) -> Iterator[None]:
    before = _has_administrator(connection)
    yield
    if before and not _has_administrator(connection):
        raise HilumError("nobody would be left who manages accounts: make another administrator first")


def _has_administrator(connection: Connection) -> bool:
    query = select(PEOPLE.c.roles).where(PEOPLE.c.disabled.is_(False), PEOPLE.c.key != SINGLE)
    return any("administrator" in _split(roles) for (roles,) in connection.execute(query))


def _account(row: RowMapping) -> Account:
    return Account(
        row["id"], row["name"], _split(row["roles"]), row["disabled"], row["subject"] is not None, row["made"]
    )


def _split(roles: str) -> frozenset[str]:
    return frozenset(roles.split())


def _joined(roles: Iterable[str]) -> str:
    asked = frozenset(roles)
    if unknown := sorted(asked - set(ROLES)):
        raise HilumError(f"there is no role {unknown[0][:40]!r}: the roles are {', '.join(ROLES)}")
    return " ".join(sorted(asked))
