"""Net reclassification and integrated discrimination of two readers, where they were asked for."""

import numpy as np

from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.reclassification import (
    Reclassification,
    integrated_discrimination,
    net_reclassification,
    net_reclassification_of_calls,
)
from hilum.evaluation.tasks.binary_reader import BinaryReader, Question

AT_THRESHOLDS = "each at its threshold"


def compare_reclassification(
    work: Work, first: BinaryReader, second: BinaryReader, question: Question, part: str
) -> None:
    """Write down what the first reader adds to the second, cases with and without the condition apart.

    Nothing is written unless `nri` or `idi` was asked for.
    """
    asked = work.options.further & {"nri", "idi"}
    if not asked or question.at is not None or work.options.unpaired:
        return
    _advise_against(work)
    if first.repeated or second.repeated:
        work.ledger.warn(
            "reclassification_of_repeats",
            "NRI and IDI are not given for readers trained several times; their ensembles have them",
        )
        return
    if first.is_probability and second.is_probability:
        _of_probabilities(work, (first, second), question, part)
    if "nri" in asked and first.call is not None and second.call is not None:
        rows = _rows_of_both(work, first.call[0], second.call[0], question, part)
        label = question.label[rows]
        if len(rows) and label.any() and not label.all():
            found = net_reclassification_of_calls(
                first.call[0, rows] == 1, second.call[0, rows] == 1, label, work.patients(rows)
            )
            where = (first.name, second.name, part)
            _write(work, (*where, "nri"), found, Size(len(rows), int(label.sum())), question)


def _of_probabilities(
    work: Work, pair: tuple[BinaryReader, BinaryReader], question: Question, part: str
) -> None:
    first, second = pair
    assert first.score is not None
    assert second.score is not None
    rows = _rows_of_both(work, first.score[0], second.score[0], question, part)
    label, patient = question.label[rows], work.patients(rows)
    if len(rows) == 0 or label.all() or not label.any():
        return
    a, b = first.score[0, rows], second.score[0, rows]
    where, size = (first.name, second.name, part), Size(len(rows), int(label.sum()))
    for name, function in (("nri", net_reclassification), ("idi", integrated_discrimination)):
        if name in work.options.further:
            _write(work, (*where, name), function(a, b, label, patient), size, question)


def _rows_of_both(
    work: Work, first: np.ndarray, second: np.ndarray, question: Question, part: str
) -> np.ndarray:
    group = question.known & work.alignment.truth.in_part(part)
    return np.flatnonzero(group & np.isfinite(first) & np.isfinite(second))


def _write(
    work: Work, where: tuple[str, str, str, str], found: Reclassification, size: Size, question: Question
) -> None:
    """Write both kinds of cases under the measure that comes last in `where`."""
    first, second, part, name = where
    at = AT_THRESHOLDS if name == "nri" and found.of_calls else None
    for kind, result in (("events", found.events), ("non_events", found.non_events)):
        work.ledger.compare((first, second, part), f"{name}_{kind}", result, size, at=at, of=question.of)


def _advise_against(work: Work) -> None:
    work.ledger.warn(
        "reclassification",
        "NRI and IDI are given because they were asked for; statisticians advise against them: they can "
        "favour a reader that adds nothing, or one whose probabilities are not true, and their intervals are "
        "too narrow or too wide (Hilden & Gerds, Statistics in Medicine 2014; Pepe et al., Statistics in "
        "Biosciences 2015). Judge by the AUROC, calibration and net benefit",
    )
