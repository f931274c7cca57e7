"""Readers who call classes or give numbers on the same cases."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation import Difference, Estimate
from hilum.evaluation.comparisons.obuchowski_rockette import compare_conditions
from hilum.evaluation.comparisons.reader_table import auroc_table
from hilum.evaluation.measures.bland_altman import bland_altman
from hilum.evaluation.measures.cohen_kappa import cohen_kappa
from hilum.evaluation.measures.concordance_correlation import concordance_correlation
from hilum.evaluation.measures.correlation import pearson
from hilum.evaluation.measures.fleiss_kappa import fleiss_kappa
from hilum.evaluation.measures.intraclass_correlation import intraclass_correlation

CASES, MEASURED = 200, 60
LIMITS = np.array([-0.2, 0.8])  # where class 1 begins, and class 2
OWN = 0.7  # what each reader sees beyond what all see
BIAS, NOISE = 0.3, 0.5
READERS, BETWEEN_READERS = 5, 0.3
Floats = NDArray[np.float64]


def classes(rng: np.random.Generator, n: int) -> NDArray[np.int64]:
    """(3, n) classes that three readers call."""
    return np.digitize(rng.normal(size=n) + OWN * rng.normal(size=(3, n)), LIMITS).astype(np.int64)


def counts(called: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n, 3) how many readers call each class."""
    return (called[:, :, None] == np.arange(3)).sum(axis=0).astype(np.int64)


def numbers(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """A reader's numbers and the true ones."""
    truth = rng.normal(size=n)
    return truth + BIAS + NOISE * rng.normal(size=n), truth


def readers_numbers(rng: np.random.Generator, n: int) -> Floats:
    """(n, readers) numbers of readers drawn at random, who differ by a constant and by chance."""
    between = BETWEEN_READERS * rng.normal(size=READERS)
    return rng.normal(size=(n, 1)) + between + NOISE * rng.normal(size=(n, READERS))


def two_conditions(rng: np.random.Generator, n: int) -> tuple[Floats, NDArray[np.bool_]]:
    """(2, readers, n) scores without a difference between the conditions on average, readers being drawn.

    How far the ill lie above the well is each reader's own, and moves from one condition to the other.
    """
    label = np.arange(n) < n // 2
    skill = 1.2 + 0.2 * rng.normal(size=(1, READERS, 1)) + 0.1 * rng.normal(size=(2, READERS, 1))
    seen = (
        0.6 * rng.normal(size=n) + 0.5 * rng.normal(size=(2, 1, n)) + 0.6 * rng.normal(size=(2, READERS, n))
    )
    return seen + skill * label, label


def truths() -> dict[str, float]:
    """The true values: by formula for numbers, by two million cases for classes."""
    called = classes(np.random.default_rng(2026), 2_000_000)
    covariance, variance = 1.0, 1 + NOISE**2
    return {
        "kappa": cohen_kappa(called[0], called[1]).value or 0.0,
        "quadratic kappa": cohen_kappa(called[0], called[1], weights="quadratic").value or 0.0,
        "Fleiss' kappa, three readers": fleiss_kappa(counts(called)).value or 0.0,
        "Pearson's correlation": covariance / np.sqrt(variance),
        "Lin's concordance correlation": 2 * covariance / (1 + variance + BIAS**2),
        "ICC(A,1), five readers drawn": 1 / (1 + BETWEEN_READERS**2 + NOISE**2),
        "Bland-Altman bias": BIAS,
        "Bland-Altman upper limit": BIAS + 1.96 * NOISE,
        "Obuchowski-Rockette difference": 0.0,
    }


def intervals(rng: np.random.Generator) -> Iterator[tuple[str, Estimate | Difference]]:
    """The intervals of one cohort."""
    called = classes(rng, CASES)
    yield "kappa", cohen_kappa(called[0], called[1])
    yield "quadratic kappa", cohen_kappa(called[0], called[1], weights="quadratic")
    yield "Fleiss' kappa, three readers", fleiss_kappa(counts(called))
    value, truth = numbers(rng, MEASURED)
    yield "Pearson's correlation", pearson(value, truth)
    yield "Lin's concordance correlation", concordance_correlation(value, truth)
    yield "ICC(A,1), five readers drawn", intraclass_correlation(readers_numbers(rng, MEASURED))
    found = bland_altman(value, truth)
    yield "Bland-Altman bias", found.bias
    yield "Bland-Altman upper limit", found.limit_high
    yield (
        "Obuchowski-Rockette difference",
        compare_conditions(auroc_table(*two_conditions(rng, MEASURED * 2))),
    )
