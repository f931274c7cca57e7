"""How much each case moves calibration in the large, slope and observed over expected.

With it, thousands of bootstrap samples need no new fit: the estimate moves by the sum of the influences.
"""

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.measures.calibration import logits_of
from hilum.evaluation.measures.logistic import LogisticFit

INFLUENCE_MEASURES = ("citl", "calibration_slope", "o_e")


def calibration_influence(probability: Floats, label: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Intercept, slope and logarithm of observed over expected, (3,), and each case's influence, (3, n).

    NaN where one is not defined: one class only, equal probabilities (no slope), or separated classes.

    Raises:
        MeasureError: a number is not a probability.

    Reference:
        Davison & Hinkley 1997, section 2.7.

    Example:
        >>> value, influence = calibration_influence(np.full(4, 0.5), np.array([True, True, True, False]))
        >>> value.round(4), influence[0].round(3)
        (array([1.0986,    nan, 0.4055]), array([ 0.333,  0.333,  0.333, -1.   ]))
    """
    logits, outcome = logits_of(probability), label.astype(np.float64)
    value, influence = np.full(3, np.nan), np.full((3, len(label)), np.nan)
    if label.all() or not label.any():
        return value, influence
    ones, none = np.ones(len(label)), np.zeros(len(label))
    fits = [LogisticFit.of(ones[:, None], logits, outcome)]
    fits.append(
        LogisticFit.of(np.stack([logits, ones], axis=1), none, outcome) if np.ptp(logits) > 0 else None
    )
    for number, fit in enumerate(fits):
        if fit is not None:
            value[number], influence[number] = fit.beta[0], fit.influence[0]
    observed, expected = float(outcome.sum()), float(probability.sum())
    if expected > 0:
        value[2] = np.log(observed / expected)
        influence[2] = outcome / observed - probability / expected
    return value, influence
