"""Fleiss' kappa: agreement of several readers on classes, beyond chance."""

import math

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Z95, Estimate, Floats, patient_sums, repeats_patients
from hilum.evaluation.measures.number_pairs import jackknife_se

Patients = NDArray[np.int64]


def fleiss_kappa(counts: NDArray[np.int64] | Floats, patient: Patients | None = None) -> Estimate:
    """Agreement of the same number of readers on every case, without regard to who said what.

    0 is agreement by chance, 1 perfect. The interval is Wald's with the standard error over patients left out
    one by one; `statistic` is the z of the test that kappa is 0 with the variance of Fleiss, Nee and Landis
    (given where every patient has one case).

    Args:
        counts: (n, classes) how many readers put each case into each class.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: a count is missing or below 0, cases were read by different numbers of readers or by
            fewer than two, or all put every case into one class.

    Reference:
        Fleiss, Psychological Bulletin 1971; 76: 378-382; Fleiss, Nee & Landis, Psychological Bulletin 1979;
        86: 974-977.

    Example:
        >>> round(fleiss_kappa(np.array([[3, 0], [2, 1], [0, 3], [0, 3]])).value, 4)
        0.6571
    """
    table, readers = _checked(counts)
    columns = np.column_stack([np.ones(len(table)), (table**2).sum(axis=1), table])
    sums = columns.sum(axis=0)
    value = float(_from_sums(sums[None], readers)[0])
    if not math.isfinite(value):
        raise MeasureError(
            "all readers put every case into the same class: agreement beyond chance is not defined there"
        )
    clustered = repeats_patients(patient)
    without = sums - patient_sums(columns.T, patient if clustered else None).T
    values = _from_sums(without, readers)
    # Leaving the only case of a second class out leaves nothing to agree on: such a sample says nothing.
    se = jackknife_se(values)
    z = None if clustered else _null_z(value, table, readers)
    if not se > 1e-12:
        return Estimate(value, statistic=z)
    low, high = max(-1.0, value - Z95 * se), min(1.0, value + Z95 * se)
    return Estimate(value, low, high, se, "fleiss_kappa_jackknife", z)


def _checked(counts: NDArray[np.int64] | Floats) -> tuple[Floats, int]:
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] < 2 or len(table) < 1:
        raise MeasureError(
            "Fleiss' kappa needs a table with one row a case and one column a class, two classes or more"
        )
    if not np.isfinite(table).all() or (table < 0).any():
        raise MeasureError("a count of the table is missing, infinite or below 0: correct it")
    readers = table.sum(axis=1)
    if np.ptp(readers) > 1e-9 or readers[0] < 2:
        raise MeasureError(
            f"the cases were read by {readers.min():g} to {readers.max():g} readers: Fleiss' kappa needs the "
            "same number, two or more, on every case; Krippendorff's alpha allows for gaps"
        )
    return table, round(float(readers[0]))


def _from_sums(sums: Floats, readers: int) -> Floats:
    """Kappa from sums over cases: how many, squared counts, counts of each class."""
    n = np.where(sums[:, 0] > 0, sums[:, 0], np.nan)
    observed = (sums[:, 1] / n - readers) / (readers * (readers - 1))
    expected = ((sums[:, 2:] / (n[:, None] * readers)) ** 2).sum(axis=1)
    left = 1 - expected
    result: Floats = np.divide(observed - expected, left, out=np.full_like(left, np.nan), where=left > 1e-12)
    return result


def _null_z(value: float, table: Floats, readers: int) -> float | None:
    p = table.sum(axis=0) / (len(table) * readers)
    spread = float(np.sum(p * (1 - p)))
    square = spread**2 - float(np.sum(p * (1 - p) * (1 - 2 * p)))
    variance = 2 * square / (len(table) * readers * (readers - 1) * spread**2)
    return value / math.sqrt(variance) if variance > 0 else None
