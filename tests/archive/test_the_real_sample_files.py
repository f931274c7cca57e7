"""A folder of real and odd files from many makers and tools."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest
from sqlalchemy import insert, select

from hilum.archive import Archive
from hilum.archive.index import TEXT_SEARCHES, reading, writing


@pytest.fixture
def remembering(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive that knows what was found in the same pictures with the other database.

    To look for writing takes most of the time, and depends on the pixels alone.
    """
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    searched = base / "searches-of-the-samples.json"
    if searched.is_file():
        with writing(archive._engine) as connection:
            connection.execute(insert(TEXT_SEARCHES), json.loads(searched.read_text()))
    yield archive
    with reading(archive._engine) as connection:
        found = [dict(row) for row in connection.execute(select(TEXT_SEARCHES)).mappings()]
    (base / f"{os.getpid()}.json").write_text(json.dumps(found))
    (base / f"{os.getpid()}.json").rename(searched)


def test_every_real_sample_is_accounted_for(remembering: Archive, samples: Path):
    archive = remembering
    report = archive.ingest([samples])
    assert report.files == report.archived + report.quarantined + report.skipped
    on_disk = sum(path.is_file() and path.suffix != ".zip" for path in samples.rglob("*"))
    assert report.files >= on_disk
    assert report.archived >= 90
    entries = archive.quarantine()
    assert len(entries) == report.quarantined
    reasons = Counter(entry.reason for entry in entries)
    late = sum("took too long" in entry.detail for entry in entries)  # on a busy machine
    assert late <= 3
    assert reasons["unreadable image"] - late <= 7
    assert reasons["an identifier survived the cleaning"] == 0
    assert reasons["not DICOM"] >= 30
    modalities = set(archive.images().modality)
    assert {"CT", "MR", "PT", "CR"} <= modalities
    for image in archive.images().image[:20]:
        assert pydicom.dcmread(archive.path(image)).PatientIdentityRemoved == "YES"
