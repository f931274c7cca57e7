"""Peers and data that a test may need from outside; what is missing is a named skip, counted at the end."""

import os
import shutil
from collections import Counter
from pathlib import Path

import hypothesis
import pytest

# Where a change is judged, the same examples are tried every time; elsewhere new ones each time.
hypothesis.settings.register_profile("the same every time", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("the same every time")

# Threads that have nothing to do wait asleep. By default they turn in circles, which is quicker where a
# program has the machine for itself, and takes most of the processors' time where several train at once.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")

# Every change of an archive or a run is safe on the disk before it counts, and the tests make thousands: in
# memory, where there is much of it, nobody waits for the disk.
MEMORY, ENOUGH_MEMORY = Path("/dev/shm"), 8 << 30
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH_MEMORY:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# Where several processes share the tests, each begins with one of the folders that take longest and ends with
# short ones, so that none is left with a long one when the others are done.
LONG = ("web", "stories", "serving", "training", "archive", "pacs")

CHECKS_OF_PAGES = "page checks (npm ci in tests/page)"
SOURCES_OF_PAGES = "what the pages are built from (npm ci in web)"
PEERS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    CHECKS_OF_PAGES: (),
    SOURCES_OF_PAGES: (),
    "Orthanc": ("Orthanc",),
    "PostgreSQL": ("initdb",),
    "dciodvfy": ("dciodvfy",),
    "dcmtk": ("storescu",),
    "gdcm": ("gdcmanon",),
}
POSTGRESQL_PROGRAMS = "/usr/lib/postgresql"  # Debian keeps them out of PATH
PAGE_CHECKS = Path(__file__).parent / "page" / "node_modules"
PAGE_SOURCES = Path(__file__).resolve().parents[1] / "web" / "node_modules"
_missing: Counter[str] = Counter()
REAL_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def _absent(what: str) -> None:
    """Skip, or fail where all peers are demanded."""
    _missing[what] += 1
    if os.environ.get("HILUM_REQUIRE_PEERS") == "1" and what in PEERS:
        pytest.fail(f"the peer {what} is not on this machine, and HILUM_REQUIRE_PEERS=1 demands it")
    pytest.skip(f"{what} is not on this machine")


def _program(peer: str) -> str:
    """The path of a peer's program."""
    versions = sorted(Path(POSTGRESQL_PROGRAMS).glob("*/bin"))
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", *map(str, versions)])
    for name in PEERS[peer]:
        if path := shutil.which(name, path=places):
            return path
    _absent(peer)
    raise AssertionError


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium, the browser in which people meet a report."""
    return _program("chromium")


@pytest.fixture(scope="session")
def orthanc_program() -> str:
    """The path of Orthanc, the PACS that hospitals and laboratories run."""
    return _program("Orthanc")


@pytest.fixture(scope="session")
def postgresql_programs() -> Path:
    """The folder with PostgreSQL's initdb, pg_ctl and the rest."""
    return Path(_program("PostgreSQL")).parent


@pytest.fixture(scope="session")
def dciodvfy() -> str:
    """The path of David Clunie's validator of DICOM objects."""
    return _program("dciodvfy")


@pytest.fixture(scope="session")
def dcmtk() -> Path:
    """The folder with DCMTK's storescu, dcmdump and the rest."""
    return Path(_program("dcmtk")).parent


@pytest.fixture(scope="session")
def gdcm() -> Path:
    """The folder with GDCM's gdcmanon, gdcmimg and the rest."""
    return Path(_program("gdcm")).parent


@pytest.fixture
def page_checks() -> None:
    """The HTML validator and axe's rules."""
    if not PAGE_CHECKS.is_dir():
        _absent(CHECKS_OF_PAGES)


@pytest.fixture(scope="session")
def page_sources() -> None:
    """npm and what the workbench's pages are built from."""
    if shutil.which("npm") is None or not PAGE_SOURCES.is_dir():
        _absent(SOURCES_OF_PAGES)


@pytest.fixture
def real_data() -> Path:
    """The folder of public real data that lies beside a checkout, where there is one."""
    if not REAL_DATA.is_dir():
        _absent("real data (../shared/data)")
    return REAL_DATA


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long tests first, where several processes share them; each gets the next part of the list."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers == 1:
        return
    folders: dict[str, list[pytest.Item]] = {}
    for item in items:
        folder = item.path.parent.name if "tests" in item.path.parts else ""
        folders.setdefault(folder, []).append(item)
    begin: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for number, name in enumerate(LONG):
        begin[number % workers] += folders.pop(name, [])
    short = [item for folder in folders.values() for item in folder]
    ordered: list[pytest.Item] = []
    for number, first in enumerate(begin, 1):
        there = number * len(items) // workers - len(ordered) - len(first)
        ordered += [*first, *short[: max(there, 0)]]
        short = short[max(there, 0) :]
    items[:] = [*ordered, *short]


def pytest_terminal_summary(terminalreporter) -> None:
    """Say at the end what was skipped for want of a peer, so that green is not mistaken for whole."""
    skipped: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        skipped[reason.removeprefix("Skipped: ")] += 1
    for reason, count in sorted(skipped.items()):
        terminalreporter.write_line(f"not run: {count} tests, because {reason}")
