"""How fast groups of maps are compared by permutation, and how often chance shows anything.

Usage: OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/atlas.py [--maps 500] [--side 224]
"""

import argparse
import os
import time

import numpy as np
from scipy import ndimage

from hilum.explanation.atlas import CORRECTIONS, AtlasOptions, make_atlas
from hilum.explanation.atlas_patients import GroupedMaps
from hilum.explanation.pixel_tests import pixel_t_test
from hilum.explanation.pixel_tests_clusters import threshold_free
from hilum.explanation.pixel_tests_permuted import permutation_test


def _smooth(rng: np.random.Generator, maps: int, side: int, share: float) -> np.ndarray:
    """Maps as activation maps are: smooth, 0 in many places, their highest value 1."""
    found = np.empty((maps, side, side), np.float32)
    for place in range(maps):
        found[place] = ndimage.gaussian_filter(rng.normal(size=(side, side)), side * share)
    np.clip(found, 0, None, out=found)
    found /= found.max(axis=(1, 2), keepdims=True)
    return found


def main() -> None:
    """Time the tests, then count what shuffles show."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--maps", type=int, default=500)
    parser.add_argument("--side", type=int, default=224)
    parser.add_argument("--permutations", type=int, default=1000)
    parser.add_argument("--shuffles", type=int, default=100)
    given = parser.parse_args()
    rng = np.random.default_rng(0)
    maps = _smooth(rng, given.maps, given.side, 0.05)
    half = given.maps // 2
    print(f"threads: {os.environ.get('OMP_NUM_THREADS', 'all')}; {given.maps} maps of {given.side}^2")
    threshold_free(np.eye(4))  # compiled, or taken from where it is kept
    for name, work in {
        "t-test": lambda: pixel_t_test(maps[:half], maps[half:]),
        "max-T": lambda: permutation_test(maps[:half], maps[half:], given.permutations),
        "max-T and TFCE": lambda: permutation_test(maps[:half], maps[half:], given.permutations, tfce=True),
    }.items():
        start, used = time.perf_counter(), time.process_time()
        work()
        spent = time.perf_counter() - start
        print(f"{name}: {spent:.1f} s, {time.process_time() - used:.1f} s of one processor")
    _by_chance(rng, given.shuffles)


def _by_chance(rng: np.random.Generator, shuffles: int) -> None:
    for n, side, share in ((40, 96, 0.1), (40, 96, 0.03)):
        maps = _smooth(rng, n, side, share)
        shown, any_of_them, uncorrected = dict.fromkeys(CORRECTIONS, 0), 0, []
        for shuffle in range(shuffles):
            groups = np.zeros(n, dtype=np.bool_)
            groups[rng.permutation(n)[: n // 2]] = True
            atlas = make_atlas(GroupedMaps(maps, groups), AtlasOptions(permutations=200, seed=shuffle))
            uncorrected.append(atlas.share("uncorrected"))
            found = {way: bool(atlas.significant(way).any()) for way in CORRECTIONS}
            any_of_them += any(found.values())
            for way, anything in found.items():
                shown[way] += anything
        print(f"{shuffles} shuffles of {n} maps of {side}^2, smooth over {share:g} of the side:")
        print(f"  anything shown in {shown}, by any of them in {any_of_them}")
        print(f"  uncorrected {100 * np.mean(uncorrected):.1f} % of pixels")


if __name__ == "__main__":
    main()
