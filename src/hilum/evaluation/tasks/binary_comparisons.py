"""Readers on one yes-or-no question: the same cases and the right test."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Difference, repeats_patients
from hilum.evaluation.comparisons.benefit_difference import benefit_difference
from hilum.evaluation.comparisons.mcnemar import Paired, mcnemar_clustered
from hilum.evaluation.comparisons.moskowitz_pepe import relative_predictive_value
from hilum.evaluation.inputs.alignment import Opinions
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.operating_point import SHARES
from hilum.evaluation.measures.roc import auroc_difference
from hilum.evaluation.tasks.all_readers import compare_all, write_holm
from hilum.evaluation.tasks.binary_reader import BinaryReader, Flags, Question
from hilum.evaluation.tasks.reader_groups import comparable
from hilum.evaluation.tasks.reclassification import compare_reclassification
from hilum.evaluation.tasks.samples import Cases, area_samples, call_samples
from hilum.evaluation.tasks.several_readers import compare_several
from hilum.evaluation.tasks.unpaired_comparisons import compare_unpaired

PAIRED_SHARES = ("sensitivity", "specificity", "accuracy")
PREDICTIVE_VALUES = ("ppv", "npv")
NAMED_PAIRS = 6


def reader_pairs(work: Work, readers: Sequence[BinaryReader]) -> list[tuple[BinaryReader, BinaryReader]]:
    """All pairs in the order given, but for those that say nothing.

    A reader is not set against the ensemble of its own repeats, nor a doctor against another doctor under
    another condition.
    """
    opinions = {one.reader: one for one in work.alignment.opinions}

    def of(reader: BinaryReader) -> Opinions:
        return opinions.get(reader.name, Opinions(reader.name, (), {}))

    return [
        (first, second)
        for first, second in itertools.combinations(readers, 2)
        if first.name != second.ensemble_of
        and second.name != first.ensemble_of
        and comparable(of(first), of(second))
        and _before_and_after(first, second)
    ]


def _before_and_after(first: BinaryReader, second: BinaryReader) -> bool:
    """A recalibrated reader is set against what it was before, and against nobody else."""
    names = {first.recalibrated_from, second.recalibrated_from} - {None}
    return not names or bool(names & {first.name, second.name})


@dataclass(frozen=True)
class Overlaps:
    """Pairs of which neither read all cases of the other, each with the cases that both read and the rest."""

    found: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def note(self, names: tuple[str, str], read: tuple[Flags, Flags]) -> None:
        """Keep the pair if both lack cases that the other read.

        Where one did not, the count of the other's missing cases already says what is compared.
        """
        both = int(np.sum(read[0] & read[1]))
        if both < min(int(read[0].sum()), int(read[1].sum())):
            self.found.setdefault(names, (both, int(np.sum(read[0] | read[1])) - both))

    def warn(self, work: Work, place: str) -> None:
        """Say it once for all pairs."""
        if not self.found:
            return
        by_count: dict[int, list[str]] = {}
        for (first, second), (both, _) in self.found.items():
            by_count.setdefault(both, []).append(f"{first} and {second}")
        said = "; ".join(
            f"on the {both} cases that both read: {_listed(pairs)}" for both, pairs in by_count.items()
        )
        lost = max(without for _, without in self.found.values())
        work.ledger.warn("fewer_compared", f"in {place} these readers are compared {said}", lost)


def _listed(pairs: Sequence[str]) -> str:
    more = len(pairs) - NAMED_PAIRS
    return ", ".join(pairs[:NAMED_PAIRS]) + (f" and {more} other pairs" if more > 0 else "")


def compare_readers(work: Work, readers: Sequence[BinaryReader], question: Question, part: str) -> None:
    """Write down every comparison of two readers on one part.

    Where there are three or more, all are tested at once as well, and the pairs' p values are also given
    adjusted for their number; where several doctors read the same cases, their mean is compared too.
    """
    before, overlaps = len(work.ledger.comparisons), Overlaps()
    for first, second in reader_pairs(work, readers):
        if work.options.unpaired:
            compare_unpaired(work, first, second, question, part)
            continue
        if first.score is not None and second.score is not None:
            _paired_areas(work, (first, second), question, part, overlaps)
        if first.call is not None and second.call is not None:
            _paired_calls(work, (first, second), question, part, overlaps)
        compare_reclassification(work, first, second, question, part)
    overlaps.warn(work, part if question.at is None else f"{part} at {question.at}")
    if work.options.unpaired:
        return
    compare_all(work, readers, question, part)
    write_holm(work, before)
    compare_several(work, readers, question, part)


def _paired_areas(
    work: Work, pair: tuple[BinaryReader, BinaryReader], question: Question, part: str, overlaps: Overlaps
) -> None:
    first, second = pair
    assert first.score is not None
    assert second.score is not None
    group = question.known & work.alignment.truth.in_part(part)
    read = (group & np.isfinite(first.score).all(axis=0), group & np.isfinite(second.score).all(axis=0))
    rows = np.flatnonzero(read[0] & read[1])
    label = question.label[rows]
    overlaps.note((first.name, second.name), read)
    if len(rows) == 0 or label.all() or not label.any():
        return
    size = Size(len(rows), int(label.sum()))
    cases = Cases(part, rows, label, question.at, question.of)
    sampled_a, sampled_b = area_samples(work, first, cases), area_samples(work, second, cases)
    for measure in ("auroc", "auprc"):
        if measure == "auroc" and not first.repeated and not second.repeated:
            result = auroc_difference(first.score[0, rows], second.score[0, rows], label, work.patients(rows))
        else:
            result = sampled_a[measure].minus(sampled_b[measure])
        work.ledger.compare(
            (first.name, second.name, part), measure, result, size, at=question.at, of=question.of
        )
    if first.is_probability and second.is_probability and question.at is None:
        _paired_benefit(work, first, second, cases)


def _paired_benefit(work: Work, first: BinaryReader, second: BinaryReader, cases: Cases) -> None:
    if first.repeated or second.repeated:
        return
    assert first.score is not None
    assert second.score is not None
    rows, label, patient = cases.rows, cases.outcome, work.patients(cases.rows)
    size = Size(len(rows), int(label.sum()))
    for threshold in work.options.benefit_thresholds:
        result = benefit_difference(first.score[0, rows], second.score[0, rows], label, threshold, patient)
        where = (first.name, second.name, cases.part)
        work.ledger.compare(where, "net_benefit", result, size, at=f"threshold={threshold:g}", of=cases.of)


def _paired_calls(
    work: Work, pair: tuple[BinaryReader, BinaryReader], question: Question, part: str, overlaps: Overlaps
) -> None:
    first, second = pair
    assert first.call is not None
    assert second.call is not None
    group = question.known & work.alignment.truth.in_part(part)
    read = (group & np.isfinite(first.call).all(axis=0), group & np.isfinite(second.call).all(axis=0))
    rows = np.flatnonzero(read[0] & read[1])
    overlaps.note((first.name, second.name), read)
    if len(rows) == 0:
        return
    cases = Cases(part, rows, question.label[rows], question.at, question.of)
    at = first.at if first.at == second.at else question.at
    size, where = Size(len(rows), int(cases.outcome.sum())), (first.name, second.name, part)
    for measure, results in _of_calls(work, first, second, cases).items():
        for result in results:
            work.ledger.compare(where, measure, result, size, at=at, of=question.of)


def _of_calls(
    work: Work, first: BinaryReader, second: BinaryReader, cases: Cases
) -> dict[str, list[Difference]]:
    """Comparisons of two readers' calls, by measure."""
    assert first.call is not None
    assert second.call is not None
    sampled_a, sampled_b = call_samples(work, first, cases), call_samples(work, second, cases)
    repeated = first.repeated or second.repeated
    sampled = (*PAIRED_SHARES, *PREDICTIVE_VALUES, "f1") if repeated else ("f1",)
    found = {measure: [sampled_a[measure].minus(sampled_b[measure])] for measure in sampled}
    if repeated:
        return found
    label, patient = cases.outcome, work.patients(cases.rows)
    call_a, call_b = first.call[0, cases.rows] == 1, second.call[0, cases.rows] == 1
    exact = {measure: _mcnemar(measure, call_a, call_b, label, patient) for measure in PAIRED_SHARES}
    for measure in PREDICTIVE_VALUES:
        try:
            exact[measure] = [relative_predictive_value(measure, call_a, call_b, label, patient)]
        except MeasureError:
            work.ledger.warn(
                "no_relative_value",
                f"the ratio of two readers' {measure.upper()} in {cases.part} is not defined where one of "
                "them is 0 or has no case: it is left out there",
            )
    return exact | found


def _mcnemar(
    measure: str, call_a: Flags, call_b: Flags, label: Flags, patient: NDArray[np.int64]
) -> list[Difference]:
    right_a, among = SHARES[measure](call_a, label)
    right_b, _ = SHARES[measure](call_b, label)
    if not among.any():
        return []
    if repeats_patients(patient[among]):
        return [mcnemar_clustered(right_a[among], right_b[among], patient[among])]
    paired = Paired.of(right_a[among], right_b[among])
    return [paired.difference("mcnemar_exact"), paired.difference("mcnemar_mid_p")]
