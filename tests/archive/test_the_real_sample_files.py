"""A folder of real and odd files from many makers and tools."""

from collections import Counter
from pathlib import Path

import pydicom

from hilum.archive import Archive


def test_every_real_sample_is_accounted_for(archive: Archive, samples: Path):
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
