"""kill -9, Ctrl-C, a full disk, two ingests at once: run it again and the archive is the same."""

import os
import resource
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from archive.films import film
from hilum.archive import Archive, create_workspace, open_archive
from hilum.archive.pool import Pool
from hilum.archive.worker_process import Job

COUNT = 30


@pytest.fixture
def many(tmp_path: Path) -> Path:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(COUNT):
        (folder / f"{number:03d}.dcm").write_bytes(film(number, patient=f"{number // 3:08d}"))
    return folder


def started(root: Path, source: Path, before: str = "") -> "subprocess.Popen[bytes]":
    # Whoever runs the tests in the background has Ctrl-C switched off for all that they start.
    code = f"""
        import signal
        signal.signal(signal.SIGINT, signal.default_int_handler)
        from hilum.archive import open_archive
        {before}
        print(open_archive({str(root)!r}).ingest([{str(source)!r}], workers=1), flush=True)
    """
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def contents(archive: Archive) -> dict[str, bytes]:
    return {
        path.relative_to(archive.folder).as_posix(): path.read_bytes()
        for path in archive.folder.rglob("*")
        if path.is_file()
    }


def wait_for_files(archive: Archive, count: int) -> None:
    end = time.monotonic() + 60
    while len(contents(archive)) < count and time.monotonic() < end:
        time.sleep(0.02)


def with_the_same_key(archive: Archive, root: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    monkeypatch.setenv("HILUM_VAULT_KEY", archive._vault.keys.secret.hex())
    return open_archive(create_workspace(root))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_stopped_in_the_middle_and_run_again(
    how: int, archive: Archive, many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # Two files at a time, slowly, so that the signal meets it in the middle however busy the machine is.
    slowly = (
        "import time, hilum.archive.ingest as i; i._BATCH = 2; write = i.Ingest._write; "
        "i.Ingest._write = lambda *given: (write(*given), time.sleep(0.5))"
    )
    process = started(archive.workspace.root, many, slowly)
    wait_for_files(archive, 4)
    process.send_signal(how)
    process.communicate(timeout=60)
    there = len(contents(archive))
    assert 4 <= there < COUNT
    rows = len(archive.images())
    assert there - 2 <= rows <= there  # a file may wait for its row, never the reverse
    report = archive.ingest([many], workers=1)
    assert report.archived + report.skipped == report.files == COUNT
    assert report.skipped == rows
    whole = with_the_same_key(archive, tmp_path / "whole", monkeypatch)
    whole.ingest([many], workers=2)
    assert contents(archive) == contents(whole)
    assert archive.images().equals(whole.images())
    assert list((archive.workspace.root / "staging").iterdir()) == []


def test_two_ingests_of_the_same_patients_at_once(archive: Archive, many: Path):
    processes = [started(archive.workspace.root, many) for _ in range(2)]
    printed = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], printed
    images = archive.images()
    assert len(images) == len(contents(archive)) == COUNT
    assert images.patient.nunique() == COUNT // 3
    assert archive.quarantine() == []


def test_a_full_disk_is_one_sentence_and_nothing_half_written(archive: Archive, tmp_path: Path):
    (tmp_path / "both").mkdir()
    (tmp_path / "both" / "1 small.dcm").write_bytes(film(1))
    (tmp_path / "both" / "2 large.dcm").write_bytes(film(2, shape=(1024, 1024)))
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({1 << 20}, {1 << 20}))"
    process = started(archive.workspace.root, tmp_path / "both", limit)
    _, errors = process.communicate(timeout=60)
    assert process.returncode != 0
    assert b"WorkspaceError: the disk that holds" in errors
    assert all(len(data) < 1 << 20 for data in contents(archive).values())
    assert list((archive.workspace.root / "staging").iterdir()) == []
    assert archive.ingest([tmp_path / "both"], workers=1).quarantined == 0
    assert len(archive.images()) == 2
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_a_worker_that_hangs_or_dies_costs_only_its_own_file(tmp_path: Path):
    """A pipe that nobody writes to makes whoever opens it wait for ever."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "film.dcm").write_bytes(film(1))
    folders = {name: str(tmp_path / name) for name in ("workspace", "quarantine")}
    greeting = {"key": bytes(32).hex(), "staging": str(tmp_path), **folders}
    jobs = []
    for number, name in enumerate(["film.dcm", "pipe", "film.dcm"]):
        message = {"leaf": [str(tmp_path / name), name, None, ""]}
        jobs.append(Job(number, message, 2.5 if name == "pipe" else 60.0))
    answers = {answer.number: answer.message for answer in Pool(1, greeting, lambda *_: None).run(jobs)}
    assert answers[1] == {"failed": "took too long to read"}
    assert answers[0]["done"]["outcome"] == answers[2]["done"]["outcome"] == "archived"


def test_a_worker_that_is_killed_is_replaced(archive: Archive, many: Path):
    import threading

    def kill_one_worker() -> None:
        wait_for_files(archive, 1)
        mine = Path(f"/proc/{os.getpid()}/task/{threading.main_thread().native_id}/children")
        for child in mine.read_text().split():
            if b"hilum.archive.worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                os.kill(int(child), signal.SIGKILL)
                return

    killer = threading.Thread(target=kill_one_worker)
    killer.start()
    import hilum.archive.ingest as room

    room_batch, room._BATCH = room._BATCH, 1
    try:
        report = archive.ingest([many], workers=1)
    finally:
        room._BATCH = room_batch
        killer.join()
    assert report.files == COUNT
    assert report.archived >= COUNT - 1
    assert {entry.detail for entry in archive.quarantine()} <= {"it crashed the program that reads it"}
    assert archive.ingest([many], workers=1).skipped >= report.archived
    assert len(archive.images()) == COUNT  # what was lost with its worker came in the second time
