"""The layout of the guideline: names, JSON, round trip; nothing half-written, nothing overwritten."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pydicom
import pytest
from typer.testing import CliRunner

from archive.guideline_images import CLASSES, write_classes
from hilum.archive import Archive, create_workspace, open_archive
from hilum.archive import export_folder as export_folder_module
from hilum.archive.classes import read_classes
from hilum.archive.guideline import short_identifiers
from hilum.archive.guideline_export import GuidelineInfo, export_guideline
from hilum.archive.guideline_import import import_guideline
from hilum.archive.guideline_reading import read_guideline
from hilum.archive.plain_export import export_plain
from hilum.cli import app
from hilum.dicom import pixel_digest, read_dataset
from hilum.errors import HilumError, SeriousFindingError, WorkspaceError

INFO = GuidelineInfo(created=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
PLACE = re.compile(
    r"lung_cancer/(x-ray|chest-ct|pet-ct)/(benign|malignant|normal)/([0-9A-Z]{7})/(\d{3})/dcm/"
    r"(xry|cct|pct)_\3_\4_\d{4}\.dcm"
)


@pytest.fixture
def tree(lung: Archive, tmp_path: Path) -> Path:
    given = read_classes(write_classes(tmp_path / "classes.csv"), lung.images(), lung)
    made = export_guideline(lung, tmp_path / "out", given, INFO)
    assert (made.images, made.patients, made.left_out) == (21, 6, {})
    return tmp_path / "out"


def pixels_in(folder: Path) -> list[str]:
    return sorted(pixel_digest(read_dataset(path)) for path in folder.rglob("*.dcm"))


def test_folders_and_names_are_those_of_the_guideline(tree: Path):
    images = [path.relative_to(tree).as_posix() for path in tree.rglob("*.dcm")]
    assert len(images) == 21
    assert all(PLACE.fullmatch(name) for name in images), images
    places = pd.Series(["/".join(name.split("/")[1:3]) for name in images]).value_counts().to_dict()
    assert places == {
        "x-ray/normal": 1,
        "x-ray/benign": 1,
        "x-ray/malignant": 1,
        "chest-ct/malignant": 8,
        "chest-ct/benign": 4,
        "pet-ct/malignant": 6,
    }


def test_images_of_a_series_are_counted_by_position(tree: Path):
    for folder in tree.rglob("chest-ct/*/*/*/dcm"):
        heights = [
            pydicom.dcmread(path, stop_before_pixels=True).ImagePositionPatient[2]
            for path in sorted(folder.iterdir())
        ]
        assert heights == sorted(heights)


def test_json_says_what_the_archive_knows(tree: Path, lung: Archive):
    for path in tree.rglob("*.dcm"):
        label = path.parts[-5]
        file = path.parent.parent / "json" / f"{path.stem}.json"
        assert file.exists() == (label != "normal")
    (file,) = tree.glob("lung_cancer/x-ray/malignant/*/*/json/*.json")
    content = json.loads(file.read_text(encoding="utf-8"))
    assert content["info"] == {
        "description": "lung cancer images",
        "version": "1.0",
        "contributor": "not said",
        "date_created": "2026-01-02 03-04-05",
    }
    (described,) = content["images"]
    assert described["file_name"] == f"{file.stem}.dcm"
    assert (described["width"], described["height"], described["modality"]) == (128, 16, "XRY")
    assert (described["manufacturer"], described["manufacturerModelName"]) == ("SIEMENS", "SOMATOM")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d-\d\d-\d\d", described["date_captured"])
    assert all(len(described[name]) <= 7 for name in ("patient_id", "series_id", "image_id"))
    assert [one["id"] for one in content["categories"]] == list(range(1, 10))
    assert content["annotations"] == []


def test_what_is_read_back_is_what_was_exported(tree: Path, lung: Archive):
    found = read_guideline(tree)
    assert set(found["problem"]) == {""}
    images = lung.images().set_index("instance")
    assert set(found["instance"]) == set(images.index)
    for row in found.itertuples():
        data = read_dataset(tree / row.file)
        assert pixel_digest(data) == images.loc[row.instance, "pixel_sha256"]
        assert row.patient == images.loc[row.instance, "patient"]
    told = dict(zip(found["patient"], found["class"], strict=True))
    real = lung.research_patient(list(CLASSES))
    expected = [word.replace("악성", "malignant") for word in CLASSES.values()]
    assert told == dict(zip(real, expected, strict=True))
    patients = pd.read_csv(tree / "lung_cancer" / "patients.csv")
    assert dict(zip(patients["research_patient"], patients["class"], strict=True)) == told


def test_a_tree_brought_into_another_workspace_has_the_same_images_and_classes(tree: Path, tmp_path: Path):
    other = open_archive(create_workspace(tmp_path / "other"))
    report, classes, left = import_guideline(other, tree, workers=1)
    assert (report.archived, report.quarantined, left) == (21, 0, [])
    assert pixels_in(other.folder) == pixels_in(tree)
    classes.to_csv(tmp_path / "again.csv", index=False)
    again = read_classes(tmp_path / "again.csv", other.images())
    export_guideline(other, tmp_path / "second", again, INFO)
    first = read_guideline(tree)[["dataset", "class"]].value_counts().to_dict()
    assert read_guideline(tmp_path / "second")[["dataset", "class"]].value_counts().to_dict() == first
    assert pixels_in(tmp_path / "second") == pixels_in(tree)


def test_what_does_not_agree_in_a_tree_is_told_and_left_out(tree: Path, tmp_path: Path):
    (film,) = tree.glob("lung_cancer/x-ray/normal/*/*/dcm/*.dcm")
    film.rename(film.with_name("scan.dcm"))
    (other,) = tree.glob("lung_cancer/x-ray/benign/*/*/dcm/*.dcm")
    other.write_bytes(b"no image")
    (third,) = tree.glob("lung_cancer/x-ray/malignant/*/*/dcm/*.dcm")
    (third.parent.parent / "json" / f"{third.stem}.json").write_text("[" * 100_000)
    (tree / "lung_cancer" / "x-ray" / "odd").symlink_to("/etc")
    found = read_guideline(tree)
    assert sorted(found["problem"][found["problem"] != ""]) == [
        "it cannot be read as DICOM",
        "its JSON file cannot be read",
        "its name is not modality_patient_series_number.dcm",
    ]
    archive = open_archive(create_workspace(tmp_path / "other"))
    report, _, left = import_guideline(archive, tree, workers=1)
    assert (report.files, len(left)) == (18, 3)


def test_the_same_export_twice_is_the_same_byte_for_byte(lung: Archive, tree: Path, tmp_path: Path):
    given = read_classes(write_classes(tmp_path / "classes.csv"), lung.images(), lung)
    export_guideline(lung, tmp_path / "twice", given, INFO)
    names = sorted(path.relative_to(tree) for path in tree.rglob("*") if path.is_file())
    assert names == sorted(
        p.relative_to(tmp_path / "twice") for p in (tmp_path / "twice").rglob("*") if p.is_file()
    )
    assert all((tree / name).read_bytes() == (tmp_path / "twice" / name).read_bytes() for name in names)


def test_images_without_a_class_are_left_out_and_counted(lung: Archive, tmp_path: Path):
    table = write_classes(tmp_path / "some.csv", {"00000101": "normal", "00000102": "odd"})
    words = [
        "archive",
        "export",
        str(tmp_path / "some"),
        "--layout",
        "guideline",
        "--classes",
        str(table),
        "--json",
    ]
    told = CliRunner().invoke(app, [*words, "--workspace", str(lung.workspace.root)])
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout) == {
        "images": 1,
        "patients": 1,
        "left_out": {"of another class than benign, malignant, normal": 1, "without a class": 19},
        "described": 0,
    }


def test_nothing_is_overwritten_and_nothing_half_written_is_left(archive: Archive, tmp_path: Path):
    from archive.films import film

    (tmp_path / "film.dcm").write_bytes(film(1))
    archive.ingest([tmp_path / "film.dcm"], workers=1)
    (tmp_path / "there").mkdir()
    with pytest.raises(WorkspaceError, match="never overwritten"):
        export_plain(archive, tmp_path / "there")
    path = archive.path(archive.images().image[0])
    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    with pytest.raises(SeriousFindingError, match="not as it was archived"):
        export_plain(archive, tmp_path / "new")
    path.unlink()
    with pytest.raises(WorkspaceError, match="gone from the archive"):
        export_plain(archive, tmp_path / "new")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["film.dcm", "there", "workspace"]


def test_a_full_disk_is_seen_before_anything_is_copied(lung: Archive, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(export_folder_module, "_SPARE", 1 << 60)
    with pytest.raises(WorkspaceError, match="make room"):
        export_plain(lung, tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


def test_the_plain_layout_has_everything_under_patient_study_series(lung: Archive, tmp_path: Path):
    assert export_plain(lung, tmp_path / "plain") == 21
    table = pd.read_csv(tmp_path / "plain" / "objects.csv")
    for row in table.itertuples():
        path = tmp_path / "plain" / row.image
        assert path.relative_to(tmp_path / "plain").parts[:3] == (row.patient, row.study, row.series)
        assert path.is_file()


def test_short_names_of_patients_never_meet():
    patients = [f"P0AAAAAA{number:08d}" for number in range(500)]
    short = short_identifiers(patients)
    assert len(set(short.values())) == 500
    assert {len(name) for name in short.values()} == {7}
    assert short == short_identifiers(reversed(patients))


def test_the_guideline_needs_classes_and_its_lengths(lung: Archive, tmp_path: Path):
    told = CliRunner().invoke(
        app, ["archive", "export", str(tmp_path / "x"), "--workspace", str(lung.workspace.root)]
    )
    assert told.exit_code == 2
    assert "--classes" in told.stderr
    with pytest.raises(HilumError, match="50 characters"):
        GuidelineInfo(description="x" * 51).to_dict()
