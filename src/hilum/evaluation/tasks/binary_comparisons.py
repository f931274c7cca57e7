"""Two readers on one yes-or-no question.

The same cases, the right test, or only what can be said without pairs.
"""

import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation.common.estimates import Difference, repeats_patients, wald_difference
from hilum.evaluation.comparisons.mcnemar import Margins, Paired, mcnemar_clustered, mcnemar_range
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.operating_point import SHARES, Calls
from hilum.evaluation.measures.roc import auroc, auroc_difference, compare_aurocs
from hilum.evaluation.tasks.binary_reader import BinaryReader, Flags, Question
from hilum.evaluation.tasks.samples import Cases, area_samples, call_samples

PAIRED_SHARES = ("sensitivity", "specificity", "accuracy")


def reader_pairs(readers: Sequence[BinaryReader]) -> list[tuple[BinaryReader, BinaryReader]]:
    """All pairs in the order given; a reader is not set against the ensemble of its own repeats."""
    return [
        (first, second)
        for first, second in itertools.combinations(readers, 2)
        if first.name != second.ensemble_of and second.name != first.ensemble_of
    ]


def compare_readers(work: Work, readers: Sequence[BinaryReader], question: Question, part: str) -> None:
    """Write down every comparison of two readers on one part.

    Where there are three or more, all are tested at once as well.
    """
    group = question.known & work.alignment.truth.in_part(part)
    for first, second in reader_pairs(readers):
        if first.score is not None and second.score is not None:
            if work.options.unpaired:
                _unpaired_areas(work, first, second, question, part)
            else:
                _paired_areas(work, first, second, question, part)
        if first.call is not None and second.call is not None:
            if work.options.unpaired:
                _unpaired_shares(work, first, second, question, part)
            else:
                _paired_shares(work, first, second, question, part)
    scored = [reader for reader in readers if reader.score is not None and not reader.repeated]
    if len(scored) > 2 and not work.options.unpaired:
        _compare_all(work, scored, question, part, group)


def _warn_of_overlap(work: Work, readers: tuple[str, str], part: str, read: tuple[Flags, Flags]) -> None:
    """Count the cases that both read where neither read all of the other's.

    Where one did, the count of the other's missing cases already says what is compared.
    """
    both = int(np.sum(read[0] & read[1]))
    if both < min(int(read[0].sum()), int(read[1].sum())):
        work.ledger.warn(
            "fewer_compared",
            f"{readers[0]} and {readers[1]} are compared in {part} on the {both} cases that both read",
            int(np.sum(read[0] | read[1])) - both,
        )


def _paired_areas(
    work: Work, first: BinaryReader, second: BinaryReader, question: Question, part: str
) -> None:
    assert first.score is not None
    assert second.score is not None
    group = question.known & work.alignment.truth.in_part(part)
    read = (group & np.isfinite(first.score).all(axis=0), group & np.isfinite(second.score).all(axis=0))
    rows = np.flatnonzero(read[0] & read[1])
    label = question.label[rows]
    _warn_of_overlap(work, (first.name, second.name), part, read)
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


def _paired_shares(
    work: Work, first: BinaryReader, second: BinaryReader, question: Question, part: str
) -> None:
    assert first.call is not None
    assert second.call is not None
    group = question.known & work.alignment.truth.in_part(part)
    read = (group & np.isfinite(first.call).all(axis=0), group & np.isfinite(second.call).all(axis=0))
    rows = np.flatnonzero(read[0] & read[1])
    _warn_of_overlap(work, (first.name, second.name), part, read)
    if len(rows) == 0:
        return
    label, patient = question.label[rows], work.patients(rows)
    size, where = Size(len(rows), int(label.sum())), (first.name, second.name, part)
    at = first.at if first.at == second.at else question.at
    for measure in PAIRED_SHARES:
        if first.repeated or second.repeated:
            cases = Cases(part, rows, label, question.at, question.of)
            sampled_a, sampled_b = call_samples(work, first, cases), call_samples(work, second, cases)
            results = [sampled_a[measure].minus(sampled_b[measure])]
        else:
            results = _mcnemar(measure, first.call[0, rows] == 1, second.call[0, rows] == 1, label, patient)
        for result in results:
            work.ledger.compare(where, measure, result, size, at=at, of=question.of)


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


def _compare_all(
    work: Work, readers: Sequence[BinaryReader], question: Question, part: str, group: Flags
) -> None:
    scores = np.stack([reader.score[0] for reader in readers if reader.score is not None])
    rows = np.flatnonzero(group & np.isfinite(scores).all(axis=0))
    label = question.label[rows]
    if len(rows) == 0 or label.all() or not label.any():
        return
    result = compare_aurocs(scores[:, rows], label, work.patients(rows))
    size = Size(len(rows), int(label.sum()))
    work.ledger.compare(("all readers", None, part), "auroc", result, size, at=question.at, of=question.of)


def _unpaired_areas(
    work: Work, first: BinaryReader, second: BinaryReader, question: Question, part: str
) -> None:
    areas, sizes = [], []
    group = question.known & work.alignment.truth.in_part(part)
    for reader in (first, second):
        assert reader.score is not None
        rows = np.flatnonzero(group & np.isfinite(reader.score).all(axis=0))
        label = question.label[rows]
        if reader.repeated or len(rows) == 0 or label.all() or not label.any():
            return
        areas.append(auroc(reader.score[0, rows], label, work.patients(rows)))
        sizes.append(Size(len(rows), int(label.sum())))
    a, b = areas
    assert a.value is not None
    assert b.value is not None
    se = math.hypot(a.se if a.se is not None else math.nan, b.se if b.se is not None else math.nan)
    result = wald_difference(a.value - b.value, se, "unpaired_wald")
    size = Size(min(one.n for one in sizes), min(one.events for one in sizes))
    work.ledger.compare(
        (first.name, second.name, part), "auroc", result, size, at=question.at, of=question.of
    )


def _unpaired_shares(
    work: Work, first: BinaryReader, second: BinaryReader, question: Question, part: str
) -> None:
    group = question.known & work.alignment.truth.in_part(part)
    counts, sizes = [], []
    for reader in (first, second):
        assert reader.call is not None
        rows = np.flatnonzero(group & np.isfinite(reader.call).all(axis=0))
        if reader.repeated or len(rows) == 0:
            return
        made = Calls(reader.call[0, rows] == 1, question.label[rows])
        counts.append(made.counts)
        sizes.append(Size(len(rows), int(question.label[rows].sum())))
    if sizes[0] != sizes[1]:
        work.ledger.warn(
            "pairing_impossible",
            f"{first.name} and {second.name} read different numbers of cases of {part}: they cannot be the "
            "same cases, so no range of McNemar's p is given",
        )
        return
    (a_tn, a_fp), (a_fn, a_tp) = counts[0]
    (b_tn, _b_fp), (_b_fn, b_tp) = counts[1]
    ill, well = Margins(a_tp + a_fn, a_tp, b_tp), Margins(a_tn + a_fp, a_tn, b_tn)
    where = (first.name, second.name, part)
    groups = {"sensitivity": (ill,), "specificity": (well,), "accuracy": (ill, well)}
    at = first.at if first.at == second.at else question.at
    for measure, margins in groups.items():
        if sum(one.n for one in margins) > 0:
            for method in ("mcnemar_exact", "mcnemar_mid_p"):
                for result in _range(margins, method):
                    work.ledger.compare(where, measure, result, sizes[0], at=at, of=question.of)
    work.ledger.warn(
        "unpaired_range",
        "it is not known which cases the readers call alike: instead of a paired test the smallest and the "
        "largest p of McNemar's test over all pairings that the counts allow are given",
    )


def _range(margins: tuple[Margins, ...], method: str) -> tuple[Difference, Difference]:
    smallest, largest = mcnemar_range(*margins, mid=method == "mcnemar_mid_p")
    return smallest.difference(f"{method}_smallest_p"), largest.difference(f"{method}_largest_p")
