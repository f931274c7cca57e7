"""A workbench with a person and a program of each role, and what no answer may say to most of them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlalchemy import delete, insert, select, update

from archive.guideline_images import Examination, image
from hilum.archive import create_workspace, open_archive
from hilum.serving.access.api_tokens import TOKENS, make_token
from hilum.serving.access.asking import Asks
from hilum.serving.access.people import PEOPLE, add_account
from hilum.serving.access.person import Person
from hilum.serving.access.rights import ROLES, Right, rights_of
from hilum.serving.access.secrets_kept import csrf_token
from hilum.serving.access.sessions import SESSIONS, begin_session
from hilum.serving.jobs.desk import ROOM, JobDesk
from hilum.serving.jobs.durable_queue import QueueLimits
from hilum.serving.routes import ROUTERS
from hilum.serving.settings import Settings
from hilum.serving.state import Serving
from serving.served import Served, in_memory, running

# Nobody needs to be signed in for these, as they are how one signs in, or say that the server answers.
OPEN = {"read_health", "read_session", "sign_in", "begin_provider_sign_in", "end_provider_sign_in"}
SAFE = {"GET", "HEAD", "OPTIONS"}
PATIENT = "77123450"
MARKS = (PATIENT, "Gildong", f"ACC{PATIENT[:6]}", "1.2.826.0.1.3680043.8.498.")
"""Number, name, accession number and UIDs of a patient, as the hospital has them."""


def routes() -> list[tuple[str, APIRoute]]:
    """Every method of every route."""
    return [
        (method, route)
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods)
    ]


def asked_by(dependant: Dependant) -> Iterator[Asks]:
    """What a route asks of whoever calls it."""
    for one in dependant.dependencies:
        if isinstance(one.call, Asks):
            yield one.call
        yield from asked_by(one)


@dataclass(frozen=True)
class Sender:
    """Somebody who sends requests: a browser of a person, or a program with a token."""

    person: Person
    headers: dict[str, str]
    by_token: bool

    def may(self, route: APIRoute) -> bool:
        """Whether the rights that a route declares are this sender's."""
        asked = next(asked_by(route.dependant), None)
        return asked is None or (asked.allows(self.person) and not (asked.by_session and self.by_token))

    def misses(self, text: str) -> list[str]:
        """The marks in a text that this sender must not read."""
        return [] if self.person.may(Right.see_identities) else [mark for mark in MARKS if mark in text]


@dataclass(frozen=True)
class Everybody:
    """A server, and who sends requests to it; `known` names what is there, by the parameter of an address."""

    server: Served
    all_rights: Sender
    people: tuple[Sender, ...]
    programs: tuple[Sender, ...]
    known: dict[str, str]

    def heal(self) -> None:
        """Undo what a request did to the accounts of the senders."""
        with self.server.serving.writing() as connection:
            for row in self.server.serving.kept["people"]:
                connection.execute(update(PEOPLE).where(PEOPLE.c.id == row["id"]).values(**row))
            connection.execute(delete(SESSIONS))
            connection.execute(insert(SESSIONS), self.server.serving.kept["sessions"])
            connection.execute(update(TOKENS).values(revoked=None))

    def address(self, route: APIRoute) -> str:
        """The address of a route, with what is there put in."""
        return re.sub(r"\{(\w+)[^}]*\}", lambda found: self.known.get(found[1], "7"), route.path)


@contextmanager
def everybody(folder: Path) -> Iterator[Everybody]:
    """Serve a workspace in which a patient's identifiers lie wherever they may lie."""
    with in_memory(folder) as place:
        workspace = create_workspace(place / "workspace")
        _bring_in(place / "export", workspace)
        with running(Settings(workspace, accounts=True), (_jobs_that_wait,)) as server:
            people = tuple(_person(server, role, (role,)) for role in ROLES)
            all_rights = _person(server, "everything", tuple(ROLES))
            programs = tuple(_program(server, sender.person) for sender in people)
            _keep(server)
            yield Everybody(server, all_rights, people, programs, _known(server, people))


class _Waiting(JobDesk):
    """Takes jobs, and leaves them waiting: what they do is tried elsewhere."""

    def __init__(self, serving: Serving) -> None:
        super().__init__(serving, QueueLimits())
        self._queue = self

    def put(self, name: str, attempt: int, *, heavy: bool) -> None:
        """Begin nothing."""

    def take_out(self, name: str, attempt: int) -> None:
        """Nothing was begun."""


@contextmanager
def _jobs_that_wait(serving: Serving) -> Iterator[None]:
    desk = _Waiting(serving)
    desk.folder.mkdir(mode=0o700)
    serving.kept[ROOM] = desk
    yield


def _bring_in(export: Path, workspace) -> None:
    """A film in the archive, its identifiers in the vault; a file in quarantine with a patient's name."""
    export.mkdir()
    (export / "film.dcm").write_bytes(image(Examination(PATIENT, "DX", 1), 1))
    (export / f"Hong Gildong {PATIENT}.txt").write_text("no image", encoding="utf-8")
    archive = open_archive(workspace)
    report = archive.ingest([export], workers=1)
    assert (report.archived, report.quarantined) == (1, 1)
    archive.engine.dispose()


def _person(server: Served, name: str, roles: tuple[str, ...]) -> Sender:
    serving = server.serving
    with serving.writing() as connection:
        number = add_account(connection, f"the {name}", roles)
        secret = begin_session(connection, serving.settings, number)
    rights = rights_of(frozenset(roles))
    headers = {"Cookie": f"{serving.cookie}={secret}", "X-CSRF-Token": csrf_token(secret)}
    return Sender(Person(number, f"the {name}", frozenset(roles), rights), headers, by_token=False)


def _program(server: Served, person: Person) -> Sender:
    with server.serving.writing() as connection:
        secret = make_token(connection, person, "a program", person.rights, 1)[1]
    return Sender(person, {"Authorization": f"Bearer {secret}"}, by_token=True)


def _keep(server: Served) -> None:
    with server.serving.reading() as connection:
        for name, table in (("people", PEOPLE), ("sessions", SESSIONS)):
            rows = [dict(row) for row in connection.execute(select(table)).mappings()]
            server.serving.kept[name] = rows


def _known(server: Served, people: tuple[Sender, ...]) -> dict[str, str]:
    """What is there: of the archive and quarantine, a list for the PACS, a study with a table, a marking."""
    of = {next(iter(one.person.roles)): server.client(**one.headers) for one in people}

    def made(role: str, path: str, **content: object) -> dict:
        answer = of[role].post(path, **content)
        assert answer.status_code < 300, answer.text
        return answer.json()

    series = of["administrator"].get("/api/archive/series").json()["items"][0]["series"]
    shown = of["administrator"].get(f"/api/images/series/{series}").json()["images"][0]
    entry = of["data_manager"].get("/api/quarantine").json()["items"][0]["id"]
    table = ("list.csv", f"등록번호,검사일자\n{PATIENT},2024-03-01\n".encode())
    kept = made("data_manager", "/api/pacs/lists", files={"table": table})["id"]
    slug = made("researcher", "/api/studies", json={"title": "Of a patient"})["slug"]
    rows = "\n".join(f"{PATIENT},Hong^Gildong,{'FM'[n % 2]},{40 + n}" for n in range(12))
    file = ("people.csv", f"patient_id,name,sex,age\n{rows}\n".encode())
    made("researcher", f"/api/studies/{slug}/tables", files={"file": file})
    project = _project(of, made, people)
    return {
        "series": series,
        "instance": shown["instance"],
        "entry": entry,
        "which": "before",
        "kept": kept,
        "slug": slug,
        "level": "series",
        "check": "series",
        "name": "people.csv",
        "number": "1",
        **project,
    }


def _project(of, made, people: tuple[Sender, ...]) -> dict[str, str]:
    """A project of annotation with one case, which the specialist is given."""
    asked = {"name": "films", "dataset": "XRY", "training_needed": False}
    project = made("data_manager", "/api/annotation/projects", json=asked)["project"]
    number = next(one.person.id for one in people if "specialist" in one.person.roles)
    made("data_manager", f"/api/annotation/projects/{project}/assign", json={"people": [number]})
    work = of["specialist"].get("/api/annotation/worklist").json()["items"][0]
    return {"project": str(project), "case": work["case"], "marking": str(work["marking"]), "image": "0"}
