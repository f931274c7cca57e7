"""Bootstrap of patients, stratified by outcome; over repeated trainings also of the repeats.

A bootstrap sample is a weight for each case: how often its patient was drawn. A statistic that takes many
weight vectors at once needs no loop in Python.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from hilum.evaluation.common.estimates import (
    Z95,
    Difference,
    Estimate,
    Floats,
    patient_codes,
    wald_difference,
)

LARGEST_BLOCK = 2_000_000
# Up to so many patients (with, or without the outcome) are left out one by one; more in random groups.
SINGLY_LEFT_OUT = 1000
GROUPS = 500
Statistic = Callable[[Floats], Floats]


@dataclass(frozen=True)
class PatientDraws:
    """Bootstrap samples of patients, drawn apart for patients with and without the outcome.

    The same patients, outcomes, samples and seed give the same draws, so that two readers are compared on
    the same ones.

    Attributes:
        patient: (n,) code of each case's patient.
        outcome: (n,) whether the case has the condition or event; a patient has it when one of the cases has.
        samples: How many bootstrap samples.
        seed: Numbers that fix the drawing.

    Example:
        >>> draws = PatientDraws(np.array([0, 1, 1]), np.array([True, False, False]), 100, (7,))
        >>> draws.apply(lambda weights: weights.sum(axis=1, keepdims=True)).shape
        (100, 1)
    """

    patient: NDArray[np.int64]
    outcome: NDArray[np.bool_]
    samples: int
    seed: tuple[int, ...]

    def weights(self) -> Iterator[Floats]:
        """Blocks of weights, (samples of the block, n), that together are all samples.

        Example:
            >>> draws = PatientDraws(np.array([0, 1]), np.array([True, False]), 100, (7,))
            >>> next(draws.weights())[0]
            array([1., 1.])
        """
        rng = np.random.default_rng(list(self.seed))
        codes, count = patient_codes(self.patient)
        block = max(1, LARGEST_BLOCK // max(len(codes), 1))
        for start in range(0, self.samples, block):
            size = min(block, self.samples - start)
            times = np.empty((size, count))
            for stratum in self._strata():
                times[:, stratum] = _times_drawn(len(stratum), size, rng)
            yield times if count == len(codes) and _in_order(codes) else times[:, codes]

    def apply(self, statistic: Statistic) -> Floats:
        """All samples' values of a statistic that maps (b, n) weights to (b, k) values.

        Example:
            >>> draws = PatientDraws(np.arange(4), np.array([True, True, False, False]), 100, (7,))
            >>> float(draws.apply(lambda weights: weights @ np.eye(4)).sum())
            400.0
        """
        return np.concatenate([statistic(weights) for weights in self.weights()])

    @property
    def grouped(self) -> bool:
        """Whether the jackknife leaves out groups of patients, there being too many to go one by one."""
        return max(len(stratum) for stratum in self._strata()) > SINGLY_LEFT_OUT

    def jackknife(self, statistic: Statistic) -> tuple[Floats, ...]:
        """Values of a statistic with one patient left out at a time: patients with the outcome, then without.

        Of more than 1,000 patients of one kind, one of 500 random groups is left out at a time.

        Returns:
            One (patients or groups, k) array for each kind that has two patients or more.

        Example:
            >>> draws = PatientDraws(np.arange(5), np.array([True, True, False, False, False]), 100, (7,))
            >>> [values.shape for values in draws.jackknife(lambda weights: weights @ np.ones((5, 1)))]
            [(2, 1), (3, 1)]
        """
        codes, count = patient_codes(self.patient)
        rng = np.random.default_rng([*self.seed, 1])
        found = []
        for stratum in self._strata():
            if len(stratum) < 2:
                continue
            groups = len(stratum) if len(stratum) <= SINGLY_LEFT_OUT else GROUPS
            group = np.full(count, -1)
            group[stratum] = rng.permutation(len(stratum)) % groups
            found.append(_leaving_out(group[codes], groups, statistic))
        return tuple(found)

    def _strata(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Patients with and without the outcome."""
        codes, count = patient_codes(self.patient)
        ill = np.bincount(codes, weights=self.outcome, minlength=count) > 0
        return np.flatnonzero(ill), np.flatnonzero(~ill)


def _leaving_out(group: NDArray[np.int64], groups: int, statistic: Statistic) -> Floats:
    block = max(1, LARGEST_BLOCK // max(len(group), 1))
    values = []
    for start in range(0, groups, block):
        left_out = np.arange(start, min(start + block, groups))
        values.append(statistic((group[None, :] != left_out[:, None]).astype(np.float64)))
    return np.concatenate(values)


def _in_order(codes: NDArray[np.int64]) -> bool:
    return bool(np.array_equal(codes, np.arange(len(codes))))


def _times_drawn(count: int, size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    if count == 0:
        return np.zeros((size, 0), dtype=np.int64)
    drawn = rng.integers(count, size=(size, count)) + np.arange(size)[:, None] * count
    return np.bincount(drawn.ravel(), minlength=size * count).reshape(size, count)


def over_repeats(draws: Floats, seed: tuple[int, ...]) -> Floats:
    """Second stage of the hierarchical bootstrap.

    In each sample, repeats are drawn with replacement and averaged.

    Args:
        draws: (samples, repeats) values; NaN where a sample gave none.
        seed: Numbers that fix the drawing.

    Example:
        >>> over_repeats(np.ones((100, 5)), (1,)).shape
        (100,)
    """
    repeats = draws.shape[1]
    if repeats == 1:
        return draws[:, 0]
    chosen = np.random.default_rng(list(seed)).integers(repeats, size=draws.shape)
    means: Floats = np.take_along_axis(draws, chosen, axis=1).mean(axis=1)
    return means


def percentile_estimate(value: float, draws: Floats, method: str) -> Estimate:
    """A value with the 2.5th and 97.5th percentile of its bootstrap samples.

    Their standard deviation is the standard error.

    Samples in which the statistic is not defined are left out; with fewer than half left there is no
    interval.

    Example:
        >>> percentile_estimate(0.5, np.linspace(0, 1, 101), "bootstrap_percentile").low
        0.025
    """
    if not np.isfinite(value):
        return Estimate(None)
    kept = draws[np.isfinite(draws)]
    if len(kept) < max(2, len(draws) / 2):
        return Estimate(float(value))
    low, high = np.quantile(kept, [0.025, 0.975])
    return Estimate(float(value), float(low), float(high), float(kept.std(ddof=1)), method)


def bca_interval(value: float, draws: Floats, *jackknife: Floats) -> tuple[float, float] | None:
    """Bias-corrected and accelerated 95 % interval; None where it is not defined.

    It is not defined where all samples lie on one side of the value.

    Args:
        value: The estimate.
        draws: (samples,) bootstrap samples of it; NaN ones are left out.
        jackknife: One array for each group that is drawn from apart: the values with one of its members (or
            one of equal groups of members) left out at a time.

    Reference:
        Efron, JASA 1987; for several groups Davison & Hinkley 1997, section 5.4.

    Example:
        >>> bca_interval(0.5, np.linspace(0, 1, 101), np.array([0.4, 0.6]))
        (0.025, 0.975)
    """
    kept = draws[np.isfinite(draws)]
    if len(kept) < 2:
        return None
    below = (np.sum(kept < value) + np.sum(kept <= value)) / (2 * len(kept))
    if not 0 < below < 1:
        return None
    bias = float(ndtri(below))
    share = []
    for z in (-Z95, Z95):
        shifted = bias + z
        stretch = 1 - _acceleration(jackknife) * shifted
        if stretch <= 0:
            return None
        share.append(float(ndtr(bias + shifted / stretch)))
    low, high = np.quantile(kept, share)
    return float(low), float(high)


def _acceleration(jackknife: tuple[Floats, ...]) -> float:
    third, second = 0.0, 0.0
    for values in jackknife:
        kept = values[np.isfinite(values)]
        count = len(kept)
        if count < 2:
            continue
        influence = (count - 1) * (kept.mean() - kept)
        third += float(np.sum(influence**3)) / count**3
        second += float(np.sum(influence**2)) / count**2
    return third / (6 * second**1.5) if second > 0 else 0.0


def bca_estimate(value: float, draws: Floats, jackknife: tuple[Floats, ...]) -> Estimate:
    """A value with its BCa interval; the percentile interval where BCa is not defined.

    Example:
        >>> bca_estimate(0.5, np.linspace(0, 1, 101), (np.array([0.4, 0.6]),)).method
        'bootstrap_bca'
    """
    plain = percentile_estimate(value, draws, "bootstrap_percentile")
    limits = None if plain.se is None else bca_interval(value, draws, *jackknife)
    if limits is None:
        return plain
    return Estimate(plain.value, *limits, plain.se, "bootstrap_bca")


def bootstrap_difference(value: float, draws: Floats, method: str) -> Difference:
    """A difference with the Wald interval and p of its bootstrap standard error.

    Example:
        >>> draws = np.random.default_rng(0).normal(0.1, 0.05, 1000)
        >>> round(bootstrap_difference(0.1, draws, "bootstrap_wald").p, 2)
        0.04
    """
    kept = draws[np.isfinite(draws)]
    if not np.isfinite(value) or len(kept) < max(2, len(draws) / 2):
        return Difference(float(value) if np.isfinite(value) else None)
    return wald_difference(float(value), float(kept.std(ddof=1)), method)
