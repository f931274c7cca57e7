"""Bootstrap samples of measures of survival, for readers that were trained several times.

Patients are drawn without strata, since the number of events by a horizon is itself a matter of chance; the
chance of being uncensored is estimated anew in every sample.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.common.resampling import over_repeats
from hilum.evaluation.common.weighted import OrderedScores
from hilum.evaluation.ledger import Work
from hilum.evaluation.measures.censoring import weighted_auc_t, weighted_observed_over_expected
from hilum.evaluation.measures.censoring_weights import ipcw_of_weights
from hilum.evaluation.measures.follow_up import FollowUp
from hilum.evaluation.measures.survival_benefit import weighted_net_benefit_t
from hilum.evaluation.measures.survival_brier import weighted_brier_null_t, weighted_brier_t
from hilum.evaluation.measures.uno import weighted_uno_c
from hilum.evaluation.tasks.samples import Cases, Sampled
from hilum.evaluation.tasks.survival_readers import Outcome, Rows

Statistic = Callable[[Floats], dict[str, list[Floats]]]


@dataclass(frozen=True)
class CasesAt:
    """Cases of a part and how they fared by a day.

    Attributes:
        day: The horizon, or tau of Uno's C.
        follow_up: Time and event of the cases.
        cases: The same cases, to draw from in one stratum.
    """

    day: float
    follow_up: FollowUp
    cases: Cases

    @classmethod
    def of(cls, outcome: Outcome, part: str, rows: Rows, day: float) -> "CasesAt":
        """Some rows of a part, looked at on a day."""
        cases = Cases(part, rows, np.zeros(len(rows), dtype=np.bool_), f"{day:g}d")
        return cls(day, outcome.rows(rows), cases)

    @property
    def at(self) -> str:
        """The day's name in the results."""
        return f"{self.day:g}d"

    @property
    def rows(self) -> Rows:
        """Rows of the truth."""
        return self.cases.rows

    @property
    def happened(self) -> NDArray[np.bool_]:
        """Who has the event by the day."""
        return np.asarray((self.follow_up.event == 1) & (self.follow_up.time <= self.day), dtype=np.bool_)


def uno_samples(work: Work, name: str, risk: Floats, here: CasesAt) -> Sampled:
    """Samples of Uno's C; `risk` is (repeats, cases)."""

    def statistic(weights: Floats) -> dict[str, list[Floats]]:
        return {"uno_c": [weighted_uno_c(one, here.follow_up, here.day, weights) for one in risk]}

    key = here.cases.key("uno_c", name)
    return work.remember(key, lambda: _sample(work, name, statistic, here.cases))["uno_c"]


def auc_samples(work: Work, name: str, risk: Floats, here: CasesAt) -> Sampled:
    """Samples of AUC(t); `risk` is (repeats, cases)."""
    ordered = [OrderedScores.of(one, here.happened) for one in risk]

    def statistic(weights: Floats) -> dict[str, list[Floats]]:
        ipcw = ipcw_of_weights(here.follow_up, here.day, weights)
        return {"auc_t": [weighted_auc_t(one, ipcw) for one in ordered]}

    key = here.cases.key("auc_t", name)
    return work.remember(key, lambda: _sample(work, name, statistic, here.cases))["auc_t"]


def probability_samples(work: Work, name: str, probability: Floats, here: CasesAt) -> dict[str, Sampled]:
    """Samples of what a probability of the event by a horizon is measured by.

    Returns:
        `brier_t`, `scaled_brier_t`, `o_e`, and `net_benefit` at each threshold under `threshold=0.1`.
    """
    happened, day = here.happened, here.day

    def statistic(weights: Floats) -> dict[str, list[Floats]]:
        ipcw = ipcw_of_weights(here.follow_up, day, weights)
        null = weighted_brier_null_t(happened, ipcw, weights)
        brier = [weighted_brier_t(one, happened, ipcw, weights) for one in probability]
        found = {
            "brier_t": brier,
            "scaled_brier_t": [1 - one / null for one in brier],
            "o_e": [weighted_observed_over_expected(one, happened, ipcw, weights) for one in probability],
        }
        for threshold in work.options.benefit_thresholds:
            found[f"threshold={threshold:g}"] = [
                weighted_net_benefit_t(one, here.follow_up, day, threshold, weights) for one in probability
            ]
        return found

    key = here.cases.key("probability_t", name)
    return work.remember(key, lambda: _sample(work, name, statistic, here.cases))


def _sample(work: Work, name: str, statistic: Statistic, cases: Cases) -> dict[str, Sampled]:
    names: list[str] = []

    def flat(weights: Floats) -> Floats:
        found = statistic(weights)
        names[:] = list(found)
        return np.stack([value for values in found.values() for value in values], axis=1)

    point = flat(np.ones((1, len(cases.rows))))
    drawn = work.draws(cases.part, cases.rows, cases.outcome).apply(flat)
    repeats, seed = point.shape[1] // len(names), work.seed("repeats", name)
    return {
        one: Sampled(float(value.mean()), over_repeats(draws, seed), repeats > 1)
        for one, value, draws in zip(
            names, np.split(point, len(names), axis=1), np.split(drawn, len(names), axis=1), strict=True
        )
    }
