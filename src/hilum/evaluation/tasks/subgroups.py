"""Whom a reader serves worse: every reader in every group of the columns that were asked for."""

import itertools
from collections.abc import Sequence

import numpy as np

from hilum.evaluation.common.estimates import Difference, Estimate, Floats, repeats_patients
from hilum.evaluation.comparisons.mcnemar import Paired, mcnemar_clustered
from hilum.evaluation.ledger import Work
from hilum.evaluation.measures.area_influence import area_influence, share_influence
from hilum.evaluation.measures.operating_point import SHARES, Calls
from hilum.evaluation.measures.roc import auroc, auroc_difference
from hilum.evaluation.tasks.binary_reader import BinaryReader, Flags, Question
from hilum.evaluation.tasks.group_tests import (
    Judged,
    JudgedPair,
    Rows,
    SmallGroups,
    judge_groups,
    judge_pair_in_groups,
)
from hilum.evaluation.tasks.samples import Cases, area_samples, call_samples
from hilum.evaluation.tasks.subgroup_columns import groupings

CALLED = ("sensitivity", "specificity")


def measure_subgroups(work: Work, readers: Sequence[BinaryReader], question: Question) -> None:
    """Write down each reader's AUROC, sensitivity and specificity in each group of `options.subgroups`.

    With it go, for each column, a test whether the measure differs between its groups and the largest gap
    between two of them; and for each two readers their paired difference in each group, and whether that
    differs. Operating points are those frozen for all cases. A reader that was trained several times is
    measured in each group; between groups its ensemble is tested.

    Raises:
        ReadingsError: the truth has no such column.
    """
    columns = groupings(work)
    if not columns:
        return
    small = SmallGroups()
    for part in work.parts:
        for reader in readers:
            for judged in _judged(work, reader, question, part):
                for grouping in columns:
                    judge_groups(work, (reader.name, part), judged, grouping, small, both=True)
    for part in () if work.options.unpaired else work.compared_parts:
        for first, second in itertools.combinations(readers, 2):
            if first.name in {second.ensemble_of, second.name} or second.name == first.ensemble_of:
                continue
            for pair in _judged_pairs(work, first, second, question, part):
                for grouping in columns:
                    judge_pair_in_groups(work, (first.name, second.name, part), pair, grouping)
    small.warn(
        work, "cases with, or without, the condition", "" if question.at is None else f" at {question.at}"
    )


def _judged(work: Work, reader: BinaryReader, question: Question, part: str) -> list[Judged]:
    group = question.known & work.alignment.truth.in_part(part)
    found = []
    if reader.score is not None:
        rows = np.flatnonzero(group & np.isfinite(reader.score).all(axis=0))
        if len(rows):
            found.append(_judged_area(work, reader, rows, question, part))
    if reader.call is not None:
        rows = np.flatnonzero(group & np.isfinite(reader.call).all(axis=0))
        found += [_judged_share(work, reader, rows, question, (part, name)) for name in CALLED if len(rows)]
    return found


def _judged_area(work: Work, reader: BinaryReader, rows: Rows, question: Question, part: str) -> Judged:
    assert reader.score is not None
    scores, label, patient = reader.score[:, rows], question.label[rows], work.patients(rows)

    def estimate(inside: Rows) -> Estimate:
        area = auroc(scores[0, inside], label[inside], patient[inside])
        if not reader.repeated:
            return area
        cases = Cases(part, rows[inside], label[inside], question.at, question.of)
        return area_samples(work, reader, cases)["auroc"].estimate()

    def influence(inside: Rows) -> tuple[float, Floats]:
        return area_influence(scores[0, inside], label[inside], patient[inside])

    return Judged("auroc", rows, label, estimate, None if reader.repeated else influence, question.at)


def _judged_share(
    work: Work, reader: BinaryReader, rows: Rows, question: Question, what: tuple[str, str]
) -> Judged:
    assert reader.call is not None
    part, measure = what
    calls, label, patient = reader.call[:, rows] == 1, question.label[rows], work.patients(rows)
    success, among = SHARES[measure](calls[0], label)

    def estimate(inside: Rows) -> Estimate:
        if not reader.repeated:
            return Calls(calls[0, inside], label[inside], patient[inside]).share(measure)
        cases = Cases(part, rows[inside], label[inside], question.at, question.of)
        return call_samples(work, reader, cases)[measure].estimate()

    def influence(inside: Rows) -> tuple[float, Floats]:
        return share_influence(success[inside], among[inside], patient[inside])

    def shares(inside: Rows) -> tuple[float, float]:
        return float((success & among)[inside].sum()), float(among[inside].sum())

    tested = None if reader.repeated else influence
    return Judged(measure, rows, label, estimate, tested, reader.at, shares)


def _judged_pairs(
    work: Work, first: BinaryReader, second: BinaryReader, question: Question, part: str
) -> list[JudgedPair]:
    group, found = question.known & work.alignment.truth.in_part(part), []
    if first.repeated or second.repeated:
        return []
    if first.score is not None and second.score is not None:
        rows = np.flatnonzero(group & np.isfinite(first.score[0]) & np.isfinite(second.score[0]))
        if len(rows):
            found.append(_areas_apart(work, first.score[0, rows], second.score[0, rows], rows, question))
    if first.call is not None and second.call is not None:
        rows = np.flatnonzero(group & np.isfinite(first.call[0]) & np.isfinite(second.call[0]))
        at = first.at if first.at == second.at else question.at
        calls = (first.call[0, rows] == 1, second.call[0, rows] == 1)
        found += [_shares_apart(work, calls, rows, question, (name, at)) for name in CALLED if len(rows)]
    return found


def _areas_apart(work: Work, score_a: Floats, score_b: Floats, rows: Rows, question: Question) -> JudgedPair:
    label, patient = question.label[rows], work.patients(rows)

    def difference(inside: Rows) -> Difference:
        return auroc_difference(score_a[inside], score_b[inside], label[inside], patient[inside])

    def influence(inside: Rows) -> tuple[float, Floats]:
        first, moved_a = area_influence(score_a[inside], label[inside], patient[inside])
        second, moved_b = area_influence(score_b[inside], label[inside], patient[inside])
        return first - second, moved_a - moved_b

    return JudgedPair("auroc", rows, label, difference, influence, question.at)


def _shares_apart(
    work: Work, calls: tuple[Flags, Flags], rows: Rows, question: Question, what: tuple[str, str | None]
) -> JudgedPair:
    measure, at = what
    label, patient = question.label[rows], work.patients(rows)
    right_a, among = SHARES[measure](calls[0], label)
    right_b, _ = SHARES[measure](calls[1], label)

    def difference(inside: Rows) -> Difference:
        chosen = inside[among[inside]]
        if len(chosen) == 0:
            return Difference(None)
        if repeats_patients(patient[chosen]):
            return mcnemar_clustered(right_a[chosen], right_b[chosen], patient[chosen])
        return Paired.of(right_a[chosen], right_b[chosen]).difference("mcnemar_exact")

    def influence(inside: Rows) -> tuple[float, Floats]:
        first, moved_a = share_influence(right_a[inside], among[inside], patient[inside])
        second, moved_b = share_influence(right_b[inside], among[inside], patient[inside])
        return first - second, moved_a - moved_b

    return JudgedPair(measure, rows, label, difference, influence, at)
