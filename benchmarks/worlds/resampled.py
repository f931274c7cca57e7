"""What has no formula for its error: average precision and F1, by the bootstrap of patients.

The cohorts are of two kinds: a fixed number of ill and well, as in a study that picked its cases, and cases
as they come. Samples are drawn apart for the ill and the well, as an evaluation does, so that their numbers
stay as they are; for the second kind also together, for comparison.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation import Difference, Estimate, PatientDraws
from hilum.evaluation.common.resampling import bca_estimate, percentile_estimate
from hilum.evaluation.common.weighted import OrderedScores, average_precision, weighted_counts
from hilum.evaluation.measures.operating_point import from_counts

CASES, ILL, SHIFT, CUT, SAMPLES = 500, 100, 1.2, 0.6, 1000
AREA, F1 = "average precision", "F1"
PICKED, COME, TOGETHER = "cases picked", "as they come", "as they come, drawn together"
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def _scores(rng: np.random.Generator, label: Flags) -> Floats:
    return rng.normal(size=len(label)) + SHIFT * label


def _f1(score: Floats, label: Flags, weights: Floats) -> Floats:
    return from_counts("f1", weighted_counts(score > CUT, label, weights))


def truths() -> dict[str, float]:
    """The true values, of four million cases."""
    label = np.arange(4_000_000) < 4_000_000 * ILL / CASES
    score = _scores(np.random.default_rng(2026), label)
    area = average_precision(score, label)
    f1 = float(_f1(score, label, np.ones((1, len(label))))[0])
    bca = {f"{AREA}, BCa, {PICKED}": area}
    return bca | {
        f"{name}, percentile, {kind}": value
        for kind in (PICKED, COME, TOGETHER)
        for name, value in ((AREA, area), (F1, f1))
    }


def intervals(rng: np.random.Generator) -> Iterator[tuple[str, Estimate | Difference]]:
    """The intervals of two cohorts, one of each kind."""
    picked, come = np.arange(CASES) < ILL, rng.random(CASES) < ILL / CASES
    yield from _measured(PICKED, _scores(rng, picked), picked, picked)
    score = _scores(rng, come)
    yield from _measured(COME, score, come, come)
    yield from _measured(TOGETHER, score, come, np.zeros(CASES, dtype=np.bool_))


def _measured(kind: str, score: Floats, label: Flags, apart: Flags) -> Iterator[tuple[str, Estimate]]:
    ordered, value = OrderedScores.of(score, label), average_precision(score, label)
    patients = PatientDraws(np.arange(CASES), apart, SAMPLES, (1,))

    def areas(weights: Floats) -> Floats:
        return ordered.areas(weights)[1][:, None]

    drawn = patients.apply(areas)[:, 0]
    yield f"{AREA}, percentile, {kind}", percentile_estimate(value, drawn, "bootstrap_percentile")
    if kind == PICKED:
        without = tuple(values[:, 0] for values in patients.jackknife(areas))
        yield f"{AREA}, BCa, {kind}", bca_estimate(value, drawn, without)
    drawn = patients.apply(lambda weights: _f1(score, label, weights)[:, None])[:, 0]
    f1 = float(_f1(score, label, np.ones((1, CASES)))[0])
    yield f"{F1}, percentile, {kind}", percentile_estimate(f1, drawn, "bootstrap_percentile")
