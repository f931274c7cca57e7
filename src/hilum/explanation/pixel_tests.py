"""Two groups of maps compared pixel by pixel: Student's and Welch's independent t-test, and effect sizes.

One map a patient. Document after document prints `p < 0.05` of such a test without correction, which is true
of one pixel in twenty where the groups do not differ at all: the corrections stand in
`pixel_tests_false_discovery`, `pixel_tests_permuted` and `pixel_tests_clusters`.
"""

from dataclasses import dataclass
from math import exp, lgamma, sqrt
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from hilum.errors import MeasureError

Floats = NDArray[np.float64]
_BLOCK = 32_768  # pixels that are looked at together, so that volumes need no second copy in memory


@dataclass(frozen=True)
class PixelTest:
    """What an independent t-test says of each pixel; all arrays have the shape of one map.

    Attributes:
        variances: `equal` (Student's test) or `unequal` (Welch's).
        n: how many maps the first and the second group have.
        difference: mean of the first group minus mean of the second.
        t: t statistic, positive where the first group is higher; 0 where it is not defined.
        df: degrees of freedom.
        p: two-sided p-value, not corrected for the number of pixels; 1 where t is not defined.
        cohens_d: the difference in pooled standard deviations; 0 where t is not defined.
        hedges_g: the same, corrected for small groups.
        tested: False where all maps have one and the same value, so that there is nothing to test.

    Example:
        >>> found = pixel_t_test(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [4.0], [6.0]]))
        >>> found.untested, found.df.tolist()
        (0, [4.0])
    """

    variances: str
    n: tuple[int, int]
    difference: Floats
    t: Floats
    df: Floats
    p: Floats
    cohens_d: Floats
    hedges_g: Floats
    tested: NDArray[np.bool_]

    @property
    def untested(self) -> int:
        """In how many pixels all maps have one and the same value."""
        return int((~self.tested).sum())


def pixel_t_test(
    first: NDArray[Any], second: NDArray[Any], variances: Literal["equal", "unequal"] = "equal"
) -> PixelTest:
    """Independent t-test in each pixel or voxel.

    Args:
        first: (n1, ...) maps of one group, one a patient, such as (n1, rows, columns) or (n1, slices, rows,
            columns).
        second: (n2, ...) maps of the other group, of the same size.
        variances: `equal` is Student's test, `unequal` Welch's (Biometrika 1947).

    Returns:
        Statistic, p-value and effect size of each pixel. Where all maps have one and the same value nothing
        is tested: t is 0, p is 1. Where each group has one value and these differ, t is infinite and p is 0.

    Raises:
        MeasureError: a group has fewer than two maps, the sizes differ, or a value is not finite.

    Example:
        >>> found = pixel_t_test(np.array([[1.0, 0], [2, 0], [3, 0]]), np.array([[2.0, 0], [4, 0], [6, 0]]))
        >>> found.t.round(4).tolist(), found.p.round(4).tolist(), found.untested
        ([-1.5492, 0.0], [0.1963, 1.0], 1)
    """
    _refuse(first, second)
    n = (len(first), len(second))
    flat = (first.reshape(n[0], -1), second.reshape(n[1], -1))
    pixels = flat[0].shape[1]
    columns = {name: np.empty(pixels) for name in ("difference", "t", "df", "p", "cohens_d")}
    tested = np.empty(pixels, dtype=np.bool_)
    for start in range(0, pixels, _BLOCK):
        block = slice(start, start + _BLOCK)
        found, tested[block] = _block(flat[0][:, block], flat[1][:, block], equal=variances == "equal")
        for name, values in found.items():
            columns[name][block] = values
    shape = first.shape[1:]
    shaped = {name: values.reshape(shape) for name, values in columns.items()}
    hedges = shaped["cohens_d"] * small_sample_factor(n[0] + n[1] - 2)
    return PixelTest(variances, n, **shaped, hedges_g=hedges, tested=tested.reshape(shape))


def small_sample_factor(df: int) -> float:
    """What turns Cohen's d into Hedges' g (Hedges 1981), exact.

    Args:
        df: degrees of freedom, at least 2.

    Example:
        >>> round(small_sample_factor(10), 4)
        0.9227
    """
    return exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)


def _refuse(first: NDArray[Any], second: NDArray[Any]) -> None:
    if min(len(first), len(second)) < 2:
        raise MeasureError(
            f"groups of {len(first)} and {len(second)} patients cannot be tested: each needs at least two"
        )
    if first.shape[1:] != second.shape[1:] or first[0].size == 0:
        raise MeasureError(
            f"maps of {first.shape[1:]} and of {second.shape[1:]} pixels cannot be compared: bring them to "
            "one grid"
        )
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise MeasureError("a map holds values that are no finite numbers: mend or leave out that map")


def _block(first: NDArray[Any], second: NDArray[Any], *, equal: bool) -> tuple[dict[str, Floats], Any]:
    """The same for some pixels."""
    a, b = first.astype(np.float64), second.astype(np.float64)
    n1, n2 = len(a), len(b)
    difference = a.mean(axis=0) - b.mean(axis=0)
    one, other = a.var(axis=0, ddof=1), b.var(axis=0, ddof=1)
    # The mean of equal numbers may differ from them in the last digit: what is constant is seen as such.
    fixed = (np.ptp(a, axis=0) == 0, np.ptp(b, axis=0) == 0)
    one[fixed[0]], other[fixed[1]] = 0, 0
    tested = ~(fixed[0] & fixed[1] & (a[0] == b[0]))
    pooled = ((n1 - 1) * one + (n2 - 1) * other) / (n1 + n2 - 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        if equal:
            spread, df = np.sqrt(pooled * (1 / n1 + 1 / n2)), np.full(len(pooled), n1 + n2 - 2.0)
        else:
            parts = (one / n1, other / n2)
            spread = np.sqrt(parts[0] + parts[1])
            df = (parts[0] + parts[1]) ** 2 / (parts[0] ** 2 / (n1 - 1) + parts[1] ** 2 / (n2 - 1))
            df = np.where(np.isfinite(df), df, n1 + n2 - 2.0)
        t = np.where(tested, difference / spread, 0.0)
        d = np.where(tested, difference / np.sqrt(pooled), 0.0)
    p = np.where(tested, 2 * stdtr(df, -np.abs(t)), 1.0)
    difference = np.where(tested, difference, 0.0)
    return {"difference": difference, "t": t, "df": df, "p": p, "cohens_d": d}, tested
