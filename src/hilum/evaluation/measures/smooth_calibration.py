"""Calibration along a smooth curve: ICI, E50, E90 and the curve itself with a band.

The curve is R's `loess` of the outcome on the probability (span 0.75, local quadratic, tricube weights), as
in the program that Austin and Steyerberg printed; it is not cut at 0 and 1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Z95, Estimate, Floats
from hilum.evaluation.common.resampling import PatientDraws
from hilum.evaluation.measures.calibration import check_probabilities
from hilum.evaluation.measures.local_regression import LocalRegression, smooth_resampled

Flags = NDArray[np.bool_]
Patients = NDArray[np.int64]
SAMPLES = 200
SMOOTH_MEASURES = ("ici", "e50", "e90")


@dataclass(frozen=True)
class SmoothErrors:
    """Distance between predicted and smoothed observed probability: its mean, median and 90th percentile.

    Example:
        >>> p = np.linspace(0.05, 0.95, 60)
        >>> found = SmoothErrors.of(p, np.arange(60) % 2 == 0)
        >>> found.estimate("ici").method, found.estimate("e50").value < found.estimate("e90").value
        ('short_bootstrap_wald', True)
    """

    value: Floats
    draws: Floats

    @classmethod
    def of(
        cls,
        probability: Floats,
        label: Flags,
        patient: Patients | None = None,
        *,
        samples: int = SAMPLES,
        seed: int = 0,
    ) -> "SmoothErrors":
        """ICI, E50 and E90 with bootstrap samples of patients (not stratified), smoothed anew in each.

        Args:
            probability: (n,) predicted probabilities; equal ones are allowed.
            label: (n,) true for cases with the condition.
            patient: (n,) patient codes where patients may repeat.
            samples: How many bootstrap samples the interval rests on.
            seed: Fixes the drawing.

        Raises:
            MeasureError: there are no cases, or a number is not a probability.

        Reference:
            Austin & Steyerberg, Statistics in Medicine 2019; 38: 4051-4065.

        Example:
            >>> SmoothErrors.of(np.full(4, 0.5), np.array([True, False, True, False])).value
            array([0., 0., 0.])
        """
        codes = np.arange(len(label)) if patient is None else patient
        draws = PatientDraws(codes, np.zeros_like(label), samples, (seed,))
        return cls(
            smooth_errors(probability, label, np.ones((1, len(label))))[0],
            draws.apply(lambda weights: smooth_errors(probability, label, weights)),
        )

    def estimate(self, measure: str) -> Estimate:
        """One of `ici`, `e50`, `e90`: the value +- 1.96 standard errors over the samples, cut at 0 and 1.

        Example:
            >>> SmoothErrors(np.array([0.1, 0.1, 0.2]), np.array([[0.1, 0.1, 0.2]] * 2)).estimate("e90").value
            0.2
        """
        number = SMOOTH_MEASURES.index(measure)
        return short_wald(float(self.value[number]), self.draws[:, number], "short_bootstrap_wald")


def short_wald(value: float, draws: Floats, method: str) -> Estimate:
    """A value +- 1.96 standard errors over its samples, cut at 0 and 1.

    Example:
        >>> round(short_wald(0.1, np.array([0.08, 0.12]), "short_bootstrap_wald").low, 3)
        0.045
    """
    error = float(draws.std(ddof=1))
    return Estimate(value, max(0.0, value - Z95 * error), min(1.0, value + Z95 * error), error, method)


def smooth_errors(probability: Floats, label: Flags, weights: Floats) -> Floats:
    """ICI, E50 and E90 for each row of (b, n) weights, which are how often each case was drawn.

    Raises:
        MeasureError: there are no cases, or a number is not a probability.

    Example:
        >>> p, label = np.array([0.2, 0.2, 0.2, 0.2]), np.array([True, True, False, False])
        >>> smooth_errors(p, label, np.ones((1, 4))).round(3)
        array([[0.3, 0.3, 0.3]])
    """
    if len(label) == 0:
        raise MeasureError("calibration needs at least one case: there is none")
    check_probabilities(probability)
    order = np.lexsort((label, probability))
    x, y = probability[order], label[order].astype(np.float64)
    rows = []
    for row in weights:
        times = row[order].astype(np.int64)
        drawn = np.repeat(x, times)
        distance = np.abs(smooth_resampled(x, y, times).at(drawn) - drawn)
        rows.append([distance.mean(), *np.quantile(distance, [0.5, 0.9])])
    return np.array(rows)


@dataclass(frozen=True)
class SmoothCurve:
    """Smoothed share with the condition against predicted probability, with a pointwise 95 % band.

    Example:
        >>> SmoothCurve(*(np.array([0.5]) for _ in range(4)), n=10).n
        10
    """

    predicted: Floats
    observed: Floats
    low: Floats
    high: Floats
    n: int


def smooth_calibration_curve(
    probability: Floats,
    label: Flags,
    patient: Patients | None = None,
    *,
    points: int = 101,
    samples: int = SAMPLES,
    seed: int = 0,
) -> SmoothCurve:
    """The loess curve of the outcome on the probability, for a figure.

    It runs from the smallest to the largest probability. The band is 1.96 standard errors over bootstrap
    samples of patients on either side at each point; curve and band are cut at 0 and 1. Of more than 10,000
    cases give a random sample, as `sample_to_smooth` draws it.

    Raises:
        MeasureError: there are no cases, or a number is not a probability.

    Example:
        >>> p = np.linspace(0.05, 0.95, 60)
        >>> curve = smooth_calibration_curve(p, np.arange(60) % 2 == 0, points=3)
        >>> curve.predicted.round(2)
        array([0.05, 0.5 , 0.95])
    """
    if len(label) == 0:
        raise MeasureError("a calibration curve needs at least one case: there is none")
    check_probabilities(probability)
    order = np.lexsort((label, probability))
    x, y = probability[order], label[order].astype(np.float64)
    predicted = np.linspace(x[0], x[-1], points) if x[0] < x[-1] else x[:1]
    codes = np.arange(len(label)) if patient is None else patient
    draws = PatientDraws(codes, np.zeros_like(label), samples, (seed,)).apply(
        lambda weights: np.stack(
            [smooth_resampled(x, y, row[order].astype(np.int64)).at(predicted) for row in weights]
        )
    )
    observed = LocalRegression.fit(x, y).at(predicted)
    reach = Z95 * draws.std(axis=0, ddof=1)
    middle, low, high = (np.clip(line, 0.0, 1.0) for line in (observed, observed - reach, observed + reach))
    return SmoothCurve(predicted, middle, low, high, len(label))


def sample_to_smooth(n: int, most: int = 10_000, seed: tuple[int, ...] = (0,)) -> NDArray[np.intp]:
    """Places of all cases, or of `most` of them drawn at random, in rising order.

    Example:
        >>> sample_to_smooth(3), len(sample_to_smooth(20_000))
        (array([0, 1, 2]), 10000)
    """
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(list(seed)).choice(n, most, replace=False))
