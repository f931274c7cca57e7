"""The protocol of de-identification, and who has read it."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import Column, Integer, Table, UniqueConstraint, insert, select

from hilum.archive.words import Words
from hilum.deid.protocol import Protocol, protocol_of
from hilum.deid.protocol_file import PROTOCOL_FILE, read_protocol, written
from hilum.deid.protocol_text import as_markdown
from hilum.serving.access.person import Person
from hilum.serving.failures import Refusal
from hilum.serving.jobs.records import now
from hilum.serving.state import Serving
from hilum.serving.tables import metadata

ACKNOWLEDGED = Table(
    "protocols_acknowledged",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("protocol", Words(), nullable=False, index=True),
    Column("person", Integer, nullable=False),
    Column("at", Words(), nullable=False),
    UniqueConstraint("protocol", "person"),
)


@dataclass(frozen=True)
class CurrentProtocol:
    """The protocol under which images come in now.

    Attributes:
        protocol: its words.
        sha256: of its options and all of its words; another hilum that does something else has another.
    """

    protocol: Protocol
    sha256: str


def current_protocol(serving: Serving) -> CurrentProtocol:
    """The protocol of the workspace, as the rules that will run say it.

    Raises:
        WorkspaceError: `protocol.toml` cannot be read.
    """
    options = read_protocol(serving.workspace.root / PROTOCOL_FILE)
    protocol = protocol_of(options)
    text = f"{written(options)}\n{as_markdown(protocol)}"
    return CurrentProtocol(protocol, hashlib.sha256(text.encode()).hexdigest())


def has_acknowledged(serving: Serving, person: Person, sha256: str) -> bool:
    """Whether a person has said to have read this protocol."""
    chosen = select(ACKNOWLEDGED.c.number).where(
        ACKNOWLEDGED.c.protocol == sha256, ACKNOWLEDGED.c.person == person.id
    )
    with serving.reading() as connection:
        return connection.execute(chosen).first() is not None


def acknowledge(serving: Serving, person: Person, sha256: str) -> None:
    """Record that a person has read the protocol.

    Raises:
        Refusal: it has changed since it was shown.
    """
    if current_protocol(serving).sha256 != sha256:
        raise Refusal(409, "the protocol has changed since it was shown: read it again")
    if has_acknowledged(serving, person, sha256):
        return
    with serving.writing() as connection:
        connection.execute(insert(ACKNOWLEDGED).values(protocol=sha256, person=person.id, at=now()))
        serving.audit.record(person.id, "protocol_acknowledged", "protocol", {"sha256": sha256})


def require_acknowledged(serving: Serving, person: Person) -> None:
    """See that a person who brings images has read what is done to them.

    Raises:
        Refusal: not yet.
    """
    if not has_acknowledged(serving, person, current_protocol(serving).sha256):
        raise Refusal(
            409, "read the protocol of de-identification and confirm it before images are brought in"
        )
