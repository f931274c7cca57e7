"""Three readers or more on one yes-or-no question: all at once, then pairs adjusted for their number."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from hilum.evaluation.comparisons.cochran_q import cochran_q
from hilum.evaluation.comparisons.holm import holm
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.operating_point import SHARES
from hilum.evaluation.measures.roc import compare_aurocs
from hilum.evaluation.results import Comparison
from hilum.evaluation.tasks.binary_reader import BinaryReader, Question
from hilum.evaluation.tasks.recalibrated_readers import SUFFIX

ALL = "all readers"
# Tests whose p values are adjusted; McNemar's mid-p is a second opinion on the same pair and is not.
ADJUSTED = {
    "auroc": ("delong_paired", "delong_paired_clustered", "hierarchical_bootstrap_wald"),
    "sensitivity": ("mcnemar_exact", "mcnemar_clustered", "hierarchical_bootstrap_wald"),
    "specificity": ("mcnemar_exact", "mcnemar_clustered", "hierarchical_bootstrap_wald"),
    "accuracy": ("mcnemar_exact", "mcnemar_clustered", "hierarchical_bootstrap_wald"),
}


def compare_all(work: Work, readers: Sequence[BinaryReader], question: Question, part: str) -> None:
    """Write down whether all readers that read once are alike, on the cases that all of them read.

    A recalibrated reader is the same reader once more, and left out.
    """
    readers = [one for one in readers if not one.repeated and one.recalibrated_from is None]
    scored = [reader for reader in readers if reader.score is not None]
    if len(scored) > 2:
        _all_areas(work, scored, question, part)
    called = [reader for reader in readers if reader.call is not None]
    if len(called) > 2:
        _all_calls(work, called, question, part)


def _all_areas(work: Work, readers: Sequence[BinaryReader], question: Question, part: str) -> None:
    scores = np.stack([reader.score[0] for reader in readers if reader.score is not None])
    group = question.known & work.alignment.truth.in_part(part)
    rows = np.flatnonzero(group & np.isfinite(scores).all(axis=0))
    label = question.label[rows]
    if len(rows) == 0 or label.all() or not label.any():
        return
    result = compare_aurocs(scores[:, rows], label, work.patients(rows))
    size = Size(len(rows), int(label.sum()))
    work.ledger.compare((ALL, None, part), "auroc", result, size, at=question.at, of=question.of)


def _all_calls(work: Work, readers: Sequence[BinaryReader], question: Question, part: str) -> None:
    calls = np.stack([reader.call[0] for reader in readers if reader.call is not None])
    group = question.known & work.alignment.truth.in_part(part)
    rows = np.flatnonzero(group & np.isfinite(calls).all(axis=0))
    label, patient = question.label[rows], work.patients(rows)
    points = {reader.at for reader in readers}
    at = points.pop() if len(points) == 1 else question.at
    size = Size(len(rows), int(label.sum()))
    for measure in ("sensitivity", "specificity", "accuracy"):
        sides = [SHARES[measure](call == 1, label) for call in calls[:, rows]]
        among = sides[0][1]
        if among.any():
            right = np.stack([side[0][among] for side in sides])
            result = cochran_q(right, patient[among])
            work.ledger.compare((ALL, None, part), measure, result, size, at=at, of=question.of)


def write_holm(work: Work, start: int) -> None:
    """Repeat the pairs' tests from this place of the ledger on with p adjusted by Holm.

    A family is all pairs of one measure on one part; with one pair there is nothing to adjust. A reader
    before and after recalibration is no pair of two readers.
    """
    rows = work.ledger.comparisons[start:]
    for measure, methods in ADJUSTED.items():
        family = [row for row in rows if row.measure == measure and _in_family(row, methods)]
        if len(family) < 2:
            continue
        for row, p in zip(family, holm([row.p for row in family]), strict=True):
            if p is not None:
                work.ledger.comparisons.append(dataclasses.replace(row, p=p, method=f"{row.method}_holm"))


def _in_family(row: Comparison, methods: tuple[str, ...]) -> bool:
    if row.reader_b is None or row.method not in methods:
        return False
    return not row.reader_b.endswith(SUFFIX) and not row.reader_a.endswith(SUFFIX)
