"""Where the real sample files are."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def samples() -> Path:
    folder = Path(__file__).parents[3] / "shared" / "data" / "dicom_samples"
    if not folder.is_dir():
        pytest.skip("the real sample files (../shared/data/dicom_samples) are not here")
    return folder
