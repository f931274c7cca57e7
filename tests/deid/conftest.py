"""Where the real sample files are."""

from pathlib import Path

import pytest

from torture.ingested import Ingested, ingest_corpus


@pytest.fixture(scope="session")
def samples() -> Path:
    folder = Path(__file__).parents[3] / "shared" / "data" / "dicom_samples"
    if not folder.is_dir():
        pytest.skip("the real sample files (../shared/data/dicom_samples) are not here")
    return folder


@pytest.fixture(scope="session")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Ingested:
    """The torture corpus in an archive; tests only look at it."""
    return ingest_corpus(tmp_path_factory.mktemp("torture"))
