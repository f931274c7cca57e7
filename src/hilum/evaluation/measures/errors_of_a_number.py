"""How far a reader's numbers are from the true ones: mean absolute, root mean square, share explained."""

import math

import numpy as np

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Z95, Estimate, Floats, patient_sums, wald
from hilum.evaluation.measures.number_pairs import NumberPairs, Patients, from_sums, jackknife_se


def mean_absolute_error(value: Floats, truth: Floats, patient: Patients | None = None) -> Estimate:
    """Mean distance between the reader's number and the true one, in their unit; 0 is perfect.

    Args:
        value: (n,) the reader's numbers.
        truth: (n,) the true numbers, in the same unit.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: a number is missing or infinite, or there are no cases.

    Reference:
        Willmott & Matsuura, Climate Research 2005.

    Example:
        >>> round(mean_absolute_error(np.array([1.0, 2.0, 4.0]), np.array([1.0, 3.0, 2.0])).value, 4)
        1.0
    """
    pairs = NumberPairs.of(value, truth, patient)
    distance = np.abs(pairs.difference)
    mean = float(distance.mean())
    sums = patient_sums((distance - mean) / len(distance), pairs.patient)
    if len(sums) < 2 or not sums.any():
        return Estimate(mean)
    se = math.sqrt(float(np.sum(sums**2)) * len(sums) / (len(sums) - 1))
    method = "influence_wald" if pairs.patient is None else "cluster_robust_wald"
    return wald(mean, se, method, high=math.inf)


def root_mean_squared_error(value: Floats, truth: Floats, patient: Patients | None = None) -> Estimate:
    """Square root of the mean squared distance, in the numbers' unit; large errors count most.

    The interval is made on the scale of the logarithm, with the standard error over patients left out one
    by one.

    Raises:
        MeasureError: a number is missing or infinite, or there are no cases.

    Reference:
        Willmott & Matsuura, Climate Research 2005.

    Example:
        >>> round(root_mean_squared_error(np.array([1.0, 2.0, 4.0]), np.array([1.0, 3.0, 2.0])).value, 4)
        1.291
    """
    pairs = NumberPairs.of(value, truth, patient)
    mean = math.sqrt(float(np.mean(pairs.difference**2)))
    without = from_sums(pairs.without_each_patient())["rmse"]
    error = _log_se(without)
    if mean == 0 or error is None:
        return Estimate(mean)
    reach = math.exp(Z95 * error)
    return Estimate(mean, mean / reach, mean * reach, mean * error, "jackknife_log_wald")


def r_squared(value: Floats, truth: Floats, patient: Patients | None = None) -> Estimate:
    """Coefficient of determination: 1 - squared errors over the truth's squared distances from its mean.

    1 is perfect, 0 no better than always giving the mean of these cases, below 0 worse than that. It is
    not the square of the correlation, which forgives a wrong scale. The interval is made on the logarithm of
    the share not explained.

    Raises:
        MeasureError: a number is missing or infinite, there are fewer than 3 cases, or all true numbers are
            equal.

    Reference:
        Kvalseth, The American Statistician 1985 (its first form).

    Example:
        >>> round(r_squared(np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0])).value, 4)
        0.5
    """
    pairs = NumberPairs.of(value, truth, patient, at_least=3)
    refuse_constant(pairs, of_reader=False)
    whole = float(np.sum((pairs.truth - pairs.truth.mean()) ** 2))
    missed = float(np.sum(pairs.difference**2)) / whole
    error = _log_se(1 - from_sums(pairs.without_each_patient())["r2"])
    if missed == 0 or error is None:
        return Estimate(1 - missed)
    reach = math.exp(Z95 * error)
    return Estimate(1 - missed, 1 - missed * reach, 1 - missed / reach, missed * error, "jackknife_log_wald")


def refuse_constant(pairs: NumberPairs, *, of_reader: bool = True) -> None:
    """Refuse numbers that are all equal, the truth's and (unless told otherwise) the reader's.

    Raises:
        MeasureError: all are equal.

    Example:
        >>> refuse_constant(NumberPairs.of(np.array([2.0, 2.0]), np.array([1.0, 3.0])))
        Traceback (most recent call last):
        hilum.errors.MeasureError: all 2 numbers of the reader are 2: without variation this measure is not
        defined
    """
    checked = (("truth", pairs.truth), ("reader", pairs.value))
    for whose, numbers in checked if of_reader else checked[:1]:
        if np.ptp(numbers) == 0:
            raise MeasureError(
                f"all {len(numbers)} numbers of the {whose} are {numbers[0]:g}: without variation this "
                "measure is not defined"
            )


def _log_se(without: Floats) -> float | None:
    if len(without) < 2 or not np.isfinite(without).all() or (without <= 0).any():
        return None
    error = jackknife_se(np.log(without))
    return error if error > 0 else None
