"""A workspace, and films made in code."""

from pathlib import Path

import pytest

from archive.films import film
from hilum.archive import Archive, create_workspace, open_archive


@pytest.fixture(scope="session")
def samples() -> Path:
    folder = Path(__file__).parents[3] / "shared" / "data" / "dicom_samples"
    if not folder.is_dir():
        pytest.skip("the real sample files (../shared/data/dicom_samples) are not here")
    return folder


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return open_archive(create_workspace(tmp_path / "workspace"))


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
def ingested(tmp_path_factory: pytest.TempPathFactory, export: Path) -> Archive:
    """An archive that has this export in it; tests only look at it."""
    archive = open_archive(create_workspace(tmp_path_factory.mktemp("ingested") / "workspace"))
    archive.ingest([export], workers=1)
    return archive
