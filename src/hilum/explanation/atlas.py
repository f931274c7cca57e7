"""The atlas of two groups: mean maps, their difference, and where it is more than chance would bring.

One map a patient goes in, so that no patient counts twice. Beside the uncorrected t-test, as it is often
printed, stand three corrections for the number of pixels; a place is called significant by one of these.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.explanation.atlas_patients import GroupedMaps
from hilum.explanation.pixel_tests import PixelTest, pixel_t_test
from hilum.explanation.pixel_tests_false_discovery import false_discovery
from hilum.explanation.pixel_tests_permuted import PERMUTATIONS, PermutationTest, permutation_test
from hilum.progress import Progress, silent

LEVEL = 0.05
CORRECTIONS = ("benjamini_hochberg", "max_t", "tfce")


@dataclass(frozen=True)
class AtlasOptions:
    """How an atlas is tested.

    Attributes:
        permutations: how many groupings are drawn.
        seed: of the groupings drawn.
        level: below which p counts as significant.

    Example:
        >>> AtlasOptions().permutations
        1000
    """

    permutations: int = PERMUTATIONS
    seed: int = 0
    level: float = LEVEL


@dataclass(frozen=True)
class AtlasTests:
    """The tests of one pair of groups.

    Attributes:
        student: with equal variances, as in document and textbook.
        welch: with unequal variances.
        student_bh: Student's p after Benjamini and Hochberg.
        welch_bh: Welch's p after Benjamini and Hochberg.
        permuted: corrected by permutations of Student's t: largest t, and cluster enhancement.
    """

    student: PixelTest
    welch: PixelTest
    student_bh: NDArray[np.float64]
    welch_bh: NDArray[np.float64]
    permuted: PermutationTest

    @property
    def p_values(self) -> dict[str, NDArray[np.float64]]:
        """P-values of each way by name: uncorrected first, then the corrected ones."""
        permuted = self.permuted
        assert permuted.p_tfce is not None  # an atlas always asks for it
        return {
            "uncorrected": self.student.p,
            "uncorrected_welch": self.welch.p,
            "benjamini_hochberg": self.student_bh,
            "benjamini_hochberg_welch": self.welch_bh,
            "max_t": permuted.p_max_t,
            "tfce": permuted.p_tfce,
        }


@dataclass(frozen=True)
class Atlas:
    """Two groups of maps, averaged and compared.

    Attributes:
        first: the mean map of the first (positive) group.
        second: the mean map of the second group.
        n: patients of the first and the second group.
        tests: what the tests say; None where a group has fewer than two patients.
        options: how it was tested.
    """

    first: NDArray[np.float64]
    second: NDArray[np.float64]
    n: tuple[int, int]
    tests: AtlasTests | None
    options: AtlasOptions

    @property
    def difference(self) -> NDArray[np.float64]:
        """First mean minus second."""
        return self.first - self.second

    def significant(self, way: str) -> NDArray[np.bool_]:
        """Where p is below the level.

        Args:
            way: a name of `AtlasTests.p_values`.
        """
        if self.tests is None:
            return np.zeros(self.first.shape, dtype=np.bool_)
        below: NDArray[np.bool_] = self.tests.p_values[way] < self.options.level
        return below

    def share(self, way: str) -> float:
        """The share of tested pixels where p is below the level.

        Args:
            way: a name of `AtlasTests.p_values`.
        """
        tested = 0 if self.tests is None else int(self.tests.student.tested.sum())
        return float(self.significant(way).sum() / tested) if tested else 0.0


def make_atlas(maps: GroupedMaps, options: AtlasOptions | None = None, progress: Progress = silent) -> Atlas:
    """Average and compare two groups of maps.

    Args:
        maps: one map a patient, of two axes or three, with their groups.
        options: how it is tested.
        progress: told of the permutations.

    Returns:
        The atlas; without tests where a group has fewer than two patients.

    Raises:
        MeasureError: a group has no map, or a value is not finite.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> maps = rng.normal(size=(16, 6, 6))
        >>> maps[:8, :2] += 3
        >>> found = make_atlas(GroupedMaps(maps, np.arange(16) < 8), AtlasOptions(permutations=200))
        >>> found.significant("max_t")[:2].mean(), found.significant("max_t")[2:].mean()
        (np.float64(1.0), np.float64(0.0))
    """
    options = options or AtlasOptions()
    first, second = maps.of(first=True), maps.of(first=False)
    tests = None
    if min(len(first), len(second)) > 1:
        tests = _tests(first, second, options, progress)
    return Atlas(
        first.mean(axis=0, dtype=np.float64),
        second.mean(axis=0, dtype=np.float64),
        (len(first), len(second)),
        tests,
        options,
    )


def _tests(
    first: NDArray[Any], second: NDArray[Any], options: AtlasOptions, progress: Progress
) -> AtlasTests:
    student, welch = pixel_t_test(first, second), pixel_t_test(first, second, "unequal")
    permuted = permutation_test(
        first, second, options.permutations, options.seed, tfce=True, progress=progress
    )
    return AtlasTests(
        student,
        welch,
        false_discovery(student.p, student.tested),
        false_discovery(welch.p, welch.tested),
        permuted,
    )
