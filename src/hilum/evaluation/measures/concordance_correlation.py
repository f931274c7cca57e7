"""Lin's concordance correlation: whether two numbers lie on the line of equality."""

import math

import numpy as np

from hilum.evaluation.common.estimates import Estimate, Floats
from hilum.evaluation.measures.correlation import clustered_fisher_z, fisher_z
from hilum.evaluation.measures.errors_of_a_number import refuse_constant
from hilum.evaluation.measures.number_pairs import NumberPairs, Patients, from_sums


def concordance_correlation(value: Floats, truth: Floats, patient: Patients | None = None) -> Estimate:
    """Lin's concordance correlation: Pearson's, lowered by every shift and every change of scale.

    1 is perfect agreement, 0 none. Moments are divided by n, as in the paper. Interval by Fisher's z with
    Lin's variance as corrected in 2000; where patients repeat, with the standard error over patients left
    out one by one.

    Args:
        value: (n,) the reader's numbers.
        truth: (n,) the true numbers, in the same unit.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: a number is missing or infinite, there are fewer than 3 cases, or all true numbers are
            equal.

    Reference:
        Lin, Biometrics 1989; 45: 255-268; correction in Biometrics 2000; 56: 324-325.

    Example:
        >>> estimate = concordance_correlation(np.array([1.0, 2, 3, 5]), np.array([1.0, 3, 2, 4]))
        >>> round(estimate.value, 4), estimate.method
        (0.7857, 'lin_fisher_z')
    """
    pairs = NumberPairs.of(value, truth, patient, at_least=3)
    refuse_constant(pairs, of_reader=False)
    x, y = pairs.value - pairs.value.mean(), pairs.truth - pairs.truth.mean()
    size = max(float(np.abs(x).max()), float(np.abs(y).max()))
    x, y, shift = x / size, y / size, float(pairs.difference.mean()) / size
    var_x, var_y, together = float(np.mean(x * x)), float(np.mean(y * y)), float(np.mean(x * y))
    value_c = 2 * together / (var_x + var_y + shift**2)
    if pairs.patient is not None:
        return clustered_fisher_z(value_c, from_sums(pairs.without_each_patient())["ccc"])
    return fisher_z(value_c, _lin_error(var_x, var_y, together, shift, len(x)), "lin_fisher_z")


def _lin_error(var_x: float, var_y: float, together: float, shift: float, n: int) -> float:
    """Lin's standard error on Fisher's scale, written with the bias-correction factor in place of c / r."""
    product = math.sqrt(var_x * var_y)
    if product == 0:
        return math.nan
    whole = var_x + var_y + shift**2
    c, r, accuracy, u2 = 2 * together / whole, together / product, 2 * product / whole, shift**2 / product
    variance = (
        (1 - r**2) * accuracy**2 * (1 - c**2)
        + 2 * c**2 * accuracy * (1 - c) * u2
        - c**2 * accuracy**2 * u2**2 / 2
    ) / (n - 2)
    return math.sqrt(variance) / (1 - c**2) if variance > 0 and abs(c) < 1 else math.nan
