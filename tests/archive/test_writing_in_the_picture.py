"""A name in the pixels goes to quarantine until a person has looked; a side marker does not."""

from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest

from archive.films import film
from hilum.archive import Archive
from hilum.deid.burned_in import TextSearch, pictures_of
from hilum.dicom import DicomPixels
from hilum.errors import WorkspaceError


def noise(side: int = 512, seed: int = 0) -> np.ndarray:
    """Something like a film: soft structures and grain, 12 bits."""
    chance = np.random.default_rng(seed)
    soft = cv2.resize(chance.normal(size=(16, 16)), (side, side), interpolation=cv2.INTER_CUBIC)
    soft = (soft - soft.min()) / np.ptp(soft)
    return np.clip(600 + 2200 * soft + chance.normal(0, 30, (side, side)), 0, 4095)


def written(text: str, *, seed: int = 0, value: int = 4095, scale: float = 0.8) -> np.ndarray:
    picture = noise(seed=seed)
    ink = np.zeros(picture.shape, np.uint8)
    cv2.putText(ink, text, (24, 60), cv2.FONT_HERSHEY_SIMPLEX, scale, 255, 2, cv2.LINE_AA)
    return picture + (value - picture) * (ink / 255)


def found(picture: np.ndarray) -> bool:
    stored = picture.astype(np.uint16)[None]
    (seen,) = pictures_of(DicomPixels(stored, "MONOCHROME2", 12, pydicom.Dataset()))
    return bool(SEARCH.find(seen))


SEARCH = TextSearch()


@pytest.mark.parametrize("text", ["HONG GILDONG", "ID 00123456", "1956-01-31", "Kim Y.", "HGD 45 M"])
@pytest.mark.parametrize("value", [4095, 0])
def test_names_numbers_and_days_are_found(text: str, value: int):
    assert found(written(text, value=value))


def test_writing_that_runs_upwards_is_found():
    assert found(np.rot90(written("HONG GILDONG")))


@pytest.mark.parametrize("text", ["R", "L", "PA", "AP", "ERECT", "R PA"])
def test_markers_of_side_and_view_are_no_text(text: str):
    assert not found(written(text, scale=1.2))


@pytest.mark.parametrize("seed", range(8))
def test_structures_and_grain_are_no_text(seed: int):
    assert not found(noise(seed=seed))


def test_writing_in_one_frame_of_many_is_found():
    frames = np.stack([noise(seed=1)] * 9).astype(np.uint16)
    frames[5] = written("HONG GILDONG", seed=1)
    pixels = DicomPixels(frames, "MONOCHROME2", 12, pydicom.Dataset())
    assert SEARCH.find_in(pixels)


def test_it_waits_in_quarantine_until_a_person_releases_it(archive: Archive, tmp_path: Path):
    source = pydicom.dcmread(BytesIO(film(1, side=512)))
    source.PixelData = written("HONG GILDONG").astype("<u2").tobytes()
    source.save_as(tmp_path / "named.dcm")
    report = archive.ingest([tmp_path / "named.dcm"])
    assert (report.archived, report.quarantined) == (0, 1)
    (entry,) = archive.quarantine()
    assert entry.reason == "burned-in text"
    assert archive.release(entry.id) == f"{entry.id} is in the archive"
    assert len(archive.images()) == 1
    assert archive.quarantine() == []
    with pytest.raises(WorkspaceError, match="no longer"):
        archive.release(entry.id)
    assert archive.ingest([tmp_path / "named.dcm"]).skipped == 1
    assert any("released" in access.what for access in archive._vault.accesses())


def test_a_rejected_file_stays_out_and_its_bytes_are_gone(archive: Archive, tmp_path: Path):
    (tmp_path / "no.dcm").write_bytes(b"no image")
    archive.ingest([tmp_path / "no.dcm"])
    (entry,) = archive.quarantine()
    with pytest.raises(WorkspaceError, match="not DICOM"):
        archive.release(entry.id)
    archive.reject(entry.id)
    assert archive._quarantine.original(entry.id) is None
    assert archive.ingest([tmp_path / "no.dcm"]).quarantined == 1
    assert [one.status for one in archive.quarantine()] == ["rejected"]
    with pytest.raises(WorkspaceError, match="there is no entry"):
        archive.reject("Q../../x")


def test_what_was_found_is_remembered_by_pixels(archive: Archive, tmp_path: Path):
    (tmp_path / "1.dcm").write_bytes(film(1))
    (tmp_path / "2.dcm").write_bytes(film(2))  # another instance with the same pixels
    archive.ingest([tmp_path / "1.dcm", tmp_path / "2.dcm"], workers=1)
    from sqlalchemy import func, select

    from hilum.archive.index import TEXT_SEARCHES, reading

    with reading(archive._engine) as connection:
        assert connection.execute(select(func.count()).select_from(TEXT_SEARCHES)).scalar() == 1
