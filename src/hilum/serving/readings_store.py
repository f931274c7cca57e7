"""Readings of new images that people asked for: whose they are, of which model, and where they lie."""

import contextlib
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Integer, Row, Table, delete, insert, select

from hilum.archive.words import Words
from hilum.serving import studies_store as store
from hilum.serving.access.person import Person
from hilum.serving.access.rights import Right
from hilum.serving.failures import Refusal
from hilum.serving.jobs.records import UNFINISHED, Job, JobRecords, now
from hilum.serving.state import Serving
from hilum.serving.studies_private import private_folder
from hilum.serving.tables import metadata

IMAGES, PICTURES, RESULT, ARCHIVED = "images", "pictures", "result.json", "archived.json"
_OLDEST_SECONDS = 7 * 86400.0
_NOT_THERE = "there is no such reading, or it is not shared with you"

READINGS = Table(
    "model_readings",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", Words(), nullable=False, unique=True),
    Column("person", Integer, nullable=False, index=True),
    Column("person_name", Words(), nullable=False),
    Column("study", Words(), nullable=False, index=True),
    Column("run", Words(), nullable=False),
    Column("reader", Words(), nullable=False),
    Column("job", Words(), nullable=False),
    Column("source", Words(), nullable=False),
    Column("images", Integer, nullable=False),
    Column("made", Words(), nullable=False),
)
"""One row a reading; what was read lies in its folder."""


@dataclass(frozen=True)
class Reading:
    """New images that a model was asked to read.

    Attributes:
        number: Counts all readings.
        id: Its name in addresses, and of its folder.
        person: Number of who asked for it.
        person_name: The account's name.
        study: The study whose run trained the model.
        run: The run.
        reader: The model.
        job: The work that it is done by.
        source: `files` that were sent, or `archive`.
        images: How many.
        made: When it was asked for (UTC, ISO 8601).
    """

    number: int
    id: str
    person: int
    person_name: str
    study: str
    run: str
    reader: str
    job: str
    source: str
    images: int
    made: str


def readings_folder(serve: Path) -> Path:
    """Where all readings lie, below the server's folder; only the owner can enter it."""
    return serve / "readings"


def new_folder(here: Serving) -> Path:
    """A private folder for a reading that is being asked for; its name is the reading's id."""
    _forget_old(here)
    return private_folder(readings_folder(here.settings.folder) / secrets.token_hex(8))


def folder_of(here: Serving, reading: Reading) -> Path:
    """Where a reading lies."""
    return readings_folder(here.settings.folder) / reading.id


def add_reading(here: Serving, person: Person, facts: Mapping[str, Any]) -> None:
    """Note a reading: `id`, `study`, `run`, `reader`, `job`, `source` and `images`."""
    with here.writing() as connection:
        row = {**facts, "person": person.id, "person_name": person.name, "made": now()}
        connection.execute(insert(READINGS).values(**row))


def readings_of(here: Serving, person: Person) -> list[Reading]:
    """The readings that a person may see, the last first: own ones, and those by models of studies seen."""
    seen = {place.slug for place in store.studies_of(here, person)}
    with here.reading() as connection:
        rows = connection.execute(select(READINGS).order_by(READINGS.c.number.desc())).all()
    found = [_reading(row) for row in rows]
    return [each for each in found if each.person == person.id or each.study in seen]


def reading_seen(here: Serving, person: Person, name: str) -> Reading:
    """A reading that a person may see.

    Raises:
        Refusal: 404 where there is none, or this person may not see it.
    """
    with here.reading() as connection:
        row = connection.execute(select(READINGS).where(READINGS.c.id == name)).one_or_none()
    found = None if row is None else _reading(row)
    if found is not None and found.person != person.id:
        try:
            store.study_seen(here, person, found.study)
        except Refusal:
            found = None
    if found is None:
        raise Refusal(404, _NOT_THERE)
    return found


def job_of(here: Serving, reading: Reading) -> Job | None:
    """The work that makes a reading; None where its record is gone."""
    return JobRecords(here.engine).find(reading.job)


def delete_reading(here: Serving, person: Person, reading: Reading) -> None:
    """Delete a reading with its pictures, and the images that were sent for it.

    Raises:
        Refusal: 403, it is another person's; 409, it is being made.
    """
    if reading.person != person.id and not person.may(Right.manage_users):
        raise Refusal(403, "this is the reading of another person: ask that person, or an administrator")
    job = job_of(here, reading)
    if job is not None and job.state in UNFINISHED:
        raise Refusal(409, "this reading is being made: cancel that first")
    with here.writing() as connection:
        connection.execute(delete(READINGS).where(READINGS.c.id == reading.id))
        here.audit.record(person.id, "reading_deleted", f"reading {reading.id}", {"study": reading.study})
    shutil.rmtree(folder_of(here, reading), ignore_errors=True)


def forget_images(place: Path) -> None:
    """Delete what was sent for a reading: its images and its table; readings and small pictures stay.

    Args:
        place: The reading's folder.
    """
    shutil.rmtree(place / IMAGES, ignore_errors=True)
    for table in place.glob("table.*"):
        table.unlink(missing_ok=True)


def _forget_old(here: Serving) -> None:
    """Delete images that nobody went on reading, and folders of readings that were never begun."""
    root = readings_folder(here.settings.folder)
    with here.reading() as connection:
        jobs = {row.id: row.job for row in connection.execute(select(READINGS.c.id, READINGS.c.job))}
    for place in root.glob("*") if root.is_dir() else ():
        with contextlib.suppress(OSError):
            if not re.fullmatch("[0-9a-f]{16}", place.name) or _is_young(place):
                continue
            job = JobRecords(here.engine).find(jobs[place.name]) if place.name in jobs else None
            if place.name not in jobs:
                shutil.rmtree(place, ignore_errors=True)
            elif job is None or job.state not in UNFINISHED:
                forget_images(place)


def _is_young(place: Path) -> bool:
    return time.time() - place.stat().st_mtime < _OLDEST_SECONDS


def _reading(row: Row[Any]) -> Reading:
    return Reading(**dict(row._mapping))  # noqa: SLF001  # a public name, as SQLAlchemy says
