"""A workspace with films, CT and PET-CT, and people who mark them."""

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path

import httpx

from archive.guideline_images import Examination, image
from hilum.archive import Workspace, create_workspace, open_archive
from hilum.serving.access.people import add_account
from hilum.serving.access.sessions import begin_session
from hilum.serving.settings import Settings
from serving.served import Served, running

_EXAMINATIONS = (
    *(Examination(f"{number:08d}", "DX", 1) for number in (101, 102, 103)),
    *(Examination(f"{number:08d}", "CT", 1, tuple(range(1, 7))) for number in (301, 302)),
    Examination("00000501", "CT", 1, (1, 2, 3)),
    Examination("00000501", "PT", 2, (1, 2, 3)),
)
TEAM = {
    "dora": ("data_manager",),
    "ruth": ("researcher",),
    "sam": ("specialist",),
    "sue": ("specialist",),
    "sid": ("specialist",),
    "ann": ("annotator",),
    "abe": ("annotator",),
    "adam": ("adjudicator",),
}
_events = count(1)


@cache
def _filled() -> Path:
    """Made once a session; every test works on a copy."""
    folder = Path(tempfile.mkdtemp(prefix="hilum-annotation-"))
    export = folder / "export"
    export.mkdir()
    number = 0
    for examination in _EXAMINATIONS:
        for place in examination.numbers:
            number += 1
            (export / f"{number:03d}.dcm").write_bytes(image(examination, place))
    archive = open_archive(create_workspace(folder / "workspace"))
    archive.ingest([export], workers=1)
    assert len(archive.images()) == number
    archive.engine.dispose()
    return folder / "workspace"


def workspace_at(folder: Path) -> Workspace:
    """A copy of the filled workspace."""
    shutil.copytree(_filled(), folder)
    return Workspace(folder)


@dataclass
class Team:
    """People of one test, with names of their own, and their browsers."""

    served: Served
    mark: int
    numbers: dict[str, int] = field(default_factory=dict)
    browsers: dict[str, httpx.Client] = field(default_factory=dict)

    def __getitem__(self, name: str) -> httpx.Client:
        self.number(name)
        return self.browsers[name]

    def number(self, name: str) -> int:
        """The account of a person, made and signed in when first asked for, without a password to hash."""
        if name not in self.numbers:
            with self.served.serving.writing() as connection:
                number = add_account(connection, f"{name}{self.mark}", TEAM[name])
                secret = begin_session(connection, self.served.settings, number)
            browser = self.served.client({self.served.serving.cookie: secret})
            browser.headers["X-CSRF-Token"] = browser.get("/api/session").json()["csrf"]
            self.numbers[name], self.browsers[name] = number, browser
        return self.numbers[name]

    def all_of(self, *names: str) -> list[int]:
        """The accounts of several people."""
        return [self.number(name) for name in names]


@contextmanager
def served_with_people(folder: Path, **settings: object):
    """A server with accounts; call what is yielded for a fresh team."""
    with running(Settings(workspace_at(folder), accounts=True, **settings)) as served:
        yield lambda: Team(served, next(_events))


def project(browser, **asked: object) -> int:
    """A project over the whole archive."""
    told = {"name": f"project {next(_events)}", "dataset": "CCT", "training_needed": False} | asked
    answer = browser.post("/api/annotation/projects", json=told)
    assert answer.status_code == 201, answer.text
    return answer.json()["project"]


def assign(browser, number: int, people) -> dict:
    answer = browser.post(f"/api/annotation/projects/{number}/assign", json={"people": list(people)})
    assert answer.status_code == 200, answer.text
    return answer.json()


def work(browser, **query: str) -> list[dict]:
    answer = browser.get("/api/annotation/worklist", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def event(kind: str, **fields: object) -> dict:
    return {"event": f"e-{next(_events)}", "made": "2026-11-21T10:00:00.000Z", "kind": kind, **fields}


def send(browser, marking: int, revision: int, events: list[dict], client: str = "tab1"):
    body = {"client": client, "revision": revision, "events": events}
    return browser.post(f"/api/annotation/markings/{marking}/events", json=body)


def box(x1: float, y1: float, x2: float, y2: float) -> dict:
    return {"kind": "box", "x1": x1, "y1": y1, "x2": x2, "y2": y2}


def polygon(*points: tuple[float, float]) -> dict:
    return {"kind": "polygon", "rings": [[list(point) for point in points]]}


def square(x1: float, y1: float, x2: float, y2: float) -> dict:
    return polygon((x1, y1), (x2, y1), (x2, y2), (x1, y2))


def draw(
    browser, marking: int, shapes: list[tuple[int, dict]], category: int | None = 1, lesion: str = "a"
) -> int:
    """Draw a lesion and save it; the revision afterwards."""
    revision = browser.get(f"/api/annotation/markings/{marking}").json()["revision"]
    events = [event("lesion_created", lesion=lesion, category=category)]
    events += [event("shape_drawn", lesion=lesion, image=place, shape=shape) for place, shape in shapes]
    answer = send(browser, marking, revision, events)
    assert answer.status_code == 200, answer.text
    return answer.json()["revision"]


def submit(browser, marking: int) -> dict:
    revision = browser.get(f"/api/annotation/markings/{marking}").json()["revision"]
    asked = {"revision": revision, "seconds": 12.5}
    answer = browser.post(f"/api/annotation/markings/{marking}/submit", json=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def mark(browser, shapes: list[tuple[int, dict]], category: int | None = 1, **query: object) -> dict:
    """Mark the first open case and hand it in."""
    first = next(row for row in work(browser, state="open") if all(row[k] == v for k, v in query.items()))
    if shapes:
        draw(browser, first["marking"], shapes, category)
    return submit(browser, first["marking"])


__all__ = [
    "Team",
    "assign",
    "box",
    "draw",
    "event",
    "mark",
    "polygon",
    "project",
    "send",
    "served_with_people",
    "square",
    "submit",
    "work",
    "workspace_at",
]
