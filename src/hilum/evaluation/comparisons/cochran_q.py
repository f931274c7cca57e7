"""Three readers or more deciding on the same cases: whether all are right equally often."""

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import (
    Difference,
    Floats,
    chi_squared_p,
    patient_sums,
    repeats_patients,
)


def cochran_q(
    right: NDArray[np.bool_] | NDArray[np.int64], patient: NDArray[np.int64] | None = None
) -> Difference:
    """Whether k readers are right equally often on the same cases, chi-squared with k - 1 degrees of freedom.

    Cases that all readers call alike say nothing of the difference; where there are no others, p is 1. With
    two readers it is McNemar's test without continuity correction. Where patients repeat, a Wald test with
    the covariance summed over patients takes its place (`cochran_q_clustered`).

    Args:
        right: (k, n) whether each reader called each case rightly.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: there are fewer than two readers, or no cases.

    Reference:
        Cochran, Biometrika 1950; 37: 256-266. Clustered: Liang & Zeger, Biometrika 1986.

    Example:
        >>> right = np.array([[1, 1, 1, 1, 0, 1], [1, 0, 1, 1, 0, 1], [0, 0, 1, 0, 0, 1]]) == 1
        >>> result = cochran_q(right)
        >>> round(result.statistic, 4), result.df, round(result.p, 4)
        (4.6667, 2.0, 0.097)
    """
    table = np.asarray(right).astype(np.float64)
    if table.ndim != 2 or table.shape[0] < 2 or table.shape[1] == 0:
        raise MeasureError(
            "Cochran's Q needs two readers or more and at least one case that all of them read"
        )
    if repeats_patients(patient):
        assert patient is not None
        return _clustered(table, patient)
    readers = len(table)
    of_reader, of_case = table.sum(axis=1), table.sum(axis=0)
    total = float(of_reader.sum())
    above = (readers - 1) * (readers * float(np.sum(of_reader**2)) - total**2)
    below = readers * total - float(np.sum(of_case**2))
    statistic = above / below if below > 0 else 0.0
    return _test(statistic, readers - 1, "cochran_q")


def _clustered(table: Floats, patient: NDArray[np.int64]) -> Difference:
    share = table.mean(axis=1)
    sums = patient_sums(table - share[:, None], patient)
    clusters = sums.shape[1]
    if clusters < 2:
        return Difference(None)
    covariance = sums @ sums.T * clusters / (clusters - 1) / table.shape[1] ** 2
    contrast = np.eye(len(share) - 1, len(share)) - np.eye(len(share) - 1, len(share), 1)
    values, vectors = np.linalg.eigh(contrast @ covariance @ contrast.T)
    kept = values > 1e-12 * max(float(values.max(initial=0.0)), 1e-12)
    if not kept.any():
        return (
            Difference(None, p=1.0, method="cochran_q_clustered") if np.ptp(share) == 0 else Difference(None)
        )
    along = vectors[:, kept].T @ (contrast @ share)
    return _test(float(np.sum(along**2 / values[kept])), int(kept.sum()), "cochran_q_clustered")


def _test(statistic: float, df: int, method: str) -> Difference:
    return Difference(None, statistic=statistic, df=float(df), p=chi_squared_p(statistic, df), method=method)
