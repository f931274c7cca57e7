"""`model = "auto"` against a plain ResNet-18 loop on real images, 5-fold; hours, not minutes.

On PneumoniaMNIST (by image) and the children's radiographs of cxr_pneumonia (by person; two classes, three
classes), each fold's test images are read as they are and as changed copies: brightness, contrast, gamma,
blur, noise, nearer. The copies are made of the original pictures. hilum's arm goes the public way, from a
study file; the plain arm is trained from scratch, without augmentation, for as many seconds as hilum's arm
took, at most ten minutes. Numbers are means over the folds.

    python benchmarks/automatic.py [--data pneumoniamnist cxr cxr3] [--folds 0 1 2 3 4] [--minutes 20]

A short look: --folds 0 --minutes 2. With --keep FOLDER each fold's numbers are written there when it is done,
and a fold that was done there with the same options is taken from there: all folds need not be run at once.
The images are read from ../shared/data; a set that is not there is left
out, and named. The last line is JSON; the exit code says only whether it ran.
"""

import argparse
import json
import tempfile
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from trials.folds import FOLDS, parts_of, units
from trials.kept import Scores, kept_or_run
from trials.ours import Asked, OurModel, run_fold, write_films
from trials.plain import PlainModel, train_plain
from trials.scoring import frozen_threshold, mean_score, score_of
from trials.sets import SETS, ImageSet
from trials.shifts import SHIFTS, shifted

from hilum.preparation import available_cores

SOURCE = Path(__file__).resolve().parents[2] / "shared" / "data"
MINUTES = {"pneumoniamnist": 20.0, "cxr": 25.0, "cxr3": 25.0}


def run_both(
    images: ImageSet, folder: Path, parts: NDArray[np.object_], asked: Asked, options: argparse.Namespace
) -> tuple[OurModel, PlainModel, float]:
    """Train both arms on a fold; the last number is the plain arm's threshold."""
    ours = run_fold(images, folder, parts, asked, options.seed)
    truth = truth_of(images)
    train, watched = np.flatnonzero(parts == "train"), np.flatnonzero(parts == "validation")
    validation = [images.pictures[row] for row in watched]
    plain = train_plain(
        [images.pictures[row] for row in train],
        truth[train],
        validation,
        truth[watched],
        size=options.size or images.plain_size,
        seconds=min(ours.seconds, 60 * options.plain_minutes),
        threads=options.threads,
        seed=options.seed,
    )
    return ours, plain, frozen_threshold(truth[watched], plain.probabilities(validation))


def truth_of(images: ImageSet) -> NDArray[np.int64]:
    """Numbers of the classes."""
    return np.array([images.classes.index(label) for label in images.cases["label"]], dtype=np.int64)


def one_fold(
    images: ImageSet, folder: Path, parts: NDArray[np.object_], asked: Asked, options: argparse.Namespace
) -> Scores:
    """Both arms on a fold, hilum first, for the images as they are and each kind of changed copy."""
    ours, plain, threshold = run_both(images, folder, parts, asked, options)
    print(
        f"  hilum: {ours.model.plan.model}, {ours.seconds / 60:.1f} minutes; plain: {plain.epochs} epochs, "
        f"{plain.seconds / 60:.1f} minutes",
        flush=True,
    )
    rows = np.flatnonzero(parts == "test")
    truth, found = truth_of(images)[rows], {}
    for number, shift in enumerate(SHIFTS):
        rng = np.random.default_rng([options.seed, 703, number])
        copies = [shifted(images.pictures[row], shift, rng) for row in rows]
        found[shift] = (
            score_of(truth, ours.probabilities(copies), ours.threshold),
            score_of(truth, plain.probabilities(copies), threshold),
        )
    _print(found)
    return found


def one_set(name: str, images: ImageSet, asked: Asked, options: argparse.Namespace) -> Scores:
    """The mean over the folds, printed."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_films(images, folder / "films")
        unit = units(images, folder / "films")
        print(f"{images.name}: {len(images)} images of {len(np.unique(unit))} persons", flush=True)

        def run(fold: int) -> Scores:
            return one_fold(images, folder, parts_of(unit, fold, options.seed), asked, options)

        each = [kept_or_run(name, fold, options, asked.minutes, partial(run, fold)) for fold in options.folds]
    means = {
        shift: (mean_score([one[shift][0] for one in each]), mean_score([one[shift][1] for one in each]))
        for shift in SHIFTS
    }
    print(f"  mean over {len(each)} folds")
    _print(means)
    return means


def _print(means: Scores) -> None:
    heads = "".join(f"{name:>8}{'plain':>8}{'more':>8}" for name in ("AUC", "acc.", "Brier"))
    print(f"  {'':<14}{heads}")
    for shift, (ours, plain) in means.items():
        pairs = zip(asdict(ours).values(), asdict(plain).values(), strict=True)
        cells = "".join(f"{a:8.4f}{b:8.4f}{a - b:+8.4f}" for a, b in pairs)
        print(f"  {shift:<14}{cells}", flush=True)


def better(means: Scores) -> dict[str, bool]:
    """For each measure and kind of copy whether hilum's arm is the better one."""
    found = {}
    for shift, (ours, plain) in means.items():
        found[f"AUC, {shift}"] = ours.auc > plain.auc
        found[f"accuracy, {shift}"] = ours.accuracy > plain.accuracy
        found[f"Brier, {shift}"] = ours.brier < plain.brier
    return found


def main() -> None:
    """Run the sets that are asked for and there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--folds", nargs="+", type=int, choices=range(FOLDS), default=list(range(FOLDS)))
    parser.add_argument("--minutes", type=float, help="budget of hilum's arm (20; 25 for cxr and cxr3)")
    parser.add_argument("--plain-minutes", type=float, default=10.0, help="the most of the plain arm")
    parser.add_argument("--size", type=int, help="rows and columns for both arms (hilum decides; 64, 96)")
    parser.add_argument("--model", default="auto")
    parser.add_argument("--epochs", type=int, help="of hilum's arm")
    parser.add_argument("--most", type=int, help="images drawn from each set (all)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=available_cores())
    parser.add_argument("--keep", type=Path, help="folder for the numbers of finished folds")
    parser.add_argument("--source", type=Path, default=SOURCE)
    options = parser.parse_args()
    found = {}
    for name in options.data:
        try:
            images = SETS[name](options.source, options.most)
        except (OSError, ValueError) as problem:
            print(f"{name} is left out, its images are not in {options.source}: {problem}")
            continue
        minutes = MINUTES[name] if options.minutes is None and options.model == "auto" else options.minutes
        means = one_set(name, images, Asked(options.model, minutes, options.epochs, options.size), options)
        kept = better(means)
        worse = [what for what, is_so in kept.items() if not is_so]
        print(
            f"  hilum is better in {sum(kept.values())} of {len(kept)}; not in: {', '.join(worse) or 'none'}"
        )
        found[name] = {
            shift: {"hilum": asdict(ours), "plain": asdict(plain)} for shift, (ours, plain) in means.items()
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
