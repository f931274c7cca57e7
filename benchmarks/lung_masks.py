"""How well does a small U-Net mark the lungs, learnt from a few films? Five-fold cross-validation.

Each film is marked by a model that learnt from the other four fifths; the mask is compared with the given one
at the film's own size. Beside it what the mean mask of the other films reaches, for those who ask whether
anything was learnt at all.

    python benchmarks/lung_masks.py FOLDER [--folds 5] [--only 1] [--steps 900] [--size 128] [--threads 2]

FOLDER holds `index.csv` (columns image and mask), `images/` and `masks/`. The last line is JSON. Where the
mean Dice is below .93, the script exits with 1.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hilum.conduct.lung_masks import find_pairs, read_pair
from hilum.image import resize
from hilum.training.lung_mask_check import dice
from hilum.training.lung_masks import LungMaskOptions, train_lung_mask

WANTED = 0.93
_MEAN_AT = 256


def by_mean_mask(masks: list[NDArray[np.bool_]], wanted: NDArray[np.bool_]) -> float:
    """What the mean of the other masks reaches."""
    mean = np.mean([resize(mask.astype(np.float32), (_MEAN_AT, _MEAN_AT)) for mask in masks], axis=0)
    return dice(resize(mean, (wanted.shape[0], wanted.shape[1])) > 0.5, wanted)


def main() -> int:
    """Train and test fold by fold."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--only", type=int, default=0, help="one fold alone, from 1; 0 = all")
    parser.add_argument("--steps", type=int, default=LungMaskOptions().steps)
    parser.add_argument("--size", type=int, default=LungMaskOptions().size)
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    pairs = [read_pair(pair.film, pair.mask) for pair in find_pairs(asked.folder)]
    fold = np.random.default_rng(7).permutation(len(pairs)) % asked.folds
    reached, mean_masks, seconds = [], [], []
    options = LungMaskOptions(size=asked.size, steps=asked.steps, threads=asked.threads)
    for number in range(asked.folds):
        if asked.only and number + 1 != asked.only:
            continue
        others = [pair for pair, own in zip(pairs, fold, strict=True) if own != number]
        start = time.perf_counter()
        model = train_lung_mask([film for film, _ in others], [mask for _, mask in others], options)
        seconds.append(time.perf_counter() - start)
        held = [pair for pair, own in zip(pairs, fold, strict=True) if own == number]
        found = [dice(model.find(film), mask) for film, mask in held]
        mean_masks += [by_mean_mask([mask for _, mask in others], mask) for _, mask in held]
        reached += found
        print(f"fold {number + 1}: Dice {np.mean(found):.4f}, lowest {min(found):.4f}, {seconds[-1]:.0f} s")
    result = {
        "films": len(reached),
        "dice": round(float(np.mean(reached)), 4),
        "lowest": round(min(reached), 4),
        "mean_mask": round(float(np.mean(mean_masks)), 4),
        "seconds_a_training": round(max(seconds)),
    }
    print(json.dumps(result))
    return 0 if result["dice"] >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
