"""Bootstrap samples of what one reader reaches on one set of cases.

Drawn once, used for intervals and for differences.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation.common.estimates import Difference, Estimate, Floats, wald
from hilum.evaluation.common.resampling import (
    GROUPS,
    SINGLY_LEFT_OUT,
    PatientDraws,
    Statistic,
    bca_estimate,
    bootstrap_difference,
    over_repeats,
    percentile_estimate,
)
from hilum.evaluation.common.weighted import OrderedScores, weighted_counts
from hilum.evaluation.ledger import Work
from hilum.evaluation.measures.concordance import weighted_harrell_c
from hilum.evaluation.measures.follow_up import FollowUp
from hilum.evaluation.measures.operating_point import from_counts
from hilum.evaluation.tasks.binary_reader import BinaryReader, Flags

THRESHOLD_MEASURES = ("accuracy", "sensitivity", "specificity", "ppv", "npv", "f1", "balanced_accuracy")
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Sampled:
    """A measure (its mean over repeats) and its bootstrap samples, repeats already drawn and averaged.

    `jackknife` holds the values with one patient left out, where a BCa interval was asked for; over repeats
    the interval is the hierarchical percentile all the same.

    Example:
        >>> Sampled(0.5, np.linspace(0.4, 0.6, 101), repeated=False).estimate().method
        'bootstrap_percentile'
    """

    value: float
    draws: Floats
    repeated: bool
    jackknife: tuple[Floats, ...] = ()

    def estimate(self) -> Estimate:
        """The value with its percentile interval, or the BCa interval where that was asked for.

        Example:
            >>> round(Sampled(0.5, np.linspace(0.4, 0.6, 101), repeated=True).estimate().low, 3)
            0.405
        """
        if self.jackknife and not self.repeated:
            return bca_estimate(self.value, self.draws, self.jackknife)
        method = "hierarchical_bootstrap_percentile" if self.repeated else "bootstrap_percentile"
        return percentile_estimate(self.value, self.draws, method)

    def wald(self) -> Estimate:
        """The value +- 1.96 standard errors, cut at 0 and 1.

        Example:
            >>> Sampled(0.5, np.linspace(0.4, 0.6, 101), repeated=False).wald().method
            'bootstrap_wald'
        """
        if not np.isfinite(self.value):
            return Estimate(None)
        method = "hierarchical_bootstrap_wald" if self.repeated else "bootstrap_wald"
        return wald(self.value, float(self.draws.std(ddof=1)), method)

    def minus(self, other: "Sampled") -> Difference:
        """The difference of two readers on the same samples of patients.

        Example:
            >>> one = Sampled(0.5, np.linspace(0.4, 0.6, 101), repeated=False)
            >>> one.minus(one).p
            1.0
        """
        method = "hierarchical_bootstrap_wald" if self.repeated or other.repeated else "bootstrap_wald"
        return bootstrap_difference(self.value - other.value, self.draws - other.draws, method)


@dataclass(frozen=True)
class Cases:
    """The cases on which a reader is sampled, and who of them has the condition (or an event).

    `of` names the finding or the subgroup that these cases are about.
    """

    part: str
    rows: Rows
    outcome: Flags
    at: str | None = None
    of: str | None = None

    def key(self, what: str, reader: str) -> tuple[object, ...]:
        """Names these samples: what is measured, of whom, on which cases."""
        return (what, reader, self.at, self.of, self.part, self.rows.tobytes())


def area_samples(work: Work, reader: BinaryReader, cases: Cases) -> dict[str, Sampled]:
    """Samples of AUROC and average precision."""
    assert reader.score is not None
    score = reader.score[:, cases.rows]
    sorted_once: list[OrderedScores] = []

    def statistic(weights: Floats) -> Floats:
        if not sorted_once:
            sorted_once.extend(OrderedScores.of(one, cases.outcome) for one in score)
        areas = [ordered.areas(weights) for ordered in sorted_once]
        return np.stack([area[0] for area in areas] + [area[1] for area in areas], axis=1)

    return work.remember(
        cases.key("areas", reader.name),
        lambda: draw_samples(work, reader.name, statistic, cases, ("auroc", "auprc")),
    )


def call_samples(work: Work, reader: BinaryReader, cases: Cases) -> dict[str, Sampled]:
    """Samples of everything that follows from the confusion matrix."""
    assert reader.call is not None
    calls = reader.call[:, cases.rows] == 1

    def statistic(weights: Floats) -> Floats:
        counts = [weighted_counts(call, cases.outcome, weights) for call in calls]
        return np.stack([from_counts(name, count) for name in THRESHOLD_MEASURES for count in counts], axis=1)

    return work.remember(
        cases.key("calls", reader.name),
        lambda: draw_samples(work, reader.name, statistic, cases, THRESHOLD_MEASURES),
    )


def concordance_samples(work: Work, name: str, risk: Floats, follow_up: FollowUp, cases: Cases) -> Sampled:
    """Samples of Harrell's C; `risk` is (repeats, cases)."""

    def statistic(weights: Floats) -> Floats:
        return np.stack([weighted_harrell_c(one, follow_up, weights) for one in risk], axis=1)

    return work.remember(
        cases.key("concordance", name),
        lambda: draw_samples(work, name, statistic, cases, ("harrell_c",)),
    )["harrell_c"]


def draw_samples(
    work: Work, name: str, statistic: Statistic, cases: Cases, measures: tuple[str, ...]
) -> dict[str, Sampled]:
    """Samples of measures of one reader; the statistic gives (b, measures x repeats) values, by measure.

    Patients with and without the condition are drawn alike: samples that held their numbers fixed would make
    the intervals of all that moves with the prevalence (average precision, predictive values, F1) too narrow.
    """
    patients = work.draws(cases.part, cases.rows, np.zeros_like(cases.outcome))
    drawn = np.split(patients.apply(statistic), len(measures), axis=1)
    point = np.split(statistic(np.ones((1, len(cases.rows)))), len(measures), axis=1)
    seed, repeated = work.seed("repeats", name), point[0].shape[1] > 1
    left_out = () if repeated else _left_out(work, patients, statistic)
    return {
        measure: Sampled(
            float(value.mean()),
            over_repeats(draws, seed),
            repeated,
            tuple(values[:, number] for values in left_out),
        )
        for number, (measure, value, draws) in enumerate(zip(measures, point, drawn, strict=True))
    }


def _left_out(work: Work, patients: PatientDraws, statistic: Statistic) -> tuple[Floats, ...]:
    """The values with one patient left out, where a BCa interval is asked for."""
    if work.options.bootstrap_interval != "bca":
        return ()
    if patients.grouped:
        work.ledger.warn(
            "bca_grouped",
            f"with more than {SINGLY_LEFT_OUT:,} patients with or without the condition the acceleration of "
            f"the BCa intervals is found by leaving out one of {GROUPS} random groups of them at a time",
        )
    return patients.jackknife(statistic)
