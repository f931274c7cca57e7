"""Fetching by a list from a real Orthanc: complete, resumable, and without identifiers in what it writes."""

import dataclasses
import json
import logging
import subprocess

import pytest

from hilum.conduct.pull import Pull, PullOptions
from hilum.conduct.pull_list import read_list
from hilum.conduct.pull_rows import DONE, FAILED, INCOMPLETE, NOTHING_FOUND
from hilum.errors import PacsError
from hilum.pacs.store import send
from hilum.pacs.web import web_send
from pacs.nodes import HILUM
from pacs.pictures import jpeg_picture, series

QUICK = PullOptions(retries=0, first_wait_seconds=0.01, unchecked="a drill")


@pytest.fixture
def hospital(orthanc, tmp_path):
    """Two patients with three studies, and a list that asks for them and for one whom nobody knows."""
    folder = tmp_path / "hospital"
    files = series(folder, "00123", 1, 3) + series(folder, "00123", 2, 2) + series(folder, "00124", 3, 2)
    send(orthanc.peer, [*files, jpeg_picture(folder / "j.dcm", "00125", 4)])
    path = tmp_path / "list.csv"
    path.write_text(
        "등록번호,검사일자\n00123,2024-03-02\n00124,\n00999,2024-03-02\n00125,\n", encoding="utf-8"
    )
    return orthanc, path


@pytest.mark.parametrize("way", ["move", "get", "web"])
def test_every_row_says_what_was_found_and_fetched(hospital, archive, tmp_path, way, caplog):
    orthanc, path = hospital
    caplog.set_level(logging.DEBUG)
    peer = orthanc.web if way == "web" else dataclasses.replace(orthanc.peer, retrieve=way)
    report = Pull(archive, read_list(path), peer, QUICK).run()
    assert [(row.status, row.studies, row.instances, row.fetched) for row in report.rows] == [
        (DONE, 1, 3, 3),
        (DONE, 1, 2, 2),
        (NOTHING_FOUND, 0, 0, 0),
        (DONE, 1, 1, 1),
    ]
    assert (report.archived, len(archive.images())) == (6, 6)
    written = [*report.table.parent.rglob("*"), archive.workspace.root / "pulls"]
    texts = [file.read_text() for file in written if file.is_file()] + [caplog.text]
    for secret in ("00123", "00124", "00999", "1.2.826.0.1.3680043.8.498.77", "홍", "ACC0"):
        assert not any(secret in text for text in texts), secret


def test_interrupted_it_goes_on_and_fetches_nothing_twice(hospital, archive, monkeypatch):
    orthanc, path = hospital

    def interrupted(done: int, total: int, what: str) -> None:
        if what == "fetching" and done == 1:
            raise KeyboardInterrupt

    peer = dataclasses.replace(orthanc.peer, retrieve="get")
    with pytest.raises(KeyboardInterrupt):
        Pull(archive, read_list(path), peer, QUICK).run(interrupted)
    # Row 1 is done: it is not asked for again, although the PACS has lost it.
    orthanc.empty()
    report = Pull(archive, read_list(path), peer, QUICK).run()
    assert [row.status for row in report.rows] == [DONE, NOTHING_FOUND, NOTHING_FOUND, NOTHING_FOUND]
    assert len(archive.images()) == 3


def test_a_peer_that_is_down_is_told_and_the_next_run_goes_on(hospital, archive):
    orthanc, path = hospital
    peer = dataclasses.replace(orthanc.web, url="http://127.0.0.1:9/dicom-web")
    with pytest.raises(PacsError, match=r"3 rows failed one after the other, the last because web cannot be"):
        Pull(archive, read_list(path), peer, QUICK).run()
    report = Pull(archive, read_list(path), orthanc.web, QUICK).run()
    assert FAILED not in {row.status for row in report.rows}


def test_what_does_not_come_is_counted_as_missing(hospital, archive):
    orthanc, path = hospital
    # Nobody listens on our port under this title: the PACS cannot deliver.
    peer = dataclasses.replace(orthanc.peer, own_port=orthanc.http_port)
    report = Pull(archive, read_list(path), peer, QUICK).run()
    assert report.rows[0].status in (INCOMPLETE, FAILED)
    assert report.rows[0].fetched == 0


def test_only_the_modalities_asked_for_are_fetched(orthanc, archive, tmp_path):
    folder = tmp_path / "hospital"
    web_send(orthanc.web, series(folder, "00123", 1, 2) + series(folder, "00123", 2, 1, modality="MR"))
    path = tmp_path / "list.csv"
    path.write_text("patient_id,modality\n00123,MR\n")
    (row,) = Pull(archive, read_list(path), orthanc.web, QUICK).run().rows
    assert (row.studies, row.fetched) == (1, 1)


def test_on_the_command_line_from_check_to_archive(hospital, archive):
    orthanc, path = hospital
    root = archive.workspace.root
    (root / "peers.toml").write_text(f"[peers.web]\nurl = '{orthanc.web.url}'\n")

    def hilum(*words: str) -> subprocess.CompletedProcess:
        command = [HILUM, "pacs", *words, "--workspace", root]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    refused = hilum("pull", path, "--from", "web")
    assert refused.returncode == 2
    assert "checked by 0 of 2 people" in refused.stderr
    hilum("list-check", path, "--by", "Kim Younghee")
    hilum("list-check", path, "--by", "Lee Sunsin")
    pulled = hilum("pull", path, "--from", "web", "--json")
    assert pulled.returncode == 0, pulled.stderr
    assert json.loads(pulled.stdout)["archived"] == 6
    sent = hilum("send", "web", "--all", "--json")
    assert json.loads(sent.stdout) == {"objects": 6, "sent": 6, "problems": []}
