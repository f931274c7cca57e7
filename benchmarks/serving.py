"""How quickly the workbench answers when it is large and busy.

    .venv/bin/python benchmarks/serving.py

A workspace with 100,000 cases is served to people with accounts: first and deep pages of its lists, and lists
filtered while somebody types; then 50 requests a second of five roles and a program with a token, alone,
beside a viewer that reads a CT of 300 slices, and beside a job that brings another CT in. A route of FastAPI
that does nothing is asked as often, by the same server program. Goals: 95 of 100 answers, and of each page,
within 100 ms. Exit code 1 where one is missed. `--postgresql` keeps everything in a PostgreSQL server.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from sqlalchemy import select
from workbench.hospital import SLICES, add_people, make_hospital, write_ct, write_run, write_worklist
from workbench.lists import Took, pages, time_page
from workbench.load import PER_SECOND, Answers, Request, load, reading_a_ct, requests_of
from workbench.service import Service, bare_route, not_served, served

from hilum.archive import Workspace, open_archive
from hilum.archive.index import IMAGES, reading
from hilum.serving.access.api_tokens import make_token
from hilum.serving.access.people import account_named
from hilum.serving.access.person import Person
from hilum.serving.access.rights import ROLES, Right
from hilum.serving.state import Serving

GOAL_MS = 100.0
_POSTGRESQL = Path("/usr/lib/postgresql")


@contextmanager
def _databases(*, wanted: bool) -> Iterator[tuple[str | None, str | None]]:
    """URLs of two new databases, for the index and for the workbench; None each where files hold them."""
    if not wanted:
        yield None, None
        return
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
    from archive.postgresql import running_server

    with running_server(max(_POSTGRESQL.glob("*/bin"))) as server:
        yield server.new_database("index"), server.new_database("workbench")


def _prepared(
    folder: Path, cases: int, index: str | None, database: str | None
) -> tuple[Serving, dict[str, str], int]:
    """The workspace, its people's sessions, and the number of its project."""
    workspace = make_hospital(folder / "workspace", cases, index)
    text = workspace.root / "hilum.toml"
    text.write_text(text.read_text() + f"\n[serve]\nfolders = ['{folder / 'sources'}']\n")
    write_ct(folder / "sources" / "ct", SLICES, patient=1)
    here = not_served(workspace, database)
    sessions = add_people(here)
    project = write_worklist(here, _number(here, "specialist"), cases)
    write_run(here, _number(here, "administrator"), cases)
    return here, sessions, project


def _number(here: Serving, role: str) -> int:
    with here.reading() as connection:
        found = account_named(connection, f"a {role}")
    assert found is not None
    return found.id


def _token(here: Serving) -> str:
    number = _number(here, "researcher")
    person = Person(number, "a researcher", frozenset({"researcher"}), ROLES["researcher"])
    with here.writing() as connection:
        return make_token(connection, person, "a program", [Right.see_studies], 1)[1]


def _ct(workspace: Workspace) -> tuple[str, list[str]]:
    """The series that is really there, and its images."""
    archive = open_archive(workspace)
    with reading(archive.engine) as connection:
        real = select(IMAGES.c.series, IMAGES.c.instance).where(IMAGES.c.source.not_like("synthetic %"))
        rows = connection.execute(real).all()
    archive.engine.dispose()
    return rows[0].series, [row.instance for row in rows]


def _loads(
    service: Service, requests: list[Request], series: str, seconds: float
) -> Iterator[tuple[str, Answers]]:
    with bare_route() as address:
        yield "a bare route", load(address, [Request("/bare", {}, {})], seconds)
    yield "the workbench", load(service.address, requests, seconds, service)
    with reading_a_ct(service, series) as reader:
        time.sleep(2)
        try:
            yield f"while a CT of {SLICES} slices is read", load(service.address, requests, seconds, service)
        finally:
            reader.kill()
    _bring_in(service)
    yield "while a job brings a CT in", load(service.address, requests, seconds, service)


def _bring_in(service: Service) -> None:
    """Ask for a job that de-identifies the other CT."""
    with httpx.Client(
        base_url=service.address, cookies=service.cookies("data_manager"), timeout=60
    ) as client:
        mark = client.get("/api/session").json()["csrf"]
        client.headers["X-CSRF-Token"] = mark
        protocol = client.get("/api/protocol").raise_for_status().json()["sha256"]
        client.post("/api/protocol/acknowledge", json={"sha256": protocol}).raise_for_status()
        asked = {"folders": [{"root": 0, "path": ["ct"]}]}
        client.post("/api/imports", json=asked).raise_for_status()


def _print_pages(found: list[Took]) -> bool:
    print(f"one page, in milliseconds; goal: p95 within {GOAL_MS:.0f}")
    for one in found:
        mark = "" if one.slow <= GOAL_MS else "   MISSED"
        print(
            f"  {one.name:<32} first {one.first:7.1f}  p50 {one.usual:6.1f}  p95 {one.slow:6.1f}  "
            f"processor {one.processor:5.1f}{mark}"
        )
    return all(one.slow <= GOAL_MS for one in found)


def _print_load(name: str, found: Answers, *, control: bool) -> bool:
    good = control or found.at(0.95) <= GOAL_MS
    slowest = (
        "" if control else f"; processor {found.processor:.1f}; {found.slowest[0]} {found.slowest[1]:.0f}"
    )
    print(
        f"  {name:<38} p50 {found.at(0.5):6.1f}  p95 {found.at(0.95):6.1f}  p99 {found.at(0.99):6.1f}"
        f"{slowest}{'' if good else '   MISSED'}",
        flush=True,
    )
    return good


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each load")
    parser.add_argument("--times", type=int, default=21, help="that each page is asked for")
    parser.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    options = parser.parse_args()
    with _databases(wanted=options.postgresql) as (index, database), tempfile.TemporaryDirectory() as name:
        here, sessions, project = _prepared(Path(name), options.cases, index, database)
        series, instances = _ct(here.workspace)
        token = _token(here)
        with served(here, sessions) as service:
            asked = pages(options.cases, project)
            good = _print_pages([time_page(service, page, options.times) for page in asked])
            print(
                f"{PER_SECOND} requests/s for {options.seconds:.0f} s, in milliseconds; "
                f"goal: p95 within {GOAL_MS:.0f}"
            )
            requests = requests_of(service, options.cases, instances, token)
            for title, found in _loads(service, requests, series, options.seconds):
                good &= _print_load(title, found, control=title == "a bare route")
        here.engine.dispose()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
