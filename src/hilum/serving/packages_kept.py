"""Which packages were made, by whom and by which job: copies of the archive, and releases."""

import json
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Integer, Row, Table, delete, insert, select, update

from hilum.archive.words import Words
from hilum.serving.access.person import Person
from hilum.serving.failures import Refusal
from hilum.serving.jobs.records import now
from hilum.serving.packages_folder import MADE
from hilum.serving.state import Serving
from hilum.serving.tables import metadata

PACKAGES = Table(
    "packages",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", Words(), nullable=False, unique=True),
    Column("kind", Words(), nullable=False),
    Column("person", Integer, nullable=False),
    Column("person_name", Words(), nullable=False),
    Column("made", Words(), nullable=False),
    Column("about", Words(), nullable=False),
    Column("job", Words(), nullable=False, server_default=""),
)


@dataclass(frozen=True)
class Package:
    """A package.

    Attributes:
        id: its name in addresses.
        kind: `export` or `release`.
        person_name: the account of who asked for it.
        made: when it was asked for (UTC, ISO 8601).
        about: a few plain facts: layout, or the terms.
        job: the job that makes it.
        folder: where it lies; what was made is in the folder `data` of it.
    """

    id: str
    kind: str
    person_name: str
    made: str
    about: dict[str, Any]
    job: str
    folder: Path

    @property
    def out(self) -> Path:
        """What was made; there once it is whole."""
        return self.folder / MADE


def packages_folder(here: Serving) -> Path:
    """Where packages lie: in the server's own folder, at places that no request chooses."""
    return here.settings.folder / "packages"


def begin_package(here: Serving, person: Person, kind: str, about: dict[str, Any]) -> Package:
    """Make room for a package: a new folder that only the owner of the workspace can enter."""
    name = secrets.token_hex(8)
    folder = packages_folder(here) / name
    folder.mkdir(mode=0o700, parents=True)
    folder.parent.chmod(0o700)
    row = {"id": name, "kind": kind, "person": person.id, "person_name": person.name, "made": now()}
    with here.writing() as connection:
        connection.execute(insert(PACKAGES).values(**row, about=json.dumps(about)))
    return find_package(here, name)


def note_job(here: Serving, package: Package, job: str) -> Package:
    """Write down which job makes a package."""
    with here.writing() as connection:
        connection.execute(update(PACKAGES).where(PACKAGES.c.id == package.id).values(job=job))
    return find_package(here, package.id)


def all_packages(here: Serving) -> list[Package]:
    """All packages that are kept, the last first."""
    with here.reading() as connection:
        rows = connection.execute(select(PACKAGES).order_by(PACKAGES.c.number.desc())).all()
    return [_package(here, row) for row in rows]


def find_package(here: Serving, name: str) -> Package:
    """The package of this id.

    Raises:
        Refusal: there is none.
    """
    with here.reading() as connection:
        row = connection.execute(select(PACKAGES).where(PACKAGES.c.id == name)).one_or_none()
    if row is None:
        raise Refusal(404, "there is no such package: it may have been deleted by somebody else")
    return _package(here, row)


def delete_package(here: Serving, package: Package) -> None:
    """Delete a package with all of its files; the record of releases stays."""
    shutil.rmtree(package.folder, ignore_errors=True)
    with here.writing() as connection:
        connection.execute(delete(PACKAGES).where(PACKAGES.c.id == package.id))


def _package(here: Serving, row: Row[Any]) -> Package:
    facts = {name: getattr(row, name) for name in ("id", "kind", "person_name", "made", "job")}
    return Package(**facts, about=json.loads(row.about), folder=packages_folder(here) / row.id)
