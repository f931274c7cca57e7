"""Three classes and more in groups of patients: accuracy, and the mean one-vs-rest AUROC."""

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation.common.estimates import Difference, Estimate, Floats, repeats_patients
from hilum.evaluation.comparisons.mcnemar import Paired, mcnemar_clustered
from hilum.evaluation.ledger import Work
from hilum.evaluation.measures.area_influence import share_influence
from hilum.evaluation.measures.many_findings import mean_area_influence
from hilum.evaluation.measures.multiclass import macro_auroc, macro_auroc_difference, one_against_the_rest
from hilum.evaluation.measures.proportions import share_of_cases
from hilum.evaluation.tasks.class_reader import ClassReader
from hilum.evaluation.tasks.group_tests import (
    Judged,
    JudgedPair,
    Rows,
    SmallGroups,
    judge_groups,
    judge_pair_in_groups,
)
from hilum.evaluation.tasks.subgroup_columns import groupings

Target = NDArray[np.int64]


def measure_classes_subgroups(work: Work, readers: Sequence[ClassReader], target: Target) -> None:
    """Write down accuracy and mean AUROC of each reader in each group of `options.subgroups`.

    Groups without a case of some class have no mean AUROC. Readers trained several times are shown by their
    ensemble.

    Raises:
        ReadingsError: the truth has no such column.
    """
    columns = groupings(work)
    small, single = SmallGroups(), [reader for reader in readers if not reader.repeated]
    for part in work.parts if columns else ():
        for reader in single:
            for judged in _judged(work, reader, target, part):
                for grouping in columns:
                    judge_groups(work, (reader.name, part), judged, grouping, small, both=False)
    for part in work.compared_parts if columns and not work.options.unpaired else ():
        for first, second in itertools.combinations(single, 2):
            for pair in _judged_pairs(work, first, second, target, part):
                for grouping in columns:
                    judge_pair_in_groups(work, (first.name, second.name, part), pair, grouping)
    small.warn(work, "cases")


def _rows(work: Work, target: Target, part: str, read: NDArray[np.bool_]) -> Rows:
    return np.flatnonzero(work.alignment.truth.in_part(part) & (target >= 0) & read)


def _judged(work: Work, reader: ClassReader, target: Target, part: str) -> list[Judged]:
    found = []
    rows = _rows(work, target, part, reader.called())
    if len(rows):
        right, patient = reader.call[0, rows] == target[rows], work.patients(rows)
        found.append(_judged_share(rows, np.asarray(right), patient))
    rows = _rows(work, target, part, reader.scored())
    if reader.scores is not None and len(rows):
        found.append(_judged_area(rows, reader.scores[0][:, rows], target[rows], work.patients(rows)))
    return found


def _judged_share(rows: Rows, right: NDArray[np.bool_], patient: NDArray[np.int64]) -> Judged:
    everyone = np.ones(len(rows), dtype=np.bool_)

    def estimate(inside: Rows) -> Estimate:
        return share_of_cases(right[inside], patient[inside])

    def influence(inside: Rows) -> tuple[float, Floats]:
        return share_influence(right[inside], everyone[inside], patient[inside])

    def shares(inside: Rows) -> tuple[float, float]:
        return float(right[inside].sum()), float(len(inside))

    return Judged("accuracy", rows, everyone, estimate, influence, None, shares)


def _judged_area(rows: Rows, scores: Floats, true: Target, patient: NDArray[np.int64]) -> Judged:
    labels = one_against_the_rest(true, len(scores))

    def estimate(inside: Rows) -> Estimate:
        return macro_auroc(scores[:, inside], true[inside], patient[inside])

    def influence(inside: Rows) -> tuple[float, Floats]:
        return mean_area_influence(scores[:, inside], labels[:, inside], patient[inside])

    return Judged("auroc", rows, np.ones(len(rows), dtype=np.bool_), estimate, influence)


def _judged_pairs(
    work: Work, first: ClassReader, second: ClassReader, target: Target, part: str
) -> list[JudgedPair]:
    found = []
    rows = _rows(work, target, part, first.called() & second.called())
    if len(rows):
        right = tuple(np.asarray(one.call[0, rows] == target[rows]) for one in (first, second))
        found.append(_shares_apart(rows, (right[0], right[1]), work.patients(rows)))
    rows = _rows(work, target, part, first.scored() & second.scored())
    if first.scores is not None and second.scores is not None and len(rows):
        scores = (first.scores[0][:, rows], second.scores[0][:, rows])
        found.append(_areas_apart(rows, scores, target[rows], work.patients(rows)))
    return found


def _shares_apart(
    rows: Rows, right: tuple[NDArray[np.bool_], NDArray[np.bool_]], patient: NDArray[np.int64]
) -> JudgedPair:
    everyone, (right_a, right_b) = np.ones(len(rows), dtype=np.bool_), right

    def difference(inside: Rows) -> Difference:
        if repeats_patients(patient[inside]):
            return mcnemar_clustered(right_a[inside], right_b[inside], patient[inside])
        return Paired.of(right_a[inside], right_b[inside]).difference("mcnemar_exact")

    def influence(inside: Rows) -> tuple[float, Floats]:
        first, moved_a = share_influence(right_a[inside], everyone[inside], patient[inside])
        second, moved_b = share_influence(right_b[inside], everyone[inside], patient[inside])
        return first - second, moved_a - moved_b

    return JudgedPair("accuracy", rows, everyone, difference, influence)


def _areas_apart(
    rows: Rows, scores: tuple[Floats, Floats], true: Target, patient: NDArray[np.int64]
) -> JudgedPair:
    labels, (score_a, score_b) = one_against_the_rest(true, len(scores[0])), scores

    def difference(inside: Rows) -> Difference:
        return macro_auroc_difference(score_a[:, inside], score_b[:, inside], true[inside], patient[inside])

    def influence(inside: Rows) -> tuple[float, Floats]:
        first, moved_a = mean_area_influence(score_a[:, inside], labels[:, inside], patient[inside])
        second, moved_b = mean_area_influence(score_b[:, inside], labels[:, inside], patient[inside])
        return first - second, moved_a - moved_b

    return JudgedPair("auroc", rows, np.ones(len(rows), dtype=np.bool_), difference, influence)
