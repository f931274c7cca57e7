"""Several readers in one condition or two: Obuchowski-Rockette analysis, Hillis' degrees of freedom."""

import math

import numpy as np
from scipy.special import stdtr, stdtrit

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Difference, Estimate, Floats, wald_difference
from hilum.evaluation.comparisons.reader_table import ReaderTable


def obuchowski_rockette(first: Floats, second: Floats, cov2: float, cov3: float) -> Difference:
    """Mean measure of condition one minus condition two over readers, readers and cases being random.

    Args:
        first: (readers,) the measure (usually AUROC) of each reader in condition one.
        second: (readers,) the same readers in condition two.
        cov2: Covariance between different readers in the same condition.
        cov3: Covariance between different readers in different conditions.

    Raises:
        MeasureError: there are fewer than two readers, or not the same number in both conditions.

    Reference:
        Obuchowski & Rockette 1995; Hillis, Statistics in Medicine 2007; 26: 596-619.

    Example:
        >>> first = np.array([0.91964573, 0.85877617, 0.90386473, 0.97310789, 0.82979066])
        >>> second = np.array([0.94782609, 0.90531401, 0.92173913, 0.99935588, 0.92995169])
        >>> result = obuchowski_rockette(first, second, 0.00033952653, 0.00023584965)
        >>> round(result.difference, 8), round(result.df, 4)
        (-0.04380032, 15.0661)
    """
    if len(first) != len(second) or len(first) < 2:
        raise MeasureError("the same two readers or more are needed in both conditions")
    readers = len(first)
    change = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    # With two conditions the mean square of the interaction is half the variance of the readers' differences.
    interaction = _above_rounding(float(change.var(ddof=1)) / 2, float(np.abs(first).max()))
    error = interaction + max(readers * (cov2 - cov3), 0.0)
    df = _hillis(error, interaction, readers)
    return t_difference(float(change.mean()), math.sqrt(2 * error / readers), df, "obuchowski_rockette")


def compare_conditions(table: ReaderTable) -> Difference:
    """The same from the readers' table: mean of condition one minus that of condition two.

    Readers and cases are random: the result speaks of readers like these.

    Raises:
        MeasureError: there are not exactly two conditions, or fewer than two readers.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> from hilum.evaluation.comparisons.reader_table import mean_table
        >>> right = rng.random((2, 4, 50)) < np.array([0.9, 0.7])[:, None, None]
        >>> compare_conditions(mean_table(right.astype(float))).method
        'obuchowski_rockette'
    """
    _refuse_other_than_two(table)
    if not table.estimable:
        return Difference(float(table.values[0].mean() - table.values[1].mean()))
    return obuchowski_rockette(table.values[0], table.values[1], table.cov2, table.cov3)


def compare_conditions_fixed_readers(table: ReaderTable) -> Difference:
    """Mean of condition one minus that of condition two over these very readers; only cases are random.

    Raises:
        MeasureError: there are not exactly two conditions, or fewer than two readers.

    Reference:
        Hillis, Statistics in Medicine 2007; 26: 596-619 (random cases, fixed readers).

    Example:
        >>> table = ReaderTable(np.array([[0.9, 0.8], [0.8, 0.8]]), 0.001 * np.eye(4).reshape(2, 2, 2, 2))
        >>> round(compare_conditions_fixed_readers(table).se, 4)
        0.0316
    """
    _refuse_other_than_two(table)
    difference, readers = float(table.values[0].mean() - table.values[1].mean()), table.values.shape[1]
    if not table.estimable:
        return Difference(difference)
    between = max((readers - 1) * (table.cov2 - table.cov3), 0.0)
    variance = max(2 / readers * (table.error - table.cov1 + between), 0.0)
    return wald_difference(difference, math.sqrt(variance), "obuchowski_rockette_fixed_readers")


def readers_mean(table: ReaderTable, *, low: float = 0.0, high: float = 1.0) -> Estimate:
    """Mean of a measure over readers in one condition, readers and cases being random.

    Args:
        table: Readers in one condition.
        low: Lower bound of the measure, at which the interval is cut.
        high: Upper bound.

    Raises:
        MeasureError: there is more than one condition, or fewer than two readers.

    Reference:
        Hillis, Statistics in Medicine 2007; 26: 596-619, section 5.3.

    Example:
        >>> table = ReaderTable(np.array([[0.9, 0.8, 0.85]]), 0.001 * np.eye(3).reshape(1, 3, 1, 3))
        >>> round(readers_mean(table).value, 2), readers_mean(table).df
        (0.85, 2.0)
    """
    result = _single(table, "obuchowski_rockette_mean")
    if result.low is None or result.high is None:
        return Estimate(result.difference)
    return Estimate(
        result.difference,
        max(low, result.low),
        min(high, result.high),
        result.se,
        result.method,
        df=result.df,
    )


def against_readers_mean(table: ReaderTable) -> Difference:
    """The first reader (a program) minus the mean of all others, these and the cases being random.

    The first reader is fixed: the question is about this program and about readers like these.

    Args:
        table: One condition; the program first, then two readers or more.

    Raises:
        MeasureError: there is more than one condition, or fewer than two readers beside the first.

    Reference:
        Hillis, Statistics in Medicine 2007; 26: 596-619, section 5.3; Hupse et al., European Radiology 2013;
        23: 93-100; Chakraborty, Observer Performance Methods for Diagnostic Imaging 2017, chapter 22.

    Example:
        >>> table = ReaderTable(np.array([[0.9, 0.8, 0.85]]), 0.001 * np.eye(3).reshape(1, 3, 1, 3))
        >>> result = against_readers_mean(table)
        >>> round(result.difference, 3), round(result.df, 1)
        (0.075, 6.8)
    """
    if table.values.shape[1] < 3:
        raise MeasureError("a program is set against the mean of two readers or more: there are fewer")
    return _single(table.against_first(), "obuchowski_rockette_single")


def t_difference(
    difference: float, se: float, df: float, method: str, scale: str = "difference"
) -> Difference:
    """A difference with the interval and the two-sided p of Student's t; of the normal where df is infinite.

    A standard error of 0 with a difference other than 0 gives no p: the data hold no variation to measure
    chance by.

    Example:
        >>> result = t_difference(-0.0438003221, 0.0206825048, 15.06610794, "obuchowski_rockette")
        >>> round(result.p, 6)
        0.051233
    """
    if not (math.isfinite(difference) and math.isfinite(se)):
        return Difference(None)
    if se == 0:
        p = 1.0 if difference == 0 else None
        return Difference(difference, difference, difference, 0.0, p=p, method=method, scale=scale)
    statistic = difference / se
    endless = not math.isfinite(df)
    reach = (1.959963984540054 if endless else float(stdtrit(df, 0.975))) * se
    p = float(2 * stdtr(df, -abs(statistic)))
    low, high = difference - reach, difference + reach
    return Difference(difference, low, high, se, statistic, None if endless else df, p, method, scale)


def _single(table: ReaderTable, method: str) -> Difference:
    conditions, readers = table.values.shape
    if conditions != 1 or readers < 2:
        raise MeasureError("the mean over readers needs two readers or more in one condition")
    mean = float(table.values.mean())
    if not table.estimable:
        return Difference(mean)
    spread = _above_rounding(float(table.values[0].var(ddof=1)), float(np.abs(table.values).max()))
    error = spread + max(readers * table.cov2, 0.0)
    return t_difference(mean, math.sqrt(error / readers), _hillis(error, spread, readers), method)


def _above_rounding(variance: float, size: float) -> float:
    """The variance of the readers, 0 where it is no more than rounding of numbers of this size."""
    return 0.0 if variance <= (1e-13 * size) ** 2 else variance


def _hillis(error: float, mean_square: float, readers: int) -> float:
    """Hillis' degrees of freedom; without any spread of the readers only the many cases count."""
    return error**2 / (mean_square**2 / (readers - 1)) if mean_square > 0 else math.inf


def _refuse_other_than_two(table: ReaderTable) -> None:
    if table.values.shape[0] != 2 or table.values.shape[1] < 2:
        raise MeasureError("the same two readers or more are needed in both of two conditions")
