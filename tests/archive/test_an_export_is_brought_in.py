"""A folder goes in; every file is accounted for, and nothing in the archive says who it was."""

import json
import os
import stat
import zipfile
from pathlib import Path

import pydicom
import pytest

from archive.films import film
from hilum.archive import Archive, IngestReport, open_archive
from hilum.errors import WorkspaceError


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def names_in(folder: Path) -> str:
    return " ".join(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_every_file_is_counted_once_and_named_when_it_is_not_archived(archive: Archive, export: Path):
    report = archive.ingest([export], workers=1)
    assert report == IngestReport(files=6, archived=3, quarantined=3, skipped=0, problems=())
    reasons = {Path(entry.file).name: entry.reason for entry in archive.quarantine()}
    assert reasons == {
        "readme.txt": "not DICOM",
        "empty.dcm": "not DICOM",
        "cut.dcm": "unreadable image",
    }
    images = archive.images()
    assert len(images) == 3
    assert images.patient.nunique() == 2
    assert archive.path(images.image[0]).is_file()
    assert set(images["view"]) == {"PA"}
    assert images.age.tolist() == [68.0] * 3
    assert (images.rows == 16).all()
    again = archive.ingest([export], workers=1)
    assert again == IngestReport(files=6, archived=0, quarantined=3, skipped=3, problems=())
    assert len(archive.quarantine()) == 3


def test_nothing_outside_vault_and_quarantine_says_who_it_was(ingested: Archive):
    root = ingested.workspace.root
    open_places = everything_in(ingested.folder) + b"".join(path.read_bytes() for path in root.glob("index*"))
    for word in (
        b"Hong",
        b"Gildong",
        b"00123456",
        b"ACC0",
        b"19560131",
        b"20240301",
        b"Younghee",
        b"3680043.8.498.40",
    ):
        assert word not in open_places
    assert "Hong" not in names_in(ingested.folder)
    assert "00123456" not in names_in(root).replace("00123456.", "")
    sealed = everything_in(ingested.workspace.vault_folder)
    assert b"00123456" not in sealed
    assert b"498.20" not in sealed


def test_only_the_owner_may_look_into_vault_and_quarantine(ingested: Archive):
    for folder in (ingested.workspace.vault_folder, ingested.workspace.quarantine_folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for path in folder.rglob("*"):
            if path.is_file():
                assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_real_identifiers_are_translated_and_the_access_is_recorded(ingested: Archive):
    one, unknown, other = ingested.research_patient(["00123456", "00000000", " 00999999 "])
    assert unknown is None
    assert sorted(ingested.images().patient.unique()) == sorted([one, other])
    assert ingested.research_accession(["ACC00123456", "?"]) == [
        ingested.images().query("patient == @one").accession.iloc[0],
        None,
    ]
    (offset, nothing) = ingested.date_offset_days([one, "P0"])
    assert nothing is None
    moved = ingested.images().query("patient == @one").study_date.iloc[0]
    from datetime import date, timedelta

    assert date.fromisoformat(moved) == date(2024, 3, 1) + timedelta(days=offset)
    assert ingested.knows_research_patient([one, "P0"]) == [True, False]
    record = open_archive(ingested.workspace)._vault.accesses()
    translated = [access for access in record if " to " in access.what]
    assert [access.count for access in translated] == [3, 2, 2]
    assert "00123456" not in str(record)


def test_the_archived_file_is_dicom_and_named_by_research_identifiers(ingested: Archive):
    row = ingested.images().iloc[0]
    out = pydicom.dcmread(ingested.path(row.image))
    assert (out.PatientID, out.StudyInstanceUID, out.SOPInstanceUID) == (row.patient, row.study, row.instance)
    assert row.image.startswith(f"{row.patient}/")
    assert out.PatientIdentityRemoved == "YES"


def test_members_of_zip_files_are_counted_and_never_used_as_paths(archive: Archive, tmp_path: Path):
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as packed:
        packed.writestr("2.dcm", film(2))
    outer = tmp_path / "outer.zip"
    with zipfile.ZipFile(outer, "w") as packed:
        packed.writestr("../../escaped.dcm", film(1))
        packed.writestr("/absolute.txt", "text")
        packed.writestr("folder/", "")
        packed.write(inner, "folder/inner.zip")
    (tmp_path / "broken.zip").write_bytes(b"PK\3\4 not really")
    report = archive.ingest([outer, tmp_path / "broken.zip"], workers=1)
    assert (report.files, report.archived, report.quarantined) == (4, 2, 2)
    shown = sorted(entry.file.removeprefix(str(tmp_path)) for entry in archive.quarantine())
    assert shown == ["/broken.zip", "/outer.zip//absolute.txt"]
    assert not (tmp_path.parent / "escaped.dcm").exists()
    assert not any(tmp_path.rglob("escaped.dcm"))


def test_a_zip_bomb_and_deep_nesting_end_in_quarantine(archive: Archive, tmp_path: Path):
    data = tmp_path / "0.zip"
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("zeros.dcm", bytes(50 << 20))
    for level in range(1, 6):
        outer = tmp_path / f"{level}.zip"
        with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.write(tmp_path / f"{level - 1}.zip", f"{level - 1}.zip")
    report = archive.ingest([tmp_path / "5.zip", data], workers=1)
    assert (report.files, report.quarantined) == (2, 2)
    assert {entry.reason for entry in archive.quarantine()} == {"unreadable image", "not DICOM"}


def test_links_pipes_and_locked_files_are_accounted_for(archive: Archive, tmp_path: Path):
    folder = tmp_path / "odd"
    folder.mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "dangling").symlink_to(folder / "nothing")
    (folder / "film.dcm").write_bytes(film(1))
    (folder / "linked.dcm").symlink_to(folder / "film.dcm")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    report = archive.ingest([folder], workers=1)
    assert (report.files, report.archived, report.skipped, report.quarantined) == (4, 1, 1, 2)
    assert report.problems == ("a link to a folder was not followed",)


def test_the_workspace_inside_the_source_is_passed_over(archive: Archive, tmp_path: Path):
    (tmp_path / "film.dcm").write_bytes(film(1))
    assert archive.ingest([tmp_path], workers=1).files == 1
    assert archive.ingest([tmp_path], workers=1).files == 1


def test_a_source_that_does_not_exist(archive: Archive, tmp_path: Path):
    with pytest.raises(WorkspaceError, match="does not exist"):
        archive.ingest([tmp_path / "nowhere"])


def test_the_same_instance_with_other_content_is_a_conflict(archive: Archive, tmp_path: Path):
    (tmp_path / "a.dcm").write_bytes(film(1))
    (tmp_path / "b.dcm").write_bytes(film(1, shade=5))
    report = archive.ingest([tmp_path / "a.dcm", tmp_path / "b.dcm"], workers=2)
    assert (report.archived, report.quarantined) == (1, 1)
    (entry,) = archive.quarantine()
    assert entry.reason == "same SOP Instance UID, other content"
    assert entry.file.endswith("b.dcm")  # the first of the sources is kept, whichever worker is faster
    kept = archive._quarantine.original(entry.id)
    assert kept is not None
    assert kept.read_bytes() == film(1, shade=5)


def test_the_list_of_the_quarantine_is_plain_data(ingested: Archive):
    text = json.dumps([vars(entry) for entry in ingested.quarantine()], ensure_ascii=False)
    assert "cut.dcm" in text


def test_a_path_out_of_the_archive_is_refused(archive: Archive):
    for image in ("../vault/key", "/etc/passwd", ""):
        with pytest.raises(WorkspaceError):
            archive.path(image)
