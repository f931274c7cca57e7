"""Whose studies there are, who may see and change them, and where they lie."""

import re
import secrets
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import (
    Column,
    Connection,
    Float,
    ForeignKey,
    Integer,
    RowMapping,
    Table,
    delete,
    insert,
    select,
    update,
)

from hilum.archive.words import Words
from hilum.serving import tables
from hilum.serving.access.people import PEOPLE
from hilum.serving.access.person import Person
from hilum.serving.access.rights import Right
from hilum.serving.failures import Refusal
from hilum.serving.state import Serving
from hilum.serving.studies_private import private_folder

STUDY_FILE = "study.toml"
SLUG = r"^[a-z0-9][a-z0-9-]{0,79}$"
May = Literal["see", "change"]
_NOT_THERE = "there is no such study, or it is not shared with you"

STUDIES = Table(
    "studies",
    tables.metadata,
    Column("slug", Words(), primary_key=True),
    Column("title", Words(), nullable=False),
    Column("owner", Integer, ForeignKey(PEOPLE.c.id), nullable=False, index=True),
    Column("made", Float, nullable=False),
    Column("changed", Float, nullable=False, index=True),
    Column("archived", Float),
)
"""One row a study; the study itself is its file."""

STUDY_PEOPLE = Table(
    "study_people",
    tables.metadata,
    Column("study", Words(), ForeignKey(STUDIES.c.slug), primary_key=True),
    Column("person", Integer, ForeignKey(PEOPLE.c.id), primary_key=True),
    Column("may", Words(), nullable=False),
)
"""Whom a study is shared with."""


@dataclass(frozen=True)
class StudyPlace:
    """A study that a person may see.

    Attributes:
        slug: Its name in addresses, and of its folder.
        title: The question.
        folder: Where its file and tables lie.
        owner: The number of the account that made it; None where it was made without the workbench.
        may: What the person may do with it.
        mine: Whether the person owns it, and may share it.
        archived: When it was put away, in seconds since 1970; None where it is in use.
        changed: When it was last changed, in seconds since 1970.
    """

    slug: str
    title: str
    folder: Path
    owner: int | None
    may: May
    mine: bool
    archived: float | None
    changed: float

    @property
    def file(self) -> Path:
        """The study file."""
        return self.folder / STUDY_FILE


def studies_folder(serving: Serving) -> Path:
    """Where all studies of the workbench lie."""
    return serving.workspace.root / "studies"


def slug_of(title: str) -> str:
    """A name for addresses and folders out of a title: Latin letters, digits and hyphens.

    Example:
        >>> slug_of("30-day mortality in CAP!"), slug_of("흉부 X-ray"), slug_of("폐렴")
        ('30-day-mortality-in-cap', 'x-ray', 'study')
    """
    plain = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:60].strip("-")
    # `/studies/new` is a page of its own.
    return "study" if plain in {"", "new"} else plain


def add_study(serving: Serving, person: Person, title: str) -> StudyPlace:
    """Make a study's folder and note whose it is."""
    root = private_folder(studies_folder(serving))
    stem = slug_of(title)
    for slug in (stem, *(f"{stem}-{number}" for number in range(2, 50)), f"{stem}-{secrets.token_hex(4)}"):
        try:
            (root / slug).mkdir(mode=0o700)
        except FileExistsError:
            continue
        now = time.time()
        with serving.writing() as connection:
            row = {"slug": slug, "title": title, "owner": person.id, "made": now, "changed": now}
            connection.execute(insert(STUDIES).values(**row))
            serving.audit.record(person.id, "study_made", f"study {slug}")
        return StudyPlace(
            slug, title, root / slug, person.id, "change", mine=True, archived=None, changed=now
        )
    raise Refusal(409, "too many studies have this title: give it another one")


def study_seen(serving: Serving, person: Person, slug: str, *, change: bool = False) -> StudyPlace:
    """A study, for one who may see it.

    Args:
        serving: The server.
        person: Who asks.
        slug: The study's name.
        change: Whether it is to be changed.

    Raises:
        Refusal: 404 where there is no such study or the person may not see it; 403 where it may be seen
            and not changed.
    """
    place = None
    if re.fullmatch(SLUG, slug):
        with serving.reading() as connection:
            row = connection.execute(select(STUDIES).where(STUDIES.c.slug == slug)).mappings().first()
            place = _place(serving, connection, person, slug, row)
    if place is None:
        raise Refusal(404, _NOT_THERE)
    if change and (place.may != "change" or not person.may(Right.make_studies)):
        raise Refusal(
            403, "this study is shared with you to be seen, not changed: duplicate it to work on it"
        )
    if change and place.archived is not None:
        raise Refusal(409, "this study is put away: bring it back before it is changed")
    return place


def studies_of(serving: Serving, person: Person) -> list[StudyPlace]:
    """All studies that a person may see, the last changed first."""
    root = studies_folder(serving)
    on_disk = {path.parent.name for path in root.glob(f"*/{STUDY_FILE}")} if root.is_dir() else set()
    with serving.reading() as connection:
        rows = {row["slug"]: row for row in connection.execute(select(STUDIES)).mappings()}
        found = [
            _place(serving, connection, person, slug, rows.get(slug))
            for slug in sorted(on_disk | rows.keys())
            if re.fullmatch(SLUG, slug)
        ]
    return sorted((place for place in found if place is not None), key=lambda place: -place.changed)


def note_change(serving: Serving, place: StudyPlace, title: str) -> None:
    """Note that a study was changed, and what its question is now."""
    with serving.writing() as connection:
        values = {"title": title[:500], "changed": time.time()}
        connection.execute(update(STUDIES).where(STUDIES.c.slug == place.slug).values(**values))


def put_away(serving: Serving, person: Person, place: StudyPlace, *, away: bool) -> None:
    """Put a study away, or bring it back; nothing is deleted."""
    with serving.writing() as connection:
        _adopt(connection, person, place)
        archived = time.time() if away else None
        connection.execute(update(STUDIES).where(STUDIES.c.slug == place.slug).values(archived=archived))
        what = "study_put_away" if away else "study_brought_back"
        serving.audit.record(person.id, what, f"study {place.slug}")


def people_of(serving: Serving, place: StudyPlace) -> list[tuple[int, str, May]]:
    """Whom a study is shared with: number, name, and what that person may do."""
    with serving.reading() as connection:
        query = (
            select(PEOPLE.c.id, PEOPLE.c.name, STUDY_PEOPLE.c.may)
            .join_from(STUDY_PEOPLE, PEOPLE)
            .where(STUDY_PEOPLE.c.study == place.slug)
            .order_by(PEOPLE.c.name)
        )
        return [(row.id, row.name, row.may) for row in connection.execute(query)]


def share(serving: Serving, person: Person, place: StudyPlace, other: int, may: May | None) -> None:
    """Share a study with somebody, or no longer.

    Raises:
        Refusal: The person does not own the study, or there is no such account.
    """
    if not place.mine:
        raise Refusal(403, "only whoever made a study shares it: ask that person")
    with serving.writing() as connection:
        open_account = connection.execute(
            select(PEOPLE.c.id).where(PEOPLE.c.id == other, PEOPLE.c.disabled.is_(False))
        ).first()
        if open_account is None or other == place.owner:
            raise Refusal(404, "there is no such account to share the study with")
        _adopt(connection, person, place)
        which = (STUDY_PEOPLE.c.study == place.slug) & (STUDY_PEOPLE.c.person == other)
        connection.execute(delete(STUDY_PEOPLE).where(which))
        if may is not None:
            connection.execute(insert(STUDY_PEOPLE).values(study=place.slug, person=other, may=may))
        detail: dict[str, str | int] = {"with": other, "may": may or "nothing"}
        serving.audit.record(person.id, "study_shared", f"study {place.slug}", detail)


def _adopt(connection: Connection, person: Person, place: StudyPlace) -> None:
    """Note a study that was made without the workbench as that of whoever changes it first."""
    if connection.execute(select(STUDIES.c.slug).where(STUDIES.c.slug == place.slug)).first() is None:
        row = {"slug": place.slug, "title": place.title, "owner": person.id, "made": place.changed}
        connection.execute(insert(STUDIES).values(**row, changed=place.changed))


def _place(
    serving: Serving, connection: Connection, person: Person, slug: str, row: RowMapping | None
) -> StudyPlace | None:
    """A study as a person may see it; None where that person may not, or its folder is gone."""
    folder = studies_folder(serving) / slug
    if not folder.is_dir() or folder.is_symlink():
        return None
    owner = None if row is None else int(row["owner"])
    # Without accounts one person has everything; with them, studies that nobody's account made are the
    # administrators'.
    mine = not serving.settings.accounts or owner == person.id
    if not mine and (owner is None or owner == _single(connection)):
        mine = "administrator" in person.roles
    may: May | None = "change" if mine else None
    if not mine:
        which = (STUDY_PEOPLE.c.study == slug) & (STUDY_PEOPLE.c.person == person.id)
        may = connection.execute(select(STUDY_PEOPLE.c.may).where(which)).scalar()
    if may is None:
        return None
    changed = (folder / STUDY_FILE).stat().st_mtime if (folder / STUDY_FILE).exists() else 0.0
    title = _question_of(folder) or slug if row is None else str(row["title"])
    archived = None if row is None else row["archived"]
    return StudyPlace(
        slug, title, folder, owner, may, mine, archived, max(changed, row["changed"] if row else 0)
    )


def _question_of(folder: Path) -> str | None:
    """The title in the file of a study that was made without the workbench; None where it says none."""
    try:
        title = tomllib.loads((folder / STUDY_FILE).read_bytes().decode("utf-8-sig")).get("title")
    except (OSError, ValueError):
        return None
    return title.strip()[:500] if isinstance(title, str) and title.strip() else None


def _single(connection: Connection) -> int | None:
    from hilum.serving.access.people import SINGLE

    return connection.execute(select(PEOPLE.c.id).where(PEOPLE.c.key == SINGLE)).scalar()
