"""Do 95 % intervals hold what they promise? `python benchmarks/intervals.py [cohorts]`.

Cohorts are simulated again and again from a world whose true values are known; an interval is right when
95 of a hundred hold the truth. With 2,000 cohorts chance alone moves that share by about a point: 93.5 to
96.5 % is what a right method shows. The result is kept in docs/reference/intervals.md.

The truth of an AUROC, of a sensitivity and of their differences follows from the normal distribution. That of
Harrell's C and of AUC(t) is the value in a cohort of two million cases of the same world; for AUC(t) without
any censoring.
"""

import sys
from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from hilum.evaluation import (
    Difference,
    Estimate,
    FollowUp,
    auc_t,
    auc_t_difference,
    auroc,
    auroc_difference,
    harrell_c,
    harrell_c_difference,
    share_of_cases,
)
from hilum.evaluation.comparisons.mcnemar import Paired

CASES, MANY = 500, 2_000_000
SHIFTS = np.array([1.2, 0.7])  # how far the ill lie above the well, for the better and the worse reader
SHARED = 0.5  # correlation of the two readers within a class
CUT = 0.6
HORIZON = 1.0
Floats = NDArray[np.float64]


def binary(rng: np.random.Generator, n: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Scores of two readers and who is ill, one in five."""
    label = rng.random(n) < 0.2
    common, own = rng.normal(size=n), rng.normal(size=(2, n))
    return np.sqrt(SHARED) * common + np.sqrt(1 - SHARED) * own + SHIFTS[:, None] * label, label


def survival(rng: np.random.Generator, n: int, *, censored: bool = True) -> tuple[Floats, Floats, Floats]:
    """Risks of two readers, follow-up and events; about half are censored."""
    severity = rng.normal(size=n)
    death = rng.exponential(2.0 * np.exp(-severity))
    end = rng.uniform(0.2, 4.0, n) if censored else np.full(n, np.inf)
    risks = severity + rng.normal(size=(2, n)) * np.array([[0.8], [1.6]])
    return risks, np.minimum(death, end), (death <= end).astype(float)


def truths() -> dict[str, float]:
    """The true values."""
    areas = ndtr(SHIFTS / np.sqrt(2))
    found = ndtr(SHIFTS - CUT)
    rng = np.random.default_rng(2026)
    risks, time, event = survival(rng, MANY)
    seen = FollowUp.of(time, event)
    c = [float(harrell_c(risk, seen).value or 0) for risk in risks]
    risks, time, event = survival(rng, MANY, censored=False)
    whole = FollowUp.of(time, event)
    at = [float(auc_t(risk, whole, HORIZON).value or 0) for risk in risks]
    return {
        "AUROC, DeLong": areas[0],
        "difference of AUROC, DeLong": areas[0] - areas[1],
        "sensitivity, Wilson": found[0],
        "difference of sensitivity, Newcombe": found[0] - found[1],
        "Harrell's C, infinitesimal jackknife": c[0],
        "difference of Harrell's C": c[0] - c[1],
        "AUC(t), influence function": at[0],
        "difference of AUC(t)": at[0] - at[1],
    }


def intervals(rng: np.random.Generator) -> Iterator[tuple[str, Estimate | Difference]]:
    """The intervals of one simulated cohort."""
    scores, label = binary(rng, CASES)
    yield "AUROC, DeLong", auroc(scores[0], label)
    yield "difference of AUROC, DeLong", auroc_difference(scores[0], scores[1], label)
    calls = scores[:, label] > CUT
    yield "sensitivity, Wilson", share_of_cases(calls[0])
    yield "difference of sensitivity, Newcombe", Paired.of(calls[0], calls[1]).difference("mcnemar_exact")
    risks, time, event = survival(rng, CASES)
    seen = FollowUp.of(time, event)
    yield "Harrell's C, infinitesimal jackknife", harrell_c(risks[0], seen)
    yield "difference of Harrell's C", harrell_c_difference(risks[0], risks[1], seen)
    yield "AUC(t), influence function", auc_t(risks[0], seen, HORIZON)
    yield "difference of AUC(t)", auc_t_difference(risks[0], risks[1], seen, HORIZON)


def main() -> int:
    """Simulate, count, print; 1 where an interval does not hold what it promises."""
    cohorts = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    true, held = truths(), Counter[str]()
    for number in range(cohorts):
        for name, found in intervals(np.random.default_rng([11, number])):
            low, high = found.low, found.high
            held[name] += low is not None and high is not None and low <= true[name] <= high
    print(f"{cohorts:,} simulated cohorts of {CASES} cases")
    wrong = 0
    for name, value in true.items():
        share = held[name] / cohorts
        wrong += cohorts >= 2000 and not 0.935 <= share <= 0.965
        print(f"{name:<40}truth {value:6.4f}   held by {share:6.2%} of the intervals")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
