"""Files a second of de-identification on one core, beside the free tools, on the same CT-like files.

The peers read a file, change its header and write it. hilum is measured three times: doing that (all header
rules, the vault on), with its second look over every output byte besides, and as a whole ingest (with index,
three digests a file, and everything safely on the disk). Ratios are to dicognito in the same run. Processor
time is what a core can do; wall time depends on the disk and on what else runs.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import logging
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pydicom
from slices import write_files

LEAST = {"rules and vault": 10.0, "with the second look": 4.0}
MOST_MEMORY, LEAST_ON_TWO = 300, 1.5
ROUNDS = 5


@dataclass(frozen=True)
class Speed:
    """How long some files took: by the clock, and on processors, all processes together."""

    files: int
    wall: float
    processor: float

    @property
    def a_second(self) -> float:
        """Files a second of processor time."""
        return self.files / self.processor


def measured(files: int, work: Callable[[], object]) -> Speed:
    """Do some work and say how long it took."""
    wall, processor = time.perf_counter(), _processor()
    work()
    return Speed(files, time.perf_counter() - wall, _processor() - processor)


def _processor() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def dicognito(paths: list[Path], out: Path) -> None:
    """As its own command line does."""
    from dicognito.anonymizer import Anonymizer

    anonymizer = Anonymizer()
    for number, path in enumerate(paths):
        data = pydicom.dcmread(path)
        anonymizer.anonymize(data)
        data.save_as(out / f"{number}.dcm")


def kitware(paths: list[Path], out: Path) -> None:
    """Kitware's dicom-anonymizer."""
    from dicomanonymizer import anonymize_dicom_file

    for number, path in enumerate(paths):
        anonymize_dicom_file(str(path), str(out / f"{number}.dcm"))


def pydicom_deid(paths: list[Path], out: Path) -> None:
    """The package deid, with its own recipe."""
    from deid.config import DeidRecipe
    from deid.dicom import replace_identifiers

    recipe = DeidRecipe()
    for path in paths:
        replace_identifiers([str(path)], deid=recipe, save=True, overwrite=True, output_folder=str(out))


def gdcmanon(paths: list[Path], out: Path) -> None:
    """GDCM's anonymiser (C++), which takes whole folders."""
    folder = out / "in"
    folder.mkdir()
    for number, path in enumerate(paths):
        (folder / f"{number}.dcm").symlink_to(path)
    certificate = ["-subj", "/CN=hilum", "-keyout", str(out / "key.pem"), "-out", str(out / "cert.pem")]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *certificate]
    subprocess.run(make, check=True, capture_output=True)
    command = ["gdcmanon", "-e", "-c", str(out / "cert.pem"), "-r", "--continue"]
    subprocess.run([*command, "-i", str(folder), "-o", str(out / "out")], check=True, capture_output=True)


def header_rules(paths: list[Path], out: Path, *, look: bool) -> None:
    """Hilum's rules and vault, with or without the second look, one file after another."""
    from hilum.deid import Deidentified
    from hilum.deid.deidentification import checked
    from hilum.deid.raw import RawCleaner
    from hilum.deid.vault import PATIENT, STUDY, Vault, VaultEntry
    from hilum.deid.writing import Written

    vault = Vault.create(out / "vault")
    cleaner, known = RawCleaner(vault.keys), set[VaultEntry]()
    for number, path in enumerate(paths):
        raw = cleaner.clean(path.read_bytes())
        assert raw is not None, "the fast path did not take a file"
        if look:
            checked_file = checked(Written(raw.data, raw.pixels_at), raw.dataset, raw.case)
            assert isinstance(checked_file, Deidentified), "something survived"
        study = vault.keys.uid(raw.case.study)
        entries = {VaultEntry(PATIENT, raw.case.pseudonym, raw.case.patient_id)}
        entries |= {VaultEntry(STUDY, study, raw.case.study)}
        if entries - known:
            vault.remember(entries - known)
            known |= entries
        (out / f"{number}.dcm").write_bytes(raw.data)


def ingest(folder: Path, out: Path, workers: int) -> None:
    """The whole ingest, in a program of its own, so that its memory can be measured."""
    code = (
        "import re, sys, resource; from hilum.archive import create_workspace, open_archive; "
        "archive = open_archive(create_workspace(sys.argv[2])); "
        "report = archive.ingest([sys.argv[1]], workers=int(sys.argv[3])); "
        "assert report.archived == report.files, report; "
        "own = int(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1]); "
        "one = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss; "
        "print(own + int(sys.argv[3]) * one >> 10)"
    )
    command = [sys.executable, "-c", code, str(folder), str(out / "workspace"), str(workers)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    (out / "memory").write_text(printed, encoding="ascii")


def main() -> int:
    """Measure and print; the exit status says whether what must hold does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--peer-files", type=int, default=300, help="for the slow peers; rates are a file")
    parser.add_argument("--scratch", type=Path, default=None, help="a folder on the disk to measure")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(dir=given.scratch) as name:
        return report(Path(name), given.files, given.peer_files)


def report(scratch: Path, files: int, peer_files: int) -> int:
    """Run everybody on the same files."""
    source = scratch / "in"
    paths = write_files(source, files)
    some = paths[:: max(1, files // peer_files)][:peer_files]
    few = write_files(scratch / "few", min(500, files))
    memory: dict[str, int] = {}

    def run(name: str, chosen: list[Path], work: Callable[[list[Path], Path], object]) -> Speed:
        out = scratch / "out"
        out.mkdir()
        speed = measured(len(chosen), lambda: work(chosen, out))
        if (out / "memory").exists():
            memory[name] = int((out / "memory").read_text(encoding="ascii"))
        shutil.rmtree(out)
        return speed

    own = {
        "dicognito": (some, dicognito),
        "rules and vault": (paths, lambda all_, out: header_rules(all_, out, look=False)),
        "with the second look": (paths, lambda all_, out: header_rules(all_, out, look=True)),
    }
    turns = [{name: run(name, *what) for name, what in own.items()} for _ in range(ROUNDS)]
    compared = {name: middle([turn[name] for turn in turns]) for name in own}
    speeds = {"dicognito": compared.pop("dicognito")}
    peers = {"dicom-anonymizer (Kitware)": kitware, "deid": pydicom_deid}
    speeds |= {name: run(name, some, work) for name, work in peers.items()}
    if shutil.which("gdcmanon"):
        speeds["gdcmanon (C++)"] = run("gdcmanon", some, gdcmanon)
    speeds |= compared
    run("500 files", few, lambda _, out: ingest(scratch / "few", out, 1))
    several = len(os.sched_getaffinity(0)) > 1
    one, two = [], []
    for _ in range(ROUNDS if several else 1):  # in turns, so that what else the machine does meets both
        one.append(run("all files", paths, lambda _, out: ingest(source, out, 1)))
        if several:
            two.append(run("2 workers", paths, lambda _, out: ingest(source, out, 2)))
    speeds["whole ingest, 1 worker"] = middle(one)
    if several:
        speeds["whole ingest, 2 workers"] = middle(two)
    return printed(speeds, memory, [a.wall / b.wall for a, b in zip(one, two, strict=False)])


def middle(speeds: list[Speed]) -> Speed:
    """The one with the median wall time."""
    return sorted(speeds, key=lambda speed: speed.wall)[len(speeds) // 2]


def printed(speeds: dict[str, Speed], memory: dict[str, int], gains: list[float]) -> int:
    """Print the table; the number of goals missed."""
    base = speeds["dicognito"].a_second
    print(f"{'':28}{'files/s of a core':>18}{'x dicognito':>13}{'files/s by the clock':>22}")
    for name, speed in speeds.items():
        clock = speed.files / speed.wall
        print(f"{name:28}{speed.a_second:18.1f}{speed.a_second / base:13.2f}{clock:22.1f}")
    ratios = {name: speeds[name].a_second / base for name in LEAST}
    missed = [
        f"{name}: {ratio:.1f}x of {LEAST[name]}x" for name, ratio in ratios.items() if ratio < LEAST[name]
    ]
    for name, megabytes in memory.items():
        print(f"memory of ingest, {name}: {megabytes} MB, all processes together")
    if memory.get("all files", 0) > MOST_MEMORY:
        missed.append(f"memory: {memory['all files']} MB of {MOST_MEMORY} MB")
    if gains:
        gain = statistics.median(gains)
        rounds = ", ".join(f"{each:.2f}" for each in gains)
        print(f"two workers by the clock: {gain:.2f}x one, the median of neighbours ({rounds})")
        if gain < LEAST_ON_TWO:
            missed.append(f"two workers: {gain:.2f}x of {LEAST_ON_TWO}x")
    for line in missed:
        print("missed:", line)
    return len(missed)


if __name__ == "__main__":
    sys.exit(main())
