"""How fast hilum trains and reads, beside other loops, in one run on one machine.

hilum's training is compared with (a) a bare loop over tensors that lie in memory, (b) MONAI's CacheDataset
and DataLoader with the same kinds of augmentation, (c) torchvision's ImageFolder and DataLoader. Network,
batch and size are the same; in (a) and (c) nothing is augmented. All loops take turns, a pass over the images
each, so that noise meets them alike; a ratio is the median over the rounds. With a graphics card, ResNet-18
in bfloat16 is compared with tensors that lie on the card.

    python benchmarks/training.py [--images 600] [--size 224] [--rounds 3] [--models small_cnn resnet18]

The last line is JSON. A goal that is missed is named, and the script exits with 1.
"""

import argparse
import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import torch
from throughput.augmentation import costs
from throughput.contender import Settings
from throughput.films import cohort_of, make_films
from throughput.loops import IN_MONAI, plan_of
from throughput.race import Rates, race, ratio, typical
from throughput.reading import reading_rates

from hilum.preparation import Augmentation, available_cores, prepare

BATCH = 32
WORKERS = 2
GOALS = {"small_cnn": 0.85, "resnet18": 0.93}
CARD_GOAL = 0.90
BARE = "in-memory tensors"
AGAINST = ("memory", "folder", "monai")


class Results:
    """Ratios as they are found, and the goals that are missed."""

    def __init__(self) -> None:
        self.ratios: dict[str, float] = {}
        self.rates: dict[str, dict[str, float]] = {}
        self.missed: list[str] = []

    def keep(self, what: str, rates: Rates) -> None:
        """Print the rates of several loops and keep them."""
        self.rates[what] = {name: round(typical(found), 1) for name, found in rates.items()}
        for name, found in rates.items():
            windows = " ".join(f"{each:.0f}" for each in found)
            print(f"{what}: {name:<28}{typical(found):9.1f} images/s   (windows: {windows})", flush=True)

    def compare(self, what: str, rates: Rates, of: str, to: str, goal: float | None = None) -> None:
        """Print how many times as fast one loop is as another, and hold it against a goal."""
        middle, least, most = ratio(rates, of, to)
        self.ratios[f"{what}: {of} / {to}"] = round(middle, 3)
        kept = "" if goal is None else f"   goal {goal:g}: {'kept' if middle >= goal else 'MISSED'}"
        print(f"{what}: {of} / {to}   {middle:.2f}   ({least:.2f} to {most:.2f}){kept}", flush=True)
        if goal is not None and middle < goal:
            self.missed.append(f"{what}: {of} / {to} is {middle:.2f}, the goal {goal:g}")


def on_the_processor(options: argparse.Namespace, folder: Path, results: Results) -> None:
    """All loops, for each network."""
    make_films(folder / "films", options.images)
    first = Settings("hilum", "small_cnn", str(folder), options.images, options.size, BATCH, options.threads)
    began = time.perf_counter()
    cohort = cohort_of(options.images, folder / "films")
    prepare(cohort, plan_of(first, Augmentation.none()), folder / f"prepared-{options.size}")
    print(f"{options.images} films of 224 to 512 pixels prepared in {time.perf_counter() - began:.1f} s")
    print("augmentations and what stands for them in MONAI:")
    for ours, theirs in IN_MONAI.items():
        print(f"  {ours}: {theirs}")
    for model in options.models:
        own = replace(first, model=model)
        what = f"{model}, {options.size} px"
        against = {
            "memory": [own, replace(own, loop=BARE)],
            "folder": [own, replace(own, loop="ImageFolder", workers=WORKERS)],
            "monai": [own, replace(own, loop="hilum, augmented")]
            + [replace(own, loop="monai", workers=workers) for workers in (0, WORKERS)],
        }
        loops = dict.fromkeys(loop for name in options.against for loop in against[name])
        rates = race(list(loops), options.rounds)
        results.keep(what, rates)
        if "memory" in options.against:
            results.compare(what, rates, "hilum", BARE, GOALS.get(model))
        if "folder" in options.against:
            results.compare(what, rates, "hilum", f"ImageFolder, {WORKERS} workers")
        if "monai" in options.against:
            faster = max(("monai", f"monai, {WORKERS} workers"), key=lambda name: typical(rates[name]))
            results.compare(what, rates, "hilum, augmented", faster)
            results.compare(what, rates, "hilum, augmented", "hilum")


def on_the_card(options: argparse.Namespace, folder: Path, results: Results) -> None:
    """ResNet-18 in bfloat16 on the graphics card."""
    what = f"resnet18, {options.size} px, bfloat16, {torch.cuda.get_device_name()}"
    own = Settings(
        loop="hilum",
        model="resnet18",
        folder=str(folder),
        images=options.card_images,
        size=options.size,
        batch=options.card_batch,
        threads=options.threads,
        device="cuda",
        half=True,
    )
    rates = race([own, replace(own, loop=BARE), replace(own, loop="hilum, augmented")], options.rounds)
    results.keep(what, rates)
    results.compare(what, rates, "hilum", BARE, CARD_GOAL)
    results.compare(what, rates, "hilum, augmented", BARE)


def reading(options: argparse.Namespace, results: Results) -> None:
    """Reading with onnxruntime against torch."""
    for model in options.models:
        what = f"reading, {model}, {options.size} px"
        rates = reading_rates(model, options.size, options.reading_images, options.threads, options.rounds)
        results.keep(what, rates)
        results.compare(what, rates, "onnxruntime", "torch")


def main() -> int:
    """Measure everything; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--images", type=int, default=600, help="on the processor")
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--rounds", type=int, default=3, help="windows of each loop")
    parser.add_argument("--threads", type=int, default=available_cores())
    parser.add_argument("--models", nargs="+", default=list(GOALS))
    parser.add_argument("--against", nargs="+", choices=AGAINST, default=list(AGAINST))
    parser.add_argument("--reading-images", type=int, default=192)
    parser.add_argument("--card-images", type=int, default=8192)
    parser.add_argument("--card-batch", type=int, default=256)
    parser.add_argument("--card-only", action="store_true", help="leave the processor out")
    options = parser.parse_args()
    results = Results()
    device = f"{options.threads} processor threads"
    with tempfile.TemporaryDirectory() as folder:
        if torch.cuda.is_available():
            device += f", {torch.cuda.get_device_name()}"
            on_the_card(options, Path(folder) / "card", results)
        if not options.card_only:
            on_the_processor(options, Path(folder) / "processor", results)
    milliseconds = {}
    if not options.card_only:
        milliseconds = costs(options.size, BATCH, options.threads, 5 * options.rounds)
        for name, value in milliseconds.items():
            print(f"augmentation, {options.size} px: {name:<30}{value:8.2f} ms a batch of {BATCH}")
        reading(options, results)
    for what in results.missed:
        print(f"missed: {what}")
    rounded = {name: round(value, 3) for name, value in milliseconds.items()}
    found = {"device": device, "ratios": results.ratios, "rates": results.rates, "augmentation_ms": rounded}
    print(json.dumps({**found, "missed": results.missed}))
    return int(bool(results.missed))


if __name__ == "__main__":
    sys.exit(main())
