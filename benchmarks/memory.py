"""Does memory stay flat however many images there are? `python benchmarks/memory.py`.

Preparing films and one short training (one pass, then the validation part is read) each run in a process of
their own, with few and with many images. What is compared is the largest anonymous memory: what a process
has asked for itself (RssAnon in /proc), summed over it and the processes that it started, looked at every
few milliseconds. Pages of memory-mapped files are not in it: the system drops them whenever it needs room.
The largest resident memory of the main process, which has such pages in it (VmHWM), is printed beside it.
Pages that processes share after a fork are counted in each.

The images of the training are noise, made as arrays without files. Linux only.

    python benchmarks/memory.py [--trained 5000 50000] [--prepared 5000 20000] [--size 96]

A measurement that grows by more than a tenth is named, and the script exits with 1.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Self

import cv2
import numpy as np

from hilum.preparation import Augmentation, available_cores, prepare

MIB = 2**20
FLAT = 1.1
_EVERY_SECONDS = 0.005
_FILM = 128


class Watch:
    """Looks at the memory of this process and its children until it is left."""

    def __init__(self) -> None:
        self.largest = 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()

    def _look(self) -> None:
        while not self.over.wait(_EVERY_SECONDS):
            self.largest = max(self.largest, sum(map(anonymous, family("self"))))


def family(process: str) -> list[str]:
    """A process and all that descend from it."""
    found = [process]
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = task.read_text(encoding="ascii").split()
        except OSError:  # it has ended
            continue
        found += [each for child in children for each in family(child)]
    return found


def anonymous(process: str) -> int:
    """Bytes of anonymous memory that a process holds now."""
    return status(process, "RssAnon")


def status(process: str, key: str) -> int:
    """Bytes that /proc says of a process; 0 where it has ended."""
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith(key))


def prepare_films(folder: Path, n: int, size: int) -> None:
    """Prepare n small PNGs, as many processes at once as there are cores."""
    from throughput.contender import Settings
    from throughput.films import cohort_of
    from throughput.loops import plan_of

    settings = Settings("hilum", "small_cnn", str(folder), n, size, 32, 1)
    plan = plan_of(settings, Augmentation.none())
    prepare(cohort_of(n, folder / "films", ".png"), plan, folder / f"prepared-{n}", workers=available_cores())


def write_films(folder: Path, n: int) -> None:
    """Write n small PNGs under the names that `cohort_of` gives them."""
    from throughput.films import cohort_of

    rng = np.random.default_rng(3)
    for image in cohort_of(n, folder, ".png").cases["image"]:
        path = folder / image
        path.parent.mkdir(parents=True, exist_ok=True)
        coarse = rng.integers(0, 256, (16, 16), np.uint8)
        cv2.imwrite(str(path), cv2.resize(coarse, (_FILM, _FILM), interpolation=cv2.INTER_CUBIC))


def train_shortly(folder: Path, n: int, size: int, threads: int) -> None:
    """One pass over nine tenths of n images with the default augmentation, then the others are read."""
    from throughput.contender import Settings
    from throughput.films import cohort_of, drawn_arrays
    from throughput.loops import plan_of

    from hilum.tasks import make_task
    from hilum.training import TrainOptions, train

    cohort = cohort_of(n, folder, ".png", validation=0.1)
    plan = plan_of(Settings("hilum", "small_cnn", str(folder), n, size, 32, threads), Augmentation())
    plan = plan.model_copy(update={"learning": plan.learning.model_copy(update={"epochs": 1})})
    prepared = drawn_arrays(folder / "drawn", n, size)
    train(cohort, prepared, make_task(cohort), plan, TrainOptions(folder / "models", "small_cnn"))


def measure(what: str, folder: Path, n: int, options: argparse.Namespace) -> dict[str, float]:
    """Do one thing in this process; MiB at the most and seconds."""
    began = time.perf_counter()
    with Watch() as watch:
        if what == "prepare":
            prepare_films(folder, n, options.size)
        else:
            train_shortly(folder, n, options.size, options.threads)
    seconds = time.perf_counter() - began
    return {
        "anonymous": watch.largest / MIB,
        "resident": status("self", "VmHWM") / MIB,
        "seconds": seconds,
    }


def in_a_process(what: str, folder: Path, n: int, options: argparse.Namespace) -> dict[str, float]:
    """The same in a process of its own, printed."""
    command = [sys.executable, __file__, "--one", what, str(folder), str(n)]
    command += ["--size", str(options.size), "--threads", str(options.threads)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    print(
        f"{what:<8} {n:>7,} images: anonymous memory at most {found['anonymous']:7.0f} MiB, resident with "
        f"mapped files {found['resident']:7.0f} MiB   ({found['seconds']:.0f} s)",
        flush=True,
    )
    return found


def compare(what: str, counts: list[int], folder: Path, options: argparse.Namespace) -> float:
    """How many times as much memory many images take as few."""
    few, many = (in_a_process(what, folder, n, options)["anonymous"] for n in counts)
    an_image = (many - few) * MIB / max(counts[1] - counts[0], 1)
    print(
        f"{what:<8} {counts[1]:,} against {counts[0]:,} images: {many / few:.3f} times the memory, "
        f"{an_image / 1024:+.2f} KiB an image   goal {FLAT:g}: {'kept' if many / few <= FLAT else 'MISSED'}",
        flush=True,
    )
    return round(many / few, 3)


def main() -> int:
    """Measure everything; 1 where memory grows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--prepared", nargs=2, type=int, default=[5_000, 20_000], metavar=("FEW", "MANY"))
    parser.add_argument("--trained", nargs=2, type=int, default=[5_000, 50_000], metavar=("FEW", "MANY"))
    parser.add_argument("--size", type=int, default=96)
    parser.add_argument("--threads", type=int, default=available_cores())
    parser.add_argument("--one", nargs=3, metavar=("WHAT", "FOLDER", "IMAGES"), help="in this process")
    options = parser.parse_args()
    if options.one:
        what, folder, n = options.one
        print(json.dumps(measure(what, Path(folder), int(n), options)))
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_films(folder / "films", max(options.prepared))
        ratios = {
            "prepare": compare("prepare", options.prepared, folder, options),
            "train": compare("train", options.trained, folder, options),
        }
    missed = [what for what, ratio in ratios.items() if ratio > FLAT]
    print(json.dumps({"ratios": ratios, "missed": missed}))
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
