"""Permutation tests of two groups of maps: the highest statistic that chance reaches anywhere in the map.

Whatever the groups, had they been drawn by chance, the largest statistic of the whole map would exceed what
is written here in no more than one case of twenty. So `p < 0.05` anywhere holds for the map as a whole
(Westfall & Young 1993, single step; Nichols & Holmes, Human Brain Mapping 2002).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.explanation.pixel_tests_clusters import Enhancement
from hilum.explanation.pixel_tests_relabelling import Relabellings, relabellings
from hilum.progress import Progress, silent

Floats = NDArray[np.float64]
PERMUTATIONS = 1000
_WAYS, _PIXELS = 250, 8192  # of one product of matrices
_HELD = 4_000_000  # statistics that are held at once
# Two sums of the same numbers in another order differ in their last digits; they count as equal.
_EQUAL = 1e-9


@dataclass(frozen=True)
class PermutationTest:
    """What permutations of the groups say; arrays have the shape of one map.

    Attributes:
        t: Student's t, positive where the first group is higher.
        p_max_t: two-sided p-value, corrected for all pixels by the largest absolute t.
        tfce: t after threshold-free cluster enhancement; None where it was not asked for.
        p_tfce: two-sided p-value, corrected in the same way; None where it was not asked for.
        largest_t: the largest absolute t of the map in each way.
        ways: how many ways of grouping the patients were looked at.
        exact: whether these are all there are.

    Example:
        >>> maps = np.arange(12.0).reshape(6, 2)
        >>> permutation_test(maps[:3], maps[3:]).p_max_t.tolist()
        [0.1, 0.1]
    """

    t: Floats
    p_max_t: Floats
    tfce: Floats | None
    p_tfce: Floats | None
    largest_t: Floats
    ways: int
    exact: bool


def permutation_test(
    first: NDArray[Any],
    second: NDArray[Any],
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    *,
    tfce: bool = False,
    progress: Progress = silent,
) -> PermutationTest:
    """Compare two groups of maps by giving the patients their groups anew.

    Args:
        first: (n1, ...) finite maps of one group, one a patient; two axes or three.
        second: (n2, ...) maps of the other group.
        permutations: how many groupings are drawn; where there are no more, all are taken and p is exact.
        seed: same seed, same result.
        tfce: whether cluster enhancement is tested as well; it takes as many enhancements.
        progress: told after every few groupings.

    Returns:
        Student's t and corrected p-values. No p is below 1 / (permutations + 1).

    Example:
        >>> rng = np.random.default_rng(0)
        >>> maps = rng.normal(size=(20, 8, 8))
        >>> maps[:10, 2:5, 2:5] += 4
        >>> found = permutation_test(maps[:10], maps[10:], permutations=200, tfce=True)
        >>> bool((found.p_tfce[2:5, 2:5] < 0.05).all()), bool(found.p_tfce[7, 7] < 0.05)
        (True, False)
    """
    shape = first.shape[1:]
    ways = relabellings(len(first), len(second), permutations, seed)
    scaled = _scaled(np.concatenate([first, second]).reshape(ways.patients, -1))
    truth = np.zeros((1, ways.patients))
    truth[0, : len(first)] = 1
    observed = _t_of(truth @ scaled, len(first), ways.patients)[0]
    if tfce:
        enhance = Enhancement(shape)
        enhanced = enhance(observed.reshape(shape))
        largest_t, largest_tfce = _largest_of_both(scaled, ways, enhance, shape, progress)
        p_tfce = _p_values(enhanced, largest_tfce, ways)
    else:
        enhanced, p_tfce = None, None
        largest_t = _largest_t(scaled, ways, progress)
    p_max_t = _p_values(observed.reshape(shape), largest_t, ways)
    return PermutationTest(
        observed.reshape(shape), p_max_t, enhanced, p_tfce, largest_t, len(ways), ways.exact
    )


def _scaled(maps: NDArray[Any]) -> Floats:
    """Each pixel around its mean over all patients, with the sum of squares 1; 0 where it never varies.

    The sum over the first group then tells t, whatever the grouping.
    """
    scaled = maps.astype(np.float64)
    scaled -= scaled.mean(axis=0)
    length = np.sqrt(np.einsum("np,np->p", scaled, scaled))
    varies = np.ptp(maps, axis=0) > 0
    scaled *= np.where(varies, 1 / np.where(varies, length, 1), 0)
    return scaled


def _t_of(sums: Floats, first: int, patients: int) -> Floats:
    """Student's t from the sums over the first group of what `_scaled` gives."""
    share = 1 / first + 1 / (patients - first)
    # Where the groups do not overlap and do not vary, t would be infinite; it is held at a million.
    within = np.maximum(1 - sums**2 * share, 1e-12)
    t: Floats = sums * np.sqrt(share * (patients - 2) / within)
    return t


def _largest_t(scaled: Floats, ways: Relabellings, progress: Progress) -> Floats:
    """The largest absolute t of each way; between ways only the sums differ, so these are compared."""
    largest = np.zeros(len(ways))
    for start in range(0, len(ways), _WAYS):
        members = ways.members(slice(start, start + _WAYS))
        for left in range(0, scaled.shape[1], _PIXELS):
            sums = members @ scaled[:, left : left + _PIXELS]
            most = np.maximum(sums.max(axis=1), -sums.min(axis=1))
            np.maximum(largest[start : start + _WAYS], most, out=largest[start : start + _WAYS])
        progress(min(start + _WAYS, len(ways)), len(ways), "permutations")
    return _t_of(largest, ways.first.shape[1], ways.patients)


def _largest_of_both(
    scaled: Floats, ways: Relabellings, enhance: Enhancement, shape: tuple[int, ...], progress: Progress
) -> tuple[Floats, Floats]:
    """The largest absolute t, and the largest after enhancement, of each way."""
    largest_t, largest_tfce = np.zeros(len(ways)), np.zeros(len(ways))
    held = max(1, min(_WAYS, _HELD // max(scaled.shape[1], 1)))
    for start in range(0, len(ways), held):
        sums = ways.members(slice(start, start + held)) @ scaled
        for place, t in enumerate(_t_of(sums, ways.first.shape[1], ways.patients), start=start):
            largest_t[place] = np.abs(t).max()
            largest_tfce[place] = np.abs(enhance(t.reshape(shape))).max()
        progress(min(start + held, len(ways)), len(ways), "permutations")
    return largest_t, largest_tfce


def _p_values(observed: Floats, largest: Floats, ways: Relabellings) -> Floats:
    """How often chance reaches as much anywhere in the map."""
    height = np.abs(observed)
    least = np.sort(largest)
    exceeding = len(least) - np.searchsorted(least, height * (1 - _EQUAL), side="left")
    return np.where(height > 0, ways.p_values(exceeding), 1.0)
