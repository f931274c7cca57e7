"""Whether a measure differs between groups of patients, and by how much at most."""

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Difference, Floats, chi_squared_p

HETEROGENEITY = "subgroup_heterogeneity"
GAP = "largest_gap_bonferroni"


def cochran_heterogeneity(values: Floats, errors: Floats) -> Difference:
    """Cochran's Q: whether independent groups' estimates differ by more than chance.

    Args:
        values: (g,) estimate of each group.
        errors: (g,) their standard errors, above 0.

    Raises:
        MeasureError: fewer than two groups, or a standard error that is not above 0.

    Reference:
        Cochran, Biometrics 1954; 10: 101-129.

    Example:
        >>> result = cochran_heterogeneity(np.array([0.8, 0.7]), np.array([0.03, 0.04]))
        >>> round(result.statistic, 4), result.df, round(result.p, 4)
        (4.0, 1.0, 0.0455)
    """
    return heterogeneity(values, np.diag(np.asarray(errors, dtype=np.float64) ** 2))


def heterogeneity(values: Floats, covariance: Floats) -> Difference:
    """Whether groups' estimates differ, where patients may be in several groups.

    Wald's chi-squared of all differences; with independent groups it is Cochran's Q.
    It needs some thirty cases of each kind in every group: with fifteen, chance alone gives an AUROC p < 0.05
    in 6 to 9 of 100 cohorts.

    Args:
        values: (g,) estimate of each group.
        covariance: (g, g) their covariance.

    Raises:
        MeasureError: fewer than two groups, or a group without variance.

    Example:
        >>> heterogeneity(np.array([0.8, 0.8]), np.diag([0.01, 0.02])).p
        1.0
    """
    _check(values, covariance)
    contrast = np.eye(len(values) - 1, len(values)) - np.eye(len(values) - 1, len(values), 1)
    spread = contrast @ covariance @ contrast.T
    directions, vectors = np.linalg.eigh(spread)
    kept = directions > 1e-12 * float(np.diag(covariance).max())
    if not kept.any():
        return Difference(None)
    along = vectors[:, kept].T @ (contrast @ values)
    statistic = float(np.sum(along**2 / directions[kept]))
    df = float(kept.sum())
    p = chi_squared_p(statistic, df)
    return Difference(None, statistic=statistic, df=df, p=p, method=HETEROGENEITY)


def shares_heterogeneity(successes: Floats, totals: Floats) -> Difference:
    """Whether a share differs between groups of different patients: Pearson's chi-squared.

    Args:
        successes: (g,) successes in each group.
        totals: (g,) cases in each group, above 0.

    Raises:
        MeasureError: fewer than two groups, or an empty one.

    Reference:
        Pearson, Philosophical Magazine 1900.

    Example:
        >>> result = shares_heterogeneity(np.array([90.0, 70.0]), np.array([100.0, 100.0]))
        >>> round(result.statistic, 9), round(result.p, 6)
        (12.5, 0.000407)
    """
    if len(totals) < 2 or np.any(totals <= 0):
        raise MeasureError("shares of groups can be compared from two groups on, each with at least one case")
    share = float(successes.sum() / totals.sum())
    if share in {0.0, 1.0}:
        return Difference(None, statistic=0.0, df=float(len(totals) - 1), p=1.0, method=HETEROGENEITY)
    statistic = float(np.sum((successes - totals * share) ** 2 / (totals * share * (1 - share))))
    df = float(len(totals) - 1)
    p = chi_squared_p(statistic, df)
    return Difference(None, statistic=statistic, df=df, p=p, method=HETEROGENEITY)


def largest_gap(values: Floats, covariance: Floats) -> Difference:
    """The largest estimate minus the smallest, as one of all pairs of groups.

    The two groups were chosen because they are far apart, so the interval and p are those of the pair
    among all pairs of groups (Bonferroni). A gap is never below 0: the lower limit is cut there.

    Args:
        values: (g,) estimate of each group.
        covariance: (g, g) their covariance.

    Raises:
        MeasureError: fewer than two groups, or a group without variance.

    Reference:
        Dunn, JASA 1961.

    Example:
        >>> result = largest_gap(np.array([0.8, 0.7]), np.diag([0.0009, 0.0016]))
        >>> round(result.difference, 2), round(result.low, 3), round(result.high, 3)
        (0.1, 0.002, 0.198)
    """
    _check(values, covariance)
    pairs = len(list(combinations(range(len(values)), 2)))
    high, low = int(np.argmax(values)), int(np.argmin(values))
    gap = float(values[high] - values[low])
    variance = float(covariance[high, high] + covariance[low, low] - 2 * covariance[high, low])
    if high == low or variance <= 1e-12 * float(np.diag(covariance).max()):
        return Difference(gap)
    se = math.sqrt(variance)
    reach = -float(ndtri(0.025 / pairs)) * se
    p = min(1.0, pairs * 2 * float(ndtr(-gap / se)))
    return Difference(gap, max(0.0, gap - reach), gap + reach, se, gap / se, p=p, method=GAP)


def group_covariance(
    influences: Sequence[Floats], patients: Sequence[NDArray[np.int64]], *, count: int
) -> Floats:
    """Covariance of groups' estimates from the influences of their cases, summed over patients.

    A patient with cases in two groups (of two sites, say) makes their estimates depend on each other.

    Args:
        influences: For each group (cases,) influences.
        patients: For each group (cases,) patient codes below `count`.
        count: How many patients there are in all.

    Example:
        >>> own = [np.array([0.1, -0.1]), np.array([0.2])]
        >>> group_covariance(own, [np.array([0, 1]), np.array([1])], count=2).round(3)
        array([[ 0.02, -0.02],
               [-0.02,  0.04]])
    """
    sums = np.stack(
        [
            np.bincount(codes, weights=influence, minlength=count)
            for codes, influence in zip(patients, influences, strict=True)
        ]
    )
    covariance: Floats = sums.astype(np.float64) @ sums.T.astype(np.float64)
    return covariance


def _check(values: Floats, covariance: Floats) -> None:
    if len(values) < 2:
        raise MeasureError("a measure can be compared between groups from two groups on")
    spread = np.diag(covariance)
    if not (np.isfinite(values).all() and np.isfinite(covariance).all() and (spread > 0).all()):
        raise MeasureError(
            "groups without variation cannot be compared: leave out groups in which every case is right, or "
            "which are too small"
        )
