"""A condition that one case in five has, two readers with scores, and the probabilities of one of them."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

from hilum.evaluation import (
    Calls,
    Difference,
    Estimate,
    auroc,
    auroc_difference,
    brier,
    calibration_in_the_large,
    calibration_slope,
    observed_expected_ratio,
    share_of_cases,
)
from hilum.evaluation.comparisons.benefit_difference import benefit_difference
from hilum.evaluation.comparisons.mcnemar import Paired
from hilum.evaluation.comparisons.moskowitz_pepe import relative_predictive_value
from hilum.evaluation.measures.benefit import net_benefit
from hilum.evaluation.measures.predictive_values import predictive_values_of

CASES = 500
SHIFTS = np.array([1.2, 0.7])  # how far the ill lie above the well, for the better and the worse reader
ILL = 0.2
SHARED = 0.5  # correlation of the two readers within a class
CUT = 0.6
STATED, ACT = 0.05, 0.25
STRETCH, LIFT = 1.3, 0.2  # the probabilities are too extreme, and too high
Floats = NDArray[np.float64]


def cohort(rng: np.random.Generator, n: int = CASES) -> tuple[Floats, NDArray[np.bool_]]:
    """Scores of two readers, (2, n), and who is ill."""
    label = rng.random(n) < ILL
    common, own = rng.normal(size=n), rng.normal(size=(2, n))
    return np.sqrt(SHARED) * common + np.sqrt(1 - SHARED) * own + SHIFTS[:, None] * label, label


def probabilities(scores: Floats, stretch: float = STRETCH, lift: float = LIFT) -> Floats:
    """What each reader calls the probability: its true logit stretched and lifted."""
    logit = np.log(ILL / (1 - ILL)) + SHIFTS[:, None] * scores - SHIFTS[:, None] ** 2 / 2
    return expit(stretch * logit + lift)


def _benefits() -> Floats:
    """Net benefit of each reader, from the shares of ill and well above the score of the threshold."""
    logit = (np.log(ACT / (1 - ACT)) - LIFT) / STRETCH
    score = (logit - np.log(ILL / (1 - ILL)) + SHIFTS**2 / 2) / SHIFTS
    return ILL * ndtr(SHIFTS - score) - (1 - ILL) * ndtr(-score) * ACT / (1 - ACT)


def truths() -> dict[str, float]:
    """The true values; those of the Brier score, and of calibration as a whole, by a very large sample."""
    areas, found, healthy = ndtr(SHIFTS / np.sqrt(2)), ndtr(SHIFTS - CUT), float(ndtr(CUT))
    called = STATED * found[0] + (1 - STATED) * (1 - healthy)
    cleared = STATED * (1 - found[0]) + (1 - STATED) * healthy
    benefits = _benefits()
    ppv = ILL * found / (ILL * found + (1 - ILL) * (1 - healthy))
    scores, label = cohort(np.random.default_rng(2026), 4_000_000)
    probability = probabilities(scores)[0]
    return {
        "AUROC, DeLong": areas[0],
        "difference of AUROC, DeLong": areas[0] - areas[1],
        "sensitivity, Wilson": found[0],
        "difference of sensitivity, Newcombe": found[0] - found[1],
        "balanced accuracy": (found[0] + healthy) / 2,
        "ratio of PPV, Moskowitz and Pepe": ppv[0] / ppv[1],
        "PPV at a prevalence of 5 %": STATED * found[0] / called,
        "NPV at a prevalence of 5 %": (1 - STATED) * healthy / cleared,
        "net benefit at 25 %": benefits[0],
        "difference of net benefit at 25 %": benefits[0] - benefits[1],
        "Brier score": float(np.mean((probability - label) ** 2)),
        "calibration slope": 1 / STRETCH,
        "calibration in the large, right probabilities": 0.0,
        "calibration in the large": calibration_in_the_large(probability, label).value or 0.0,
        "observed over expected": float(label.mean() / probability.mean()),
    }


def intervals(rng: np.random.Generator) -> Iterator[tuple[str, Estimate | Difference]]:
    """The intervals of one cohort."""
    scores, label = cohort(rng)
    yield "AUROC, DeLong", auroc(scores[0], label)
    yield "difference of AUROC, DeLong", auroc_difference(scores[0], scores[1], label)
    calls = scores[:, label] > CUT
    yield "sensitivity, Wilson", share_of_cases(calls[0])
    yield "difference of sensitivity, Newcombe", Paired.of(calls[0], calls[1]).difference("mcnemar_exact")
    called = scores > CUT
    yield "balanced accuracy", Calls(called[0], label).balanced_accuracy()
    yield "ratio of PPV, Moskowitz and Pepe", relative_predictive_value("ppv", called[0], called[1], label)
    ppv, npv = predictive_values_of(Calls(called[0], label), STATED)
    yield "PPV at a prevalence of 5 %", ppv
    yield "NPV at a prevalence of 5 %", npv
    first, second = probabilities(scores)
    yield "net benefit at 25 %", net_benefit(first, label, ACT)
    yield "difference of net benefit at 25 %", benefit_difference(first, second, label, ACT)
    yield "Brier score", brier(first, label)
    yield "calibration slope", calibration_slope(first, label)
    right = probabilities(scores, 1.0, 0.0)[0]
    yield "calibration in the large, right probabilities", calibration_in_the_large(right, label)
    yield "calibration in the large", calibration_in_the_large(first, label)
    yield "observed over expected", observed_expected_ratio(first, label)
