"""What acting on a reader is worth: net benefit, and predictive values at a stated prevalence."""

from collections.abc import Sequence

import numpy as np

from hilum.evaluation.common.estimates import Estimate, Floats
from hilum.evaluation.common.weighted import weighted_counts
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.benefit import contributions, net_benefit, net_benefit_of_all
from hilum.evaluation.measures.operating_point import Calls
from hilum.evaluation.measures.predictive_values import predictive_values_from, predictive_values_of
from hilum.evaluation.tasks.binary_reader import BinaryReader, Question
from hilum.evaluation.tasks.samples import Cases, draw_samples

TREAT_ALL, TREAT_NONE = "treat all", "treat none"


def measure_benefit(work: Work, reader: BinaryReader, cases: Cases, size: Size) -> None:
    """Net benefit of acting on a reader's probabilities, at each threshold that was asked for."""
    assert reader.score is not None
    score, where = reader.score[:, cases.rows], (reader.name, cases.part)
    for threshold in work.options.benefit_thresholds:
        if reader.repeated:
            each = np.stack([contributions(one >= threshold, cases.outcome, threshold) for one in score])
            estimate = _mean_of_repeats(work, reader, cases, each)
        else:
            estimate = net_benefit(score[0], cases.outcome, threshold, work.patients(cases.rows))
        work.ledger.measure(where, "net_benefit", estimate, size, at=f"threshold={threshold:g}", of=cases.of)


def _mean_of_repeats(work: Work, reader: BinaryReader, cases: Cases, each: Floats) -> Estimate:
    def statistic(weights: Floats) -> Floats:
        mean: Floats = weights @ each.T / weights.sum(axis=1, keepdims=True)
        return mean

    return draw_samples(work, reader.name, statistic, cases, ("net_benefit",))["net_benefit"].estimate()


def measure_references(work: Work, readers: Sequence[BinaryReader], question: Question, part: str) -> None:
    """Net benefit of acting on every case and on none, where a reader gives probabilities."""
    rows = np.flatnonzero(question.known & work.alignment.truth.in_part(part))
    label = question.label[rows]
    if question.at is not None or not any(reader.is_probability for reader in readers):
        return
    if label.all() or not label.any():
        return
    size, about = Size(len(rows), int(label.sum())), "" if question.of is None else f", {question.of}"
    nothing = Estimate(0.0, 0.0, 0.0, 0.0, "by_definition")
    for threshold in work.options.benefit_thresholds:
        of_all = net_benefit_of_all(label, threshold, work.patients(rows))
        for name, estimate in ((TREAT_ALL, of_all), (TREAT_NONE, nothing)):
            work.ledger.measure(
                ("", part), "net_benefit", estimate, size, at=f"threshold={threshold:g}", of=f"{name}{about}"
            )


def measure_predictive_values(work: Work, reader: BinaryReader, cases: Cases, size: Size) -> None:
    """PPV and NPV of a reader's calls at each prevalence that was asked for."""
    assert reader.call is not None
    label, calls = cases.outcome, reader.call[:, cases.rows] == 1
    if label.all() or not label.any():
        return
    for prevalence in work.options.prevalences:
        if reader.repeated:
            found = _over_repeats(work, reader, cases, prevalence)
        else:
            found = predictive_values_of(Calls(calls[0], label, work.patients(cases.rows)), prevalence)
        for measure, estimate in zip(("ppv", "npv"), found, strict=True):
            work.ledger.measure(
                (reader.name, cases.part),
                measure,
                estimate,
                size,
                at=f"prevalence={prevalence:g}",
                of=cases.of,
            )


def _over_repeats(
    work: Work, reader: BinaryReader, cases: Cases, prevalence: float
) -> tuple[Estimate, Estimate]:
    assert reader.call is not None
    calls = reader.call[:, cases.rows] == 1

    def statistic(weights: Floats) -> Floats:
        counts = [weighted_counts(call, cases.outcome, weights) for call in calls]
        both = [predictive_values_from(count, prevalence) for count in counts]
        return np.stack([one[0] for one in both] + [one[1] for one in both], axis=1)

    found = draw_samples(work, reader.name, statistic, cases, ("ppv", "npv"))
    return found["ppv"].estimate(), found["npv"].estimate()
