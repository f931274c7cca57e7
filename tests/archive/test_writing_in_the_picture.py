"""A name in the pixels is blanked; where the search is unsure, a person looks first; a side marker stays."""

import json
import stat
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from archive.films import film
from hilum.archive import Archive, create_workspace, open_archive
from hilum.archive.index import DECISIONS, TEXT_SEARCHES, reading
from hilum.cli import app
from hilum.deid.blanking_boxes import KEPT
from hilum.deid.blanking_pictures import pictures_of
from hilum.deid.burned_in import _MOST_READ, TextSearch
from hilum.deid.text_models import Reading, TextModels
from hilum.dicom import DicomPixels
from hilum.errors import WorkspaceError

SEARCH = TextSearch()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """What is asked here is the same whatever keeps the index."""
    return open_archive(create_workspace(tmp_path / "workspace"))


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
    return any(box.certainty != KEPT for box in SEARCH.find(seen))


def saved(path: Path, picture: np.ndarray, **header: str) -> Path:
    """A film with this picture."""
    source = pydicom.dcmread(BytesIO(film(1, shape=(512, 512))))
    source.PixelData = picture.astype("<u2").tobytes()
    for keyword, value in header.items():
        setattr(source, keyword, value)
    source.save_as(path)
    return path


def archived(archive: Archive) -> pydicom.Dataset:
    (image,) = archive.images()["image"]
    return pydicom.dcmread(archive.path(image))


@pytest.mark.parametrize("text", ["HONG GILDONG", "ID 00123456", "1956-01-31", "Kim Y.", "HGD 45 M"])
@pytest.mark.parametrize("value", [4095, 0])
def test_names_numbers_and_days_are_found(text: str, value: int):
    assert found(written(text, value=value))


def test_writing_that_runs_upwards_is_found():
    assert found(np.rot90(written("HONG GILDONG")))


@pytest.mark.parametrize("text", ["R", "L", "PA", "AP", "ERECT", "R PA", "5 cm"])
def test_markers_of_side_and_view_and_measures_are_no_text(text: str):
    assert not found(written(text, scale=1.2))


@pytest.mark.parametrize("seed", range(8))
def test_structures_and_grain_are_no_text(seed: int):
    assert not found(noise(seed=seed))


def test_writing_in_one_frame_of_many_is_found():
    frames = np.stack([noise(seed=1)] * 9).astype(np.uint16)
    frames[5] = written("HONG GILDONG", seed=1)
    pixels = DicomPixels(frames, "MONOCHROME2", 12, pydicom.Dataset())
    assert any(box.certainty != KEPT for box in SEARCH.find_in(pixels))


def test_a_name_is_blanked_and_all_else_is_as_it_was(archive: Archive, tmp_path: Path):
    picture, clean = written("HONG GILDONG").astype(np.uint16), noise().astype(np.uint16)
    report = archive.ingest([saved(tmp_path / "named.dcm", picture)])
    assert (report.archived, report.quarantined) == (1, 0)
    now = archived(archive)
    assert now.BurnedInAnnotation == "NO"
    assert "113101" in [code.CodeValue for code in now.DeidentificationMethodCodeSequence]
    changed = now.pixel_array != picture
    assert changed[picture != clean].mean() > 0.99
    assert changed.mean() < 0.06
    assert not found(now.pixel_array)
    assert archive.ingest([tmp_path / "named.dcm"]).skipped == 1


def test_a_header_that_says_so_and_a_picture_that_shows_nothing(archive: Archive, tmp_path: Path):
    archive.ingest([saved(tmp_path / "says.dcm", noise(), BurnedInAnnotation="YES")])
    (entry,) = archive.quarantine()
    assert (entry.reason, entry.boxes) == ("burned-in text", ())
    with pytest.raises(WorkspaceError, match="nothing is proposed"):
        archive.release(entry.id, "proposed")
    assert archive.release(entry.id) == f"{entry.id} is in the archive"
    assert archived(archive).BurnedInAnnotation == "NO"
    assert np.array_equal(archived(archive).pixel_array, noise().astype(np.uint16))
    assert archive.quarantine() == []
    with pytest.raises(WorkspaceError, match="no longer"):
        archive.release(entry.id)
    assert any("released" in access.what for access in archive._vault.accesses())


def full_of_writing() -> np.ndarray:
    picture = noise(seed=2)
    ink = np.zeros(picture.shape, np.uint8)
    for line in range(14):
        place = (10, 36 * line + 30)
        cv2.putText(ink, "HONG GILDONG 1956", place, cv2.FONT_HERSHEY_SIMPLEX, 1.4, 255, 3)
    picture[ink > 0] = 4095
    return picture


def test_a_page_of_writing_waits_with_two_pictures_of_it(archive: Archive, tmp_path: Path):
    workspace = str(archive.workspace.root)
    archive.ingest([saved(tmp_path / "page.dcm", full_of_writing())])
    (entry,) = archive.quarantine()
    pictures = archive.pictures(entry.id)
    assert list(pictures) == ["before.png", "after.png"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in pictures.values()} == {0o600}
    before, after = (cv2.imread(str(path)) for path in pictures.values())
    assert before.shape == after.shape == (512, 512, 3)
    assert (before == (0, 0, 255)).all(axis=-1).any()
    assert not np.array_equal(before, after)
    runner = CliRunner()
    listed = runner.invoke(app, ["quarantine", "list", "--json", "--workspace", workspace])
    assert json.loads(listed.output)[0]["boxes"] == len(entry.boxes) > 10
    shown = runner.invoke(app, ["quarantine", "show", entry.id, "--workspace", workspace])
    assert all(str(path) in shown.output for path in pictures.values())
    released = runner.invoke(app, ["quarantine", "release", entry.id, "--blank", "--workspace", workspace])
    assert released.output.strip() == f"{entry.id} is in the archive, {len(entry.boxes)} places blanked"
    assert not found(archived(archive).pixel_array)
    assert not any(path.exists() for path in pictures.values())
    with reading(archive._engine) as connection:
        assert "blanked" in connection.execute(select(DECISIONS.c.decision)).scalar_one()


def test_a_person_draws_the_box(archive: Archive, tmp_path: Path):
    archive.ingest([saved(tmp_path / "says.dcm", noise(), BurnedInAnnotation="YES")])
    (entry,) = archive.quarantine()
    for wrong in [(1, 2, 3), (0, 0, 0, 5), (-1, 0, 4, 4)]:
        with pytest.raises(WorkspaceError, match="is no box"):
            archive.release(entry.id, [wrong])
    command = ["quarantine", "release", entry.id, "--box", "10,20,100,30", "--box", "490,500,90,90"]
    result = CliRunner().invoke(app, [*command, "--workspace", str(archive.workspace.root)])
    assert result.exit_code == 0, result.output
    now, before = archived(archive).pixel_array, noise().astype(np.uint16)
    inside = np.zeros(now.shape, bool)
    inside[20:50, 10:110] = inside[500:, 490:] = True
    assert np.array_equal(now[~inside], before[~inside])
    assert len(np.unique(now[20:50, 10:110])) == len(np.unique(now[500:, 490:])) == 1


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


def test_a_screen_of_the_workspace_is_blanked_as_its_template_says(archive: Archive, tmp_path: Path):
    template = '[[screen]]\nname = "x"\nmanufacturer = "acme*"\nrows = 512\ncolumns = 512\n'
    template += "boxes = [[0, 0, 512, 20]]\n"
    (archive.workspace.root / "screens.toml").write_text(template)
    archive.ingest([saved(tmp_path / "a.dcm", noise(), Manufacturer="ACME Imaging")])
    now, before = archived(archive).pixel_array, noise().astype(np.uint16)
    assert np.array_equal(now[20:], before[20:])
    assert len(np.unique(now[:20])) == 1


def test_what_was_found_is_remembered_by_pixels(archive: Archive, tmp_path: Path):
    (tmp_path / "1.dcm").write_bytes(film(1))
    (tmp_path / "2.dcm").write_bytes(film(2))  # another instance with the same pixels
    archive.ingest([tmp_path / "1.dcm", tmp_path / "2.dcm"], workers=1)
    with reading(archive._engine) as connection:
        assert connection.execute(select(func.count()).select_from(TEXT_SEARCHES)).scalar() == 1


def test_a_page_full_of_writing_takes_a_bounded_time():
    class Counted(TextModels):
        reads = 0

        def read(self, crop: np.ndarray) -> Reading:
            self.reads += 1
            return super().read(crop)

    page = np.zeros((1024, 1024), np.uint8)
    for row in range(36):
        for column in range(6):
            place = (10 + 170 * column, 24 + 28 * row)
            cv2.putText(page, f"NAME{row}{column}", place, cv2.FONT_HERSHEY_SIMPLEX, 0.6, 255, 1, cv2.LINE_AA)
    search = TextSearch()
    search.models = Counted()
    boxes = search.find_in(DicomPixels(page[None], "MONOCHROME2", 8, pydicom.Dataset()))
    assert search.models.reads <= _MOST_READ
    left = page.copy()
    for box in boxes:
        if box.certainty != KEPT:
            left[box.place] = 0
    assert (left > 0).sum() < 0.02 * (page > 0).sum()
