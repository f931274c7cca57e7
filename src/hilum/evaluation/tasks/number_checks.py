"""What may be wrong with a reader's numbers: another unit, no variation, errors that grow with the size."""

from collections.abc import Mapping

import numpy as np

from hilum.evaluation.common.estimates import Estimate, Floats
from hilum.evaluation.ledger import Work

# Between units in medicine: powers of ten, inch, mg/dL of glucose, cholesterol and creatinine in SI units.
UNIT_FACTORS = (10.0, 18.0, 25.4, 38.67, 88.4, 100.0, 1000.0, 10000.0, 1_000_000.0)
NEAR, NARROW = 0.1, 0.25
FEW = 10
FEWEST_FOR_A_SLOPE = 4
NORMAL_QUANTILE = 1.959964


def warn_of_numbers(
    work: Work, where: tuple[str, str], value: Floats, truth: Floats, found: Mapping[str, Estimate]
) -> None:
    """Warn of what a clinician should look at before believing the numbers.

    Args:
        work: Where warnings are written down.
        where: Reader and part.
        value: (n,) the reader's numbers.
        truth: (n,) the true numbers.
        found: What was measured.
    """
    reader, part = where
    factor = unit_factor(value, truth)
    if factor is not None:
        said = f"{factor:g} times" if factor > 1 else f"1 / {1 / factor:g} of"
        work.ledger.warn(
            "perhaps_another_unit",
            f"the numbers of {reader} in {part} are about {said} the true ones: perhaps they are in another "
            "unit; nothing was converted",
            len(value),
        )
    if len(value) < FEW:
        work.ledger.warn(
            "few_cases",
            f"only {len(value)} cases of {part} have a number of {reader}: intervals are rough",
            len(value),
        )
    slope = found["proportional_bias"]
    if np.ptp(value) == 0:
        work.ledger.warn(
            "no_variation", f"{reader} gives the number {value[0]:g} to all {len(value)} cases of {part}"
        )
    elif (
        slope.low is not None
        and slope.high is not None
        and not slope.low <= 0 <= slope.high
        and _leans_on_the_truth(value, truth, upwards=slope.low > 0)
    ):
        small, large = ("low", "high") if slope.low > 0 else ("high", "low")
        work.ledger.warn(
            "proportional_bias",
            f"{reader} tends to be too {small} for small and too {large} for large numbers of {part}: one "
            "bias and one pair of limits of agreement do not fit the whole range",
        )


def _leans_on_the_truth(value: Floats, truth: Floats, *, upwards: bool) -> bool:
    """Whether the error grows with the true number too, and not only with the mean of both.

    A reader whose errors are mere noise around the truth has a slope on the mean, because its own numbers
    spread wider; on the truth it has none.

    Reference: Krouwer, Statistics in Medicine 2008 (X against (X + Y) / 2 where X is the reference).
    """
    apart, centred = value - truth, truth - truth.mean()
    spread = float(centred @ centred)
    if spread == 0 or len(value) < FEWEST_FOR_A_SLOPE:
        return False
    slope = float(centred @ apart) / spread
    residual = apart - apart.mean() - slope * centred
    error = np.sqrt(float(residual @ residual) / (len(value) - 2) / spread)
    return bool((slope if upwards else -slope) > NORMAL_QUANTILE * error)


def unit_factor(value: Floats, truth: Floats) -> float | None:
    """By which common factor between units the reader's numbers are off throughout, if by one.

    The median ratio must be within a tenth of the factor, and half of all ratios within a quarter of the
    median.

    Example:
        >>> unit_factor(np.array([1000.0, 2100.0, 2900.0]), np.array([1.0, 2.0, 3.0]))
        1000.0
        >>> unit_factor(np.array([1.0, 2.1, 2.9]), np.array([1.0, 2.0, 3.0])) is None
        True
    """
    usable = (truth != 0) & (value != 0) & (np.sign(value) == np.sign(truth))
    if usable.sum() < max(3, 0.5 * np.sum((truth != 0) | (value != 0))):
        return None
    logs = np.log(np.abs(value[usable])) - np.log(np.abs(truth[usable]))
    middle = float(np.median(logs))
    if float(np.mean(np.abs(logs - middle) < np.log1p(NARROW))) < 0.5:
        return None
    for factor in UNIT_FACTORS:
        if abs(abs(middle) - np.log(factor)) < np.log1p(NEAR):
            return factor if middle > 0 else 1 / factor
    return None
