"""Area under the ROC curve by DeLong's placements, in O(n log n).

One reader or several on the same cases.

With several cases of one patient the covariance is Obuchowski's (1997), which sums placements over
patients; with one case a patient it is DeLong's.
"""

import math

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import (
    Difference,
    Estimate,
    Floats,
    chi_squared_p,
    repeats_patients,
    wald,
    wald_difference,
)
from hilum.evaluation.common.placement_covariance import placement_covariance

Labels = NDArray[np.bool_] | NDArray[np.int64]
Patients = NDArray[np.int64]


def auroc(score: Floats, label: Labels, patient: Patients | None = None) -> Estimate:
    """Area under the ROC curve with DeLong's standard error and Wald interval.

    The interval is cut at 0 and 1, as pROC prints it.

    Ties of score count one half. The score may be any number of which higher means more likely positive;
    only its order counts. A decision (two values) gives one operating point, not an area: use the balanced
    accuracy.

    Args:
        score: (n,) finite numbers.
        label: (n,) true for cases with the condition.
        patient: (n,) code of the patient of each case, where patients may repeat.

    Raises:
        MeasureError: there are no cases with, or none without, the condition.

    Reference:
        DeLong et al., Biometrics 1988; Sun & Xu, IEEE Signal Processing Letters 2014; Obuchowski,
        Biometrics 1997.

    Example:
        >>> estimate = auroc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1]))
        >>> estimate.value, round(estimate.se, 4)
        (0.75, 0.3536)
    """
    areas, covariance = auroc_covariance(score[None, :], label, patient)
    method = "delong_clustered_wald" if repeats_patients(patient) else "delong_wald"
    return wald(float(areas[0]), math.sqrt(max(covariance[0, 0], 0.0)), method)


def auroc_difference(
    score_a: Floats, score_b: Floats, label: Labels, patient: Patients | None = None
) -> Difference:
    """AUROC of a minus AUROC of b on the same cases, with DeLong's paired test.

    Raises:
        MeasureError: as `auroc`.

    Example:
        >>> label = np.array([0, 0, 0, 1, 1, 1])
        >>> result = auroc_difference(np.arange(6.0), np.array([0.0, 3, 1, 2, 4, 5]), label)
        >>> round(result.difference, 4), round(result.p, 4)
        (0.1111, 0.4795)
    """
    areas, covariance = auroc_covariance(np.stack([score_a, score_b]), label, patient)
    variance = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    method = "delong_paired_clustered" if repeats_patients(patient) else "delong_paired"
    return wald_difference(float(areas[0] - areas[1]), _root(variance, covariance), method)


def compare_aurocs(scores: Floats, label: Labels, patient: Patients | None = None) -> Difference:
    """Whether k readers have the same AUROC on the same cases.

    Wald chi-squared with k - 1 degrees of freedom.

    Readers that can be written by others (a reader twice) lower the degrees of freedom. With a single case of
    one kind there is no test: statistic and p are None.

    Args:
        scores: (k, n) scores, one row a reader.
        label: (n,) true for cases with the condition.
        patient: (n,) patient codes where patients may repeat.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> label = rng.random(200) < 0.4
        >>> compare_aurocs(rng.random((3, 200)) + label * np.array([[1.0], [0.5], [0.0]]), label).df
        2.0
    """
    areas, covariance = auroc_covariance(scores, label, patient)
    contrast = np.eye(len(areas) - 1, len(areas)) - np.eye(len(areas) - 1, len(areas), 1)
    spread = contrast @ covariance @ contrast.T
    if not np.isfinite(spread).all():  # a single case of one kind has no variance
        return Difference(None, method="not_estimable")
    values, vectors = np.linalg.eigh(spread)
    kept = values > 1e-12 * max(float(values.max(initial=0.0)), 1e-300)
    if not kept.any():
        return Difference(None, p=1.0 if np.allclose(areas, areas[0]) else None, method="delong_k_readers")
    along = vectors[:, kept].T @ (contrast @ areas)
    statistic = float(np.sum(along**2 / values[kept]))
    df = float(kept.sum())
    return Difference(
        None, statistic=statistic, df=df, p=chi_squared_p(statistic, df), method="delong_k_readers"
    )


def auroc_covariance(scores: Floats, label: Labels, patient: Patients | None = None) -> tuple[Floats, Floats]:
    """AUROCs of k readers on the same cases and their (k, k) covariance.

    Raises:
        MeasureError: there are no cases with, or none without, the condition.

    Example:
        >>> areas, covariance = auroc_covariance(np.array([[0.1, 0.4, 0.35, 0.8]]), np.array([0, 0, 1, 1]))
        >>> areas, covariance.shape
        (array([0.75]), (1, 1))
    """
    positive = np.asarray(label).astype(np.bool_)
    above = np.stack([placements(score, positive) for score in scores])
    areas = above[:, positive].mean(axis=1)
    return areas, placement_covariance(above, areas, positive, patient)


def placements(score: Floats, positive: NDArray[np.bool_]) -> Floats:
    """For each case the share of the other class on the right side of it.

    DeLong's V10 and V01 in the cases' order.

    A positive gets the share of negatives with a lower score, a negative the share of positives with a
    higher one; ties count one half.

    Raises:
        MeasureError: one class is missing, or a score is not a number.

    Example:
        >>> placements(np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True]))
        array([1. , 0.5, 0.5, 1. ])
    """
    if positive.all() or not positive.any():
        raise MeasureError(
            "AUROC needs cases with and without the condition: these cases have one class only"
        )
    if not np.isfinite(score).all():
        raise MeasureError("AUROC needs a number for every case: leave out cases without a score first")
    high, low = np.sort(score[positive]), np.sort(score[~positive])
    share = np.empty(len(score))
    share[positive] = _share_below(low, score[positive])
    share[~positive] = 1.0 - _share_below(high, score[~positive])
    return share


def _share_below(ordered: Floats, values: Floats) -> Floats:
    # Sorted queries walk through memory in order: three times as fast at 100,000 cases. Equal values get
    # equal shares, so their order does not matter and the fastest sorting will do.
    order = np.argsort(values)
    queries = values[order]
    both = np.searchsorted(ordered, queries, "left") + np.searchsorted(ordered, queries, "right")
    share = np.empty(len(values))
    share[order] = both / (2.0 * len(ordered))
    return share


def _root(variance: float, covariance: Floats) -> float:
    if math.isnan(variance):
        return math.nan
    # The difference of nearly equal numbers: what is left below this is rounding, not chance.
    noise = 1e-13 * float(np.abs(covariance).max())
    return 0.0 if variance <= noise else math.sqrt(variance)
