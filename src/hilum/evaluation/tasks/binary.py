"""One yes-or-no question: every measure of one reader on one part.

Classification with two classes asks one such question; survival asks one at each horizon.
"""

from collections.abc import Sequence

import numpy as np

from hilum.evaluation.common.estimates import Estimate, Floats
from hilum.evaluation.common.weighted import weighted_counts
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.operating_point import Calls, from_counts
from hilum.evaluation.measures.proportions import share_of_cases
from hilum.evaluation.measures.roc import auroc
from hilum.evaluation.results import Confusion
from hilum.evaluation.tasks.binary_benefit import (
    measure_benefit,
    measure_predictive_values,
    measure_references,
)
from hilum.evaluation.tasks.binary_calibration import measure_after_recalibration, measure_calibration
from hilum.evaluation.tasks.binary_reader import BinaryReader, Point, Question
from hilum.evaluation.tasks.binary_screening import measure_screening
from hilum.evaluation.tasks.samples import (
    THRESHOLD_MEASURES,
    Cases,
    area_samples,
    call_samples,
    draw_samples,
)

FEW_EVENTS = 10


def measure_part(work: Work, readers: Sequence[BinaryReader], question: Question, part: str) -> None:
    """Write down every measure of all readers on one part, and of them beside the comparator."""
    for reader in readers:
        measure_reader(work, reader, question, part)
    measure_references(work, readers, question, part)
    measure_screening(work, readers, question, part)


def measure_reader(work: Work, reader: BinaryReader, question: Question, part: str) -> None:
    """Write down every measure of one reader on one part."""
    group = question.known & work.alignment.truth.in_part(part)
    if reader.score is not None:
        rows = np.flatnonzero(group & np.isfinite(reader.score).all(axis=0))
        if len(rows):
            cases = Cases(part, rows, question.label[rows], question.at, question.of)
            _measure_scores(work, reader, cases, int(group.sum()) - len(rows))
    if reader.call is not None:
        rows = np.flatnonzero(group & np.isfinite(reader.call).all(axis=0))
        if len(rows):
            cases = Cases(part, rows, question.label[rows], question.at, question.of)
            _measure_calls(work, reader, question.classes, cases, int(group.sum()) - len(rows))


def _measure_scores(work: Work, reader: BinaryReader, cases: Cases, excluded: int) -> None:
    assert reader.score is not None
    part, rows, label, patient = cases.part, cases.rows, cases.outcome, work.patients(cases.rows)
    where, size = (reader.name, part), Size(len(rows), int(label.sum()), excluded)
    shares = share_of_cases(label, patient, work.options.share_interval)
    work.ledger.measure(where, "prevalence", shares, size, at=cases.at, of=cases.of)
    if label.all() or not label.any():
        work.ledger.warn(
            "one_class",
            f"all {len(rows)} cases of {part}{_by(cases)} read by {reader.name} are of one class: AUROC and "
            "average precision are not defined there",
            len(rows),
        )
        return
    if min(size.events, size.n - size.events) < FEW_EVENTS:
        fewest = min(size.events, size.n - size.events)
        kind = "with" if size.events == fewest else "without"
        work.ledger.warn(
            "few_events",
            f"only {fewest} cases of {part}{_by(cases)} are {kind} the condition: intervals are rough",
            fewest,
        )
    sampled = area_samples(work, reader, cases)
    area = sampled["auroc"].estimate() if reader.repeated else auroc(reader.score[0, rows], label, patient)
    work.ledger.measure(where, "auroc", area, size, at=cases.at, of=cases.of)
    work.ledger.measure(where, "auprc", sampled["auprc"].estimate(), size, at=cases.at, of=cases.of)
    _warn_of_area(work, reader.name, f"{part}{_by(cases)}", area)
    if reader.is_probability and cases.at is None:
        measure_calibration(work, reader, cases, size)
        measure_benefit(work, reader, cases, size)
        measure_after_recalibration(work, reader, cases, size)


def _by(cases: Cases) -> str:
    """Words for the horizon and the finding or subgroup, where there is one."""
    about = "" if cases.of is None else f" ({cases.of})"
    return about if cases.at is None else f"{about} at {cases.at}"


def _warn_of_area(work: Work, name: str, part: str, area: Estimate) -> None:
    if area.high is not None and area.high < 0.5:
        work.ledger.warn(
            "reversed_direction",
            f"the AUROC of {name} in {part} is {area.value:.2f}, far below 0.5: perhaps its low scores mean "
            "positive; turn the score round if so",
        )
    if area.se == 0:
        work.ledger.warn(
            "no_variation",
            f"the AUROC of {name} in {part} is {area.value:g} without any variation: its interval is too "
            "narrow",
        )


def _measure_calls(
    work: Work, reader: BinaryReader, classes: tuple[str, str], cases: Cases, excluded: int
) -> None:
    assert reader.call is not None
    part, rows, label, calls = cases.part, cases.rows, cases.outcome, reader.call[:, cases.rows]
    where, size = (reader.name, part), Size(len(rows), int(label.sum()), excluded)
    if reader.score is None:
        shares = share_of_cases(label, work.patients(rows), work.options.share_interval)
        work.ledger.measure(where, "prevalence", shares, size, at=cases.at, of=cases.of)
    for number, call in enumerate(calls):
        made = Calls(call == 1, label)
        repeat = reader.repeats[number] if reader.repeats else None
        work.ledger.confusions.append(
            Confusion(reader.name, part, classes, made.counts, reader.at, repeat, excluded, cases.of)
        )
    sampled = call_samples(work, reader, cases)
    made = Calls(calls[0] == 1, label, work.patients(rows))
    for measure in THRESHOLD_MEASURES:
        if reader.repeated or measure == "f1":
            estimate = sampled[measure].estimate()
        elif measure == "balanced_accuracy":
            estimate = made.balanced_accuracy()
        else:
            estimate = made.share(measure, work.options.share_interval)
        work.ledger.measure(where, measure, estimate, size, at=reader.at, of=cases.of)
    if cases.at is None:
        measure_predictive_values(work, reader, cases, size)
    for point in reader.points:
        _measure_point(work, reader, point, cases, size)


def _measure_point(work: Work, reader: BinaryReader, point: Point, cases: Cases, size: Size) -> None:
    """Sensitivity and specificity at a further operating point that was frozen on the validation rows."""
    calls, measures = point.call[:, cases.rows] == 1, ("sensitivity", "specificity")
    where = (reader.name, cases.part)

    def statistic(weights: Floats) -> Floats:
        counts = [weighted_counts(call, cases.outcome, weights) for call in calls]
        return np.stack([from_counts(name, count) for name in measures for count in counts], axis=1)

    if reader.repeated:
        sampled = draw_samples(work, reader.name, statistic, cases, measures)
        found = {measure: sampled[measure].estimate() for measure in measures}
    else:
        made = Calls(calls[0], cases.outcome, work.patients(cases.rows))
        found = {measure: made.share(measure, work.options.share_interval) for measure in measures}
    for measure, estimate in found.items():
        work.ledger.measure(where, measure, estimate, size, at=point.at, of=cases.of)
