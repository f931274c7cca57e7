"""Means and medians of a number that every image has, the patient being the unit."""

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Difference, Floats, patient_codes


def patient_means(values: Floats, patient: NDArray[np.int64]) -> Floats:
    """The mean of each patient's images, missing ones left out; NaN where a patient has none.

    Args:
        values: (n,) numbers, NaN where missing.
        patient: (n,) codes.

    Returns:
        (patients,) means, patients in the order of their codes.

    Example:
        >>> patient_means(np.array([1.0, np.nan, 3.0, np.nan]), np.array([0, 0, 0, 1]))
        array([ 2., nan])
    """
    codes, count = patient_codes(patient)
    present = np.isfinite(values)
    total = np.bincount(codes, weights=np.where(present, values, 0.0), minlength=count)
    images = np.bincount(codes, weights=present, minlength=count)
    mean: Floats = np.divide(total, images, out=np.full(count, np.nan), where=images > 0)
    return mean


def mean_of_patients(values: Floats, weights: Floats | None = None) -> Floats:
    """The weighted mean over patients, missing ones left out.

    Args:
        values: (patients,) numbers, NaN where missing.
        weights: (b, patients); left out, every patient counts once.

    Returns:
        (b,) means, NaN where the weights leave no patient.

    Example:
        >>> mean_of_patients(np.array([1.0, 3.0, np.nan]), np.array([[1.0, 1, 1], [0, 2, 0]]))
        array([2., 3.])
    """
    present = np.isfinite(values)
    rows = np.ones((1, len(values))) if weights is None else weights
    counted = rows @ present.astype(np.float64)
    total = rows @ np.where(present, values, 0.0)
    mean: Floats = np.divide(total, counted, out=np.full(len(rows), np.nan), where=counted > 0)
    return mean


def median_of_patients(values: Floats, weights: Floats | None = None) -> Floats:
    """The median over patients that count a whole number of times, missing ones left out.

    With an even number of patients it is the mean of the two in the middle.

    Args:
        values: (patients,) numbers, NaN where missing.
        weights: (b, patients) whole numbers; left out, every patient counts once.

    Returns:
        (b,) medians, NaN where the weights leave no patient.

    Example:
        >>> median_of_patients(np.array([5.0, 1.0, 3.0, np.nan]), np.array([[1.0, 1, 1, 1], [1, 1, 0, 0]]))
        array([3., 3.])
    """
    present = np.flatnonzero(np.isfinite(values))
    order = present[np.argsort(values[present], kind="stable")]
    rows = np.ones((1, len(values))) if weights is None else weights
    if len(order) == 0:
        return np.full(len(rows), np.nan)
    reached = np.cumsum(rows[:, order], axis=1)
    total = reached[:, -1:]
    low = values[order][(reached > (total - 1) // 2).argmax(axis=1)]
    high = values[order][(reached > total // 2).argmax(axis=1)]
    median: Floats = np.where(total[:, 0] > 0, (low + high) / 2, np.nan)
    return median


def wilcoxon_signed_rank(differences: Floats) -> Difference:
    """Wilcoxon's signed-rank test of paired differences, two-sided.

    Differences of 0 are left out. Exact for 50 patients or fewer without ties, else by the normal
    approximation with correction for ties. The test asks whether the differences lie evenly around 0; it
    estimates no mean, so that difference and interval are None.

    Args:
        differences: (patients,) finite numbers.

    Raises:
        MeasureError: a difference is no finite number, or there are none.

    Reference:
        Wilcoxon, Biometrics Bulletin 1945; Hollander & Wolfe 1973, section 3.1 (R `wilcox.test`).

    Example:
        Depression scores of nine patients before and after (Hollander & Wolfe 1973, R `?wilcox.test`).

        >>> before = np.array([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30])
        >>> after = np.array([0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29])
        >>> round(wilcoxon_signed_rank(before - after).p, 5)
        0.03906
    """
    from scipy.stats import wilcoxon

    if len(differences) == 0 or not np.isfinite(differences).all():
        raise MeasureError(
            "Wilcoxon's test needs a difference of every patient: leave out missing ones first"
        )
    kept = np.round(differences, 12)
    kept = kept[kept != 0]
    if len(kept) == 0:
        return Difference(None, statistic=0.0, p=1.0, method="wilcoxon_signed_rank")
    tied = len(np.unique(np.abs(kept))) < len(kept)
    result = wilcoxon(kept, method="approx" if tied or len(kept) > 50 else "exact")
    return Difference(
        None, statistic=float(result.statistic), p=float(result.pvalue), method="wilcoxon_signed_rank"
    )
