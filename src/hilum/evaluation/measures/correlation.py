"""Pearson's correlation of a reader's numbers with the true ones."""

import math

import numpy as np

from hilum.evaluation.common.estimates import Z95, Estimate, Floats
from hilum.evaluation.measures.errors_of_a_number import refuse_constant
from hilum.evaluation.measures.number_pairs import NumberPairs, Patients, from_sums, jackknife_se

# Nearer to 1 than this, a correlation is 1 up to rounding.
EDGE = 1e-12


def pearson(value: Floats, truth: Floats, patient: Patients | None = None) -> Estimate:
    """Correlation of two numbers: whether they lie on a line, which need not be the line of equality.

    A reader that is always 10 too high, or gives half of everything, has a correlation of 1: see the
    concordance correlation for agreement. Interval by Fisher's z; where patients repeat, with the standard
    error over patients left out one by one.

    Args:
        value: (n,) the reader's numbers.
        truth: (n,) the true numbers.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: a number is missing or infinite, there are fewer than 3 cases, or all numbers of one
            side are equal.

    Reference:
        Fisher, Metron 1921.

    Example:
        >>> estimate = pearson(np.array([1.0, 2.0, 3.0, 5.0]), np.array([1.0, 3.0, 2.0, 4.0]))
        >>> round(estimate.value, 4), round(estimate.low, 3), round(estimate.high, 3)
        (0.8315, -0.645, 0.996)
    """
    pairs = NumberPairs.of(value, truth, patient, at_least=3)
    refuse_constant(pairs)
    x, y = pairs.value - pairs.value.mean(), pairs.truth - pairs.truth.mean()
    x, y = x / np.abs(x).max(), y / np.abs(y).max()
    correlation = float(np.clip(x @ y / math.sqrt(float(x @ x) * float(y @ y)), -1, 1))
    if pairs.patient is None:
        error = 1 / math.sqrt(len(x) - 3) if len(x) > 3 else math.nan
        return fisher_z(correlation, error, "fisher_z")
    return clustered_fisher_z(correlation, from_sums(pairs.without_each_patient())["pearson"])


def clustered_fisher_z(value: float, without: Floats) -> Estimate:
    """Interval of a correlation on Fisher's scale, from its values without each patient.

    Example:
        >>> clustered_fisher_z(0.5, np.array([0.4, 0.5, 0.6])).method
        'fisher_z_clustered'
    """
    inside = np.isfinite(without).all() and (np.abs(without) < 1 - EDGE).all()
    error = jackknife_se(np.arctanh(without)) if inside else math.nan
    return fisher_z(value, error, "fisher_z_clustered")


def fisher_z(value: float, error: float, method: str) -> Estimate:
    """Interval of a correlation from its standard error on Fisher's scale; none for a correlation of 1 or -1.

    Example:
        >>> round(fisher_z(0.5, 0.1, "fisher_z").high, 4)
        0.6323
    """
    if abs(value) >= 1 - EDGE:
        # An intraclass correlation of very few cases may lie below -1.
        return Estimate(value if value < -1 - EDGE else float(np.sign(value)))
    if not error > EDGE:
        return Estimate(value)
    middle = math.atanh(value)
    low, high = math.tanh(middle - Z95 * error), math.tanh(middle + Z95 * error)
    return Estimate(value, low, high, (1 - value**2) * error, method)
