"""Two readers whose rows cannot be matched: only what can be said without pairs."""

import math

import numpy as np

from hilum.evaluation.common.estimates import Difference, wald_difference
from hilum.evaluation.comparisons.mcnemar import Margins, mcnemar_range
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.operating_point import Calls
from hilum.evaluation.measures.roc import auroc
from hilum.evaluation.tasks.binary_reader import BinaryReader, Question


def compare_unpaired(
    work: Work, first: BinaryReader, second: BinaryReader, question: Question, part: str
) -> None:
    """Write down the difference of two AUROCs as of other cases, and the range of McNemar's p."""
    if first.score is not None and second.score is not None:
        _unpaired_areas(work, first, second, question, part)
    if first.call is not None and second.call is not None:
        _unpaired_shares(work, first, second, question, part)


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
