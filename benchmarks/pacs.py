"""Objects a second by C-STORE into `hilum node` and into Orthanc, from the same senders in one run.

Both are asked for the same durability: an object is acknowledged when its bytes are on the disk. hilum calls
fsync for each file and for its folder before it answers; Orthanc runs with `SyncStorageArea: true`, its
default, which does the same for its files. Orthanc also writes its index then; hilum's index is written
when the spool is archived, which benchmarks/ingest.py measures, so the node runs with --spool-only.
Senders are DCMTK's storescu, each a process of its own.
"""

import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from hilum.archive import create_workspace

FILES, RUNS, ASSOCIATIONS = 300, 3, (1, 4)
HILUM = Path(sys.executable).with_name("hilum")
ORTHANC = shutil.which("Orthanc", path="/usr/sbin:/usr/bin:/usr/local/bin")


def slice_of(number: int, study: str, series: str) -> Dataset:
    """One slice of 512 x 512."""
    data = Dataset()
    data.SOPClassUID, data.SOPInstanceUID = CTImageStorage, generate_uid()
    data.StudyInstanceUID, data.SeriesInstanceUID = study, series
    data.PatientName, data.PatientID, data.Modality = "Miller^Anna", "H-004711", "CT"
    data.StudyDate, data.StudyTime, data.InstanceNumber = "20240301", "101500", number
    data.Rows = data.Columns = 512
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
    data.PixelData = np.random.default_rng(number).integers(0, 4096, (512, 512), dtype=np.uint16).tobytes()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return data


def make(folder: Path) -> None:
    """Write CT-like files of half a megabyte, in four folders for four senders."""
    study, series = generate_uid(), generate_uid()
    for number in range(FILES):
        path = folder / str(number % 4) / f"{number:04d}.dcm"
        path.parent.mkdir(parents=True, exist_ok=True)
        pydicom.dcmwrite(path, slice_of(number, study, series), enforce_file_format=True)


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def seconds_to_send(port: int, title: str, folder: Path, associations: int) -> float:
    """Send everything over so many associations."""
    command = ["storescu", "-aec", title, "+sd", "+r", "127.0.0.1", str(port)]
    parts = [[folder]] if associations == 1 else [[folder / str(part)] for part in range(associations)]
    start = time.perf_counter()
    senders = [subprocess.Popen([*command, *part]) for part in parts]
    codes = [sender.wait() for sender in senders]
    if any(codes):
        raise SystemExit(f"a sender to {title} failed")
    return time.perf_counter() - start


def started(command: list[str | Path], port: int) -> subprocess.Popen[bytes]:
    """Start a server and wait until it listens."""
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        if server.poll() is not None:
            raise SystemExit(f"{Path(command[0]).name} did not start")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return server


def hilum_rate(folder: Path, files: Path, associations: int) -> float:
    """Objects a second into a new workspace."""
    workspace, port = create_workspace(folder), free_port()
    command = [
        HILUM,
        "node",
        "--allow",
        "*",
        "--port",
        str(port),
        "--spool-only",
        "--workspace",
        workspace.root,
    ]
    server = started(command, port)
    try:
        seconds = seconds_to_send(port, "HILUM", files, associations)
    finally:
        server.terminate()
        server.wait()
    kept = len(list((workspace.root / "incoming").glob("*.dcm")))
    if kept != FILES:
        raise SystemExit(f"the node kept {kept} of {FILES} objects")
    return FILES / seconds


def orthanc_rate(folder: Path, files: Path, associations: int) -> float:
    """Objects a second into an empty Orthanc."""
    folder.mkdir()
    port = free_port()
    settings = {
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "storage"),
        "HttpServerEnabled": False,
        "DicomPort": port,
        "DicomAet": "ORTHANC",
        "SyncStorageArea": True,
    }
    (folder / "orthanc.json").write_text(json.dumps(settings))
    assert ORTHANC is not None
    server = started([ORTHANC, folder / "orthanc.json"], port)
    try:
        return FILES / seconds_to_send(port, "ORTHANC", files, associations)
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    """Measure in turns and print the median."""
    if ORTHANC is None or shutil.which("storescu") is None:
        raise SystemExit("Orthanc and storescu (Debian: orthanc dcmtk) are needed for this comparison")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder / "files")
        for associations in ASSOCIATIONS:
            ours, theirs = [], []
            for run in range(RUNS):
                tag = f"{associations}-{run}"
                theirs.append(orthanc_rate(folder / f"orthanc-{tag}", folder / "files", associations))
                ours.append(hilum_rate(folder / f"hilum-{tag}", folder / "files", associations))
            mine, other = statistics.median(ours), statistics.median(theirs)
            print(
                f"{associations} associations: "
                f"hilum node {mine:6.1f} objects/s ({min(ours):.0f}-{max(ours):.0f}), "
                f"Orthanc {other:6.1f} ({min(theirs):.0f}-{max(theirs):.0f}): {mine / other:4.1f}x"
            )


if __name__ == "__main__":
    main()
