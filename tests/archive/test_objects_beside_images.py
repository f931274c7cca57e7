"""Reports, segmentations and other objects stand in the archive beside images, and are told apart."""

import sqlite3
from io import BytesIO
from pathlib import Path

import pydicom

from archive.films import film
from hilum.archive import Archive, create_workspace, open_archive
from hilum.archive.archive import IMAGE_COLUMNS


def report(number: int) -> bytes:
    """A small structured report on the examination of film 1."""
    source = pydicom.dcmread(BytesIO(film(1)))
    del source.PixelData
    for keyword in ("Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PhotometricInterpretation"):
        del source[keyword]
    source.SOPClassUID = source.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.88.11"
    source.SOPInstanceUID, source.Modality = f"1.2.826.0.1.3680043.8.498.41.{number}", "SR"
    source.ValueType = "CONTAINER"
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, source, enforce_file_format=True)
    return buffer.getvalue()


def test_a_report_is_an_object_and_no_image(archive: Archive, tmp_path: Path):
    (tmp_path / "film.dcm").write_bytes(film(1))
    (tmp_path / "report.dcm").write_bytes(report(1))
    done = archive.ingest([tmp_path / "film.dcm", tmp_path / "report.dcm"], workers=1)
    assert (done.archived, done.quarantined) == (2, 0)
    images, objects = archive.images(), archive.objects()
    assert tuple(images.columns) == IMAGE_COLUMNS
    assert list(images.modality) == ["DX"]
    assert (str(images["rows"].dtype), images["rows"].iloc[0]) == ("int64", 16)
    assert sorted(objects.kind) == ["image", "structured report"]
    made = objects[objects.kind == "structured report"].iloc[0]
    assert made[["rows", "columns", "frames", "bits_stored"]].isna().all()
    assert (made.pixel_sha256, made.study) == ("", images.study.iloc[0])
    assert archive.path(made.image).is_file()
    assert archive.ingest([tmp_path / "report.dcm"], workers=1).skipped == 1


def test_an_index_of_an_earlier_version_opens_and_goes_on(tmp_path: Path):
    archive = open_archive(create_workspace(tmp_path / "workspace"))
    (tmp_path / "film.dcm").write_bytes(film(1))
    (tmp_path / "report.dcm").write_bytes(report(1))
    archive.ingest([tmp_path / "film.dcm"], workers=1)
    before = archive.images()
    with sqlite3.connect(archive.workspace.index_file) as old:
        old.execute("DROP INDEX ix_images_kind")
        old.execute("ALTER TABLE images DROP COLUMN kind")
    old.close()
    again = open_archive(archive.workspace)
    assert again.images().equals(before)
    assert list(again.objects().kind) == ["image"]
    again.ingest([tmp_path / "report.dcm"], workers=1)
    assert sorted(again.objects().kind) == ["image", "structured report"]
    assert again.images().equals(before)
