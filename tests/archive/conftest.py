"""A workspace, and films made in code; the index in SQLite and in PostgreSQL."""

import gc
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from archive.films import film
from archive.guideline_images import write_export
from archive.postgresql import Server, running_server
from hilum.archive import Archive, create_workspace, open_archive

_numbers = count(1)


@pytest.fixture(scope="session")
def postgresql(postgresql_programs: Path) -> Iterator[Server]:
    """A server of PostgreSQL for this session."""
    with running_server(postgresql_programs) as server:
        yield server
        gc.collect()  # archives that nobody closed give their connections back


@pytest.fixture(scope="session", params=["SQLite", "PostgreSQL"])
def database(request: pytest.FixtureRequest) -> str:
    """Which database keeps the index."""
    return str(request.param)


def new_archive(database: str, folder: Path, request: pytest.FixtureRequest) -> Archive:
    """A workspace with an empty archive whose index is kept by this database."""
    url = None
    if database == "PostgreSQL":
        url = request.getfixturevalue("postgresql").new_database(f"archive{next(_numbers)}")
    return open_archive(create_workspace(folder, url))


@pytest.fixture(scope="session")
def samples() -> Path:
    folder = Path(__file__).parents[3] / "shared" / "data" / "dicom_samples"
    if not folder.is_dir():
        pytest.skip("the real sample files (../shared/data/dicom_samples) are not here")
    return folder


@pytest.fixture
def archive(tmp_path: Path, database: str, request: pytest.FixtureRequest) -> Iterator[Archive]:
    made = new_archive(database, tmp_path / "workspace", request)
    yield made
    made._engine.dispose()


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a PACS exports it: three films of two patients, and things that are no images."""
    folder = tmp_path_factory.mktemp("export")
    (folder / "Hong Gildong").mkdir(parents=True)
    (folder / "Hong Gildong" / "1.dcm").write_bytes(film(1))
    (folder / "Hong Gildong" / "2").write_bytes(film(2))
    (folder / "3.dcm").write_bytes(film(3, patient="00999999"))
    (folder / "readme.txt").write_text("an export")
    (folder / "cut.dcm").write_bytes(film(4)[:-500])
    (folder / "empty.dcm").write_bytes(b"")
    return folder


@pytest.fixture(scope="session")
def ingested(
    tmp_path_factory: pytest.TempPathFactory, export: Path, database: str, request: pytest.FixtureRequest
) -> Iterator[Archive]:
    """An archive that has this export in it; tests only look at it."""
    archive = new_archive(database, tmp_path_factory.mktemp("ingested") / "workspace", request)
    archive.ingest([export], workers=1)
    yield archive
    archive._engine.dispose()


@pytest.fixture(scope="session")
def lung(
    tmp_path_factory: pytest.TempPathFactory, database: str, request: pytest.FixtureRequest
) -> Iterator[Archive]:
    """An archive with films, CT and PET-CT of six patients; tests only look at it."""
    folder = tmp_path_factory.mktemp("lung")
    archive = new_archive(database, folder / "workspace", request)
    report = archive.ingest([write_export(folder / "export")], workers=1)
    assert (report.archived, report.quarantined) == (21, 0)
    yield archive
    archive._engine.dispose()
