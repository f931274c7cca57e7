"""Times to an event, about half of them cut off, two readers with risks, and probabilities of one of them.

The true values are those of two million cases of the same world: for Harrell's C cut off like the cohorts (it
depends on that), for all others followed to the end.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation import (
    Difference,
    Estimate,
    FollowUp,
    auc_t,
    auc_t_difference,
    brier_t,
    harrell_c,
    harrell_c_difference,
)
from hilum.evaluation.measures.censoring import observed_over_expected
from hilum.evaluation.measures.survival_benefit import net_benefit_t
from hilum.evaluation.measures.survival_brier import scaled_brier_t
from hilum.evaluation.measures.uno import uno_c, uno_c_difference

CASES, MANY = 500, 2_000_000
HORIZON, TAU, ACT = 1.0, 3.0, 0.4
Floats = NDArray[np.float64]


def cohort(
    rng: np.random.Generator, n: int = CASES, *, censored: bool = True
) -> tuple[Floats, Floats, Floats]:
    """Risks of two readers, (2, n), follow-up and events."""
    severity = rng.normal(size=n)
    death = rng.exponential(2.0 * np.exp(-severity))
    end = rng.uniform(0.2, 4.0, n) if censored else np.full(n, np.inf)
    risks = severity + rng.normal(size=(2, n)) * np.array([[0.8], [1.6]])
    return risks, np.minimum(death, end), (death <= end).astype(float)


def probability(risk: Floats) -> Floats:
    """What the better reader calls the probability of the event by the horizon: too extreme."""
    return 1 - np.exp(-HORIZON / 2.0 * np.exp(risk))


def truths() -> dict[str, float]:
    """The true values."""
    rng = np.random.default_rng(2026)
    risks, time, event = cohort(rng, MANY)
    seen = FollowUp.of(time, event)
    c = [harrell_c(risk, seen).value or 0.0 for risk in risks]
    risks, time, event = cohort(rng, MANY, censored=False)
    whole = FollowUp.of(time, event)
    uno = [uno_c(risk, whole, TAU).value or 0.0 for risk in risks]
    at = [auc_t(risk, whole, HORIZON).value or 0.0 for risk in risks]
    said, happened = probability(risks[0]), time <= HORIZON
    acted, share = said >= ACT, float(happened.mean())
    brier = float(np.mean((said - happened) ** 2))
    wrong = float(np.mean(acted & ~happened)) * ACT / (1 - ACT)
    return {
        "Harrell's C, infinitesimal jackknife": c[0],
        "difference of Harrell's C": c[0] - c[1],
        "Uno's C": uno[0],
        "difference of Uno's C": uno[0] - uno[1],
        "AUC(t), influence function": at[0],
        "difference of AUC(t)": at[0] - at[1],
        "Brier score at t": brier,
        "scaled Brier score at t": 1 - brier / (share * (1 - share)),
        "net benefit at t, of 40 %": float(np.mean(acted & happened)) - wrong,
        "observed over expected at t": share / float(said.mean()),
    }


def intervals(rng: np.random.Generator) -> Iterator[tuple[str, Estimate | Difference]]:
    """The intervals of one cohort."""
    risks, time, event = cohort(rng)
    seen = FollowUp.of(time, event)
    first, second = risks
    said = probability(first)
    yield "Harrell's C, infinitesimal jackknife", harrell_c(first, seen)
    yield "difference of Harrell's C", harrell_c_difference(first, second, seen)
    yield "Uno's C", uno_c(first, seen, TAU)
    yield "difference of Uno's C", uno_c_difference(first, second, seen, TAU)
    yield "AUC(t), influence function", auc_t(first, seen, HORIZON)
    yield "difference of AUC(t)", auc_t_difference(first, second, seen, HORIZON)
    yield "Brier score at t", brier_t(said, seen, HORIZON)
    yield "scaled Brier score at t", scaled_brier_t(said, seen, HORIZON)
    yield "net benefit at t, of 40 %", net_benefit_t(said, seen, HORIZON, ACT)
    yield "observed over expected at t", observed_over_expected(said, seen, HORIZON)
