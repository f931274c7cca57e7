"""Intraclass correlation of two readers or more: absolute agreement of single readings."""

import math

import numpy as np
from scipy.stats import f as f_distribution

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Estimate, Floats, patient_sums, repeats_patients
from hilum.evaluation.measures.correlation import clustered_fisher_z
from hilum.evaluation.measures.number_pairs import Patients


def intraclass_correlation(readings: Floats, patient: Patients | None = None) -> Estimate:
    """ICC(A,1), also called ICC(2,1): two-way random effects, absolute agreement, single reading.

    The share of the variance of readings that is due to the cases; constant differences between readers
    count against it. Interval from the F distribution with Satterthwaite's degrees of freedom: it speaks of
    readers like these, and is wide where few readers differ by a constant. Where patients repeat, by Fisher's
    z with the standard error over patients left out one by one, which speaks of these very readers.

    Args:
        readings: (n, readers) numbers, none missing.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: there are fewer than 3 cases or 2 readers, a number is missing or infinite, or all are
            equal.

    Reference:
        McGraw & Wong, Psychological Methods 1996; Shrout & Fleiss, Psychological Bulletin 1979.

    Example:
        >>> shrout_and_fleiss = np.array(
        ...     [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7.0]]
        ... )
        >>> estimate = intraclass_correlation(shrout_and_fleiss)
        >>> round(estimate.value, 3), round(estimate.low, 3), round(estimate.high, 3)
        (0.29, 0.019, 0.761)
    """
    table = _checked(readings)
    table = table / np.abs(table).max()
    columns = _columns(table)
    sums = columns.sum(axis=0)
    value = float(_from_sums(sums[None], table.shape[1])[0])
    if not math.isfinite(value):
        return Estimate(None)
    if repeats_patients(patient):
        without = sums - patient_sums(columns.T, patient).T
        return clustered_fisher_z(value, _from_sums(without, table.shape[1]))
    return _with_interval(value, table)


def _checked(readings: Floats) -> Floats:
    table = np.asarray(readings, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] < 3 or table.shape[1] < 2:
        raise MeasureError(
            "an intraclass correlation needs at least 3 cases, each read by the same 2 readers or more: give "
            "a table with one row a case and one column a reader"
        )
    broken = int(np.sum(~np.isfinite(table)))
    if broken:
        raise MeasureError(f"{broken} readings are missing or infinite: leave such cases out first")
    if np.ptp(table) == 0:
        raise MeasureError(
            f"all readings are {table[0, 0]:g}: without variation an intraclass correlation is not defined"
        )
    centred: Floats = table - table.mean()
    return centred


def _columns(table: Floats) -> Floats:
    """(n, 3 + readers) what each case adds: itself, its squares, the square of its sum, its readings."""
    ones = np.ones(len(table))
    return np.column_stack([ones, (table**2).sum(axis=1), table.sum(axis=1) ** 2, table])


def _mean_squares(sums: Floats, readers: int) -> tuple[Floats, Floats, Floats]:
    """Mean squares between cases, between readers, and of the rest; NaN where fewer than 2 cases are left."""
    n = np.where(sums[:, 0] > 1, sums[:, 0], np.nan)
    grand = sums[:, 3:].sum(axis=1) ** 2 / (n * readers)
    cases = sums[:, 2] / readers - grand
    judges = (sums[:, 3:] ** 2).sum(axis=1) / n - grand
    rest = sums[:, 1] - grand - cases - judges
    # What is left below rounding error of the whole is nothing.
    rest = np.where(rest > 1e-12 * sums[:, 1], rest, 0.0)
    return cases / (n - 1), judges / (readers - 1), rest / ((n - 1) * (readers - 1))


def _from_sums(sums: Floats, readers: int) -> Floats:
    cases, judges, rest = _mean_squares(sums, readers)
    bottom = cases + (readers - 1) * rest + readers * (judges - rest) / sums[:, 0]
    result: Floats = np.divide(cases - rest, bottom, out=np.full_like(bottom, np.nan), where=bottom > 0)
    result[result > 1] = 1.0
    return result


def _with_interval(value: float, table: Floats) -> Estimate:
    """McGraw & Wong's limits (case 2A, absolute agreement)."""
    n, k = table.shape
    squares = _mean_squares(_columns(table).sum(axis=0)[None], k)
    cases, judges, rest = (float(square[0]) for square in squares)
    if value >= 1 or judges + rest == 0:
        return Estimate(value)
    a, b = k * value / (n * (1 - value)), 1 + k * value * (n - 1) / (n * (1 - value))
    bottom = (a * judges) ** 2 / (k - 1) + (b * rest) ** 2 / ((n - 1) * (k - 1))
    if bottom == 0:
        return Estimate(value)
    df = (a * judges + b * rest) ** 2 / bottom
    if df <= 0:
        return Estimate(value)
    down, up = float(f_distribution.ppf(0.975, n - 1, df)), float(f_distribution.ppf(0.975, df, n - 1))
    spread = k * judges + (k * n - k - n) * rest
    low = n * (cases - down * rest) / (down * spread + n * cases)
    high = n * (up * cases - rest) / (spread + n * up * cases)
    if not (math.isfinite(low) and math.isfinite(high)):
        return Estimate(value)
    return Estimate(value, low, min(1.0, high), None, "mcgraw_wong_f", df=df)
