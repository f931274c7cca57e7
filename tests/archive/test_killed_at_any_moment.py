"""kill -9 at twenty moments of ingests: begun again, they end with the same bytes as one left alone."""

import json
import random
import shutil
import subprocess
import sys
import time
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pydicom
import pytest
from sqlalchemy import select

from archive.films import film
from hilum.archive import Archive, create_workspace, open_archive
from hilum.archive.index import METADATA, reading

PROGRAM = Path(sys.executable).with_name("hilum")
KILLS, WORKSPACES = 20, 5
PATIENTS = 6


def slice_of(number: int) -> bytes:
    """A CT slice, which is not searched for writing."""
    source = pydicom.dcmread(BytesIO(film(number, patient=f"{number % PATIENTS:08d}", shade=number)))
    source.SOPClassUID, source.Modality = "1.2.840.10008.5.1.4.1.1.2", "CT"
    source.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, source, enforce_file_format=True)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 files: slices, films, a zip file, a file twice, two with one SOP Instance UID, damaged ones."""
    folder = tmp_path_factory.mktemp("source")
    for number in range(36):
        (folder / f"slice {number:02d}.dcm").write_bytes(slice_of(number))
    (folder / "twice.dcm").write_bytes(slice_of(3))
    (folder / "z other content.dcm").write_bytes(film(7, shade=900))
    for number in range(6):
        (folder / f"cut {number}.dcm").write_bytes(slice_of(50 + number)[: 200 + 300 * number])
        (folder / f"letter {number}.txt").write_text(f"letter {number}")
    with zipfile.ZipFile(folder / "more.zip", "w") as more:
        for number in range(60, 70):
            more.writestr(f"{number}.dcm", slice_of(number))
    return folder


def begun(workspace: Path, source: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [PROGRAM, "ingest", source, "--workspace", workspace, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def ended(workspace: Path, source: Path) -> dict[str, int]:
    process = begun(workspace, source)
    printed, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors.decode()
    report: dict[str, int] = json.loads(printed.splitlines()[-1])
    return report


def state(archive: Archive) -> dict[str, Any]:
    """Everything that an ingest leaves, but the times at which files came into quarantine."""
    files = {
        path.relative_to(archive.folder).as_posix(): path.read_bytes()
        for path in archive.folder.rglob("*")
        if path.is_file() and not path.name.startswith("index.")
    }
    quarantine = {}
    for path in sorted(archive.workspace.quarantine_folder.glob("*")):
        entry = json.loads((path / "entry.json").read_text())
        del entry["at"]
        held = {one.name: one.read_bytes() for one in path.iterdir() if one.name != "entry.json"}
        quarantine[path.name] = (entry, held)
    index = {}
    with reading(archive._engine) as connection:
        for table in METADATA.sorted_tables:
            if table.name != "decisions":
                rows = connection.execute(select(table)).all()
                index[table.name] = sorted(repr(tuple(row)) for row in rows)
    return {"files": files, "quarantine": quarantine, "index": index}


def killed(workspace: Path, source: Path, chance: random.Random, seconds: float) -> bool:
    """Begin an ingest and kill it: at any moment, or soon after its first file is on the way."""
    staging = workspace / "staging"
    process = begun(workspace, source)
    if chance.random() < 0.6:
        end = time.monotonic() + 30
        while process.poll() is None and time.monotonic() < end and not any(staging.glob("*/*.dcm")):
            time.sleep(0.005)
        time.sleep(chance.random() * min(seconds, 0.4))
    else:
        time.sleep(chance.random() * seconds)
    was_running = process.poll() is None
    process.kill()
    process.communicate(timeout=60)
    return was_running


def test_the_same_bytes_as_undisturbed(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HILUM_VAULT_KEY", bytes(range(32)).hex())
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    create_workspace(tmp_path / "whole")
    disturbed = [tmp_path / f"disturbed {number}" for number in range(WORKSPACES)]
    for folder in disturbed:
        shutil.copytree(tmp_path / "whole", folder)
    start = time.monotonic()
    report = ended(tmp_path / "whole", source)
    seconds = time.monotonic() - start
    assert report["files"] == 60
    assert report["archived"] >= 40
    assert report["quarantined"] >= 12
    chance = random.Random(5)
    running = 0
    for number in range(KILLS):
        running += killed(disturbed[number % WORKSPACES], source, chance, seconds)
    assert running >= KILLS // 2
    whole = open_archive(tmp_path / "whole")
    expected = state(whole)
    patients = [f"{number:08d}" for number in range(PATIENTS)]
    for folder in disturbed:
        again = ended(folder, source)
        assert again["files"] == 60 == sum(again.values()) - again["files"]
        archive = open_archive(folder)
        found = state(archive)
        assert found["files"].keys() == expected["files"].keys()
        assert found == expected
        assert archive.research_patient(patients) == whole.research_patient(patients)
        assert list((folder / "staging").iterdir()) == []
