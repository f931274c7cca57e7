"""Readers against the comparator as a rule of whom to screen."""

from collections.abc import Sequence

import numpy as np

from hilum.evaluation.common.estimates import Floats, repeats_patients
from hilum.evaluation.common.resampling import bootstrap_difference
from hilum.evaluation.comparisons.mcnemar import Paired, mcnemar_clustered
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.operating_point import SHARES
from hilum.evaluation.measures.proportions import share_of_cases
from hilum.evaluation.measures.screening import ScreenedOrder
from hilum.evaluation.tasks.binary_reader import BinaryReader, Point, Question, at_horizon
from hilum.evaluation.tasks.samples import Cases, Sampled, draw_samples

FOUND = ("screened_share", "fewer_screened", "sensitivity", "more_found")


def measure_screening(work: Work, readers: Sequence[BinaryReader], question: Question, part: str) -> None:
    """How many each reader screens at the comparator's sensitivity, and finds at its number screened.

    Both are matched on the same cases of the part itself; a threshold that was frozen on the validation rows
    has rows of its own.
    """
    rule = _rule(work, readers)
    if rule is None:
        return
    assert rule.call is not None
    group = question.known & work.alignment.truth.in_part(part)
    rows = np.flatnonzero(group & np.isfinite(rule.call).all(axis=0))
    if len(rows) == 0:
        return
    size = Size(len(rows), int(question.label[rows].sum()), int(group.sum()) - len(rows))
    share = share_of_cases(rule.call[0, rows] == 1, work.patients(rows), work.options.share_interval)
    work.ledger.measure((rule.name, part), "screened_share", share, size, at=rule.at, of=question.of)
    for reader in _others(readers, rule):
        assert reader.score is not None
        cases = _cases_of_both(work, reader.score, rule, question, part)
        if not cases.outcome.any():
            continue
        found = _sampled(work, reader, rule, cases)
        size = Size(len(cases.rows), int(cases.outcome.sum()), int(group.sum()) - len(cases.rows))
        for measure, _, at in _matched(rule, question):
            estimate = found[measure].estimate()
            work.ledger.measure((reader.name, part), measure, estimate, size, at=at, of=question.of)
        _say_ties(work, reader, cases)


def compare_with_comparator(
    work: Work, readers: Sequence[BinaryReader], question: Question, part: str
) -> None:
    """Write down how readers differ from the comparator at equal sensitivity and at equal number screened.

    At the threshold that was frozen for the comparator's sensitivity, calls are compared by McNemar's test.
    """
    rule = _rule(work, readers)
    if rule is None:
        return
    for reader in _others(readers, rule):
        assert reader.score is not None
        cases = _cases_of_both(work, reader.score, rule, question, part)
        if not cases.outcome.any():
            continue
        where, size = (reader.name, rule.name, part), Size(len(cases.rows), int(cases.outcome.sum()))
        found = _sampled(work, reader, rule, cases)
        method = "hierarchical_bootstrap_wald" if reader.repeated else "bootstrap_wald"
        for measure, change, at in _matched(rule, question):
            difference = bootstrap_difference(found[change].value, found[change].draws, method)
            work.ledger.compare(where, measure, difference, size, at=at, of=question.of)
        for point in () if reader.repeated else reader.points:
            _compare_calls(work, (reader, rule), point, cases, size)


def _compare_calls(
    work: Work, pair: tuple[BinaryReader, BinaryReader], point: Point, cases: Cases, size: Size
) -> None:
    reader, rule = pair
    assert rule.call is not None
    calls = point.call[0, cases.rows] == 1, rule.call[0, cases.rows] == 1
    patient = work.patients(cases.rows)
    for measure in ("sensitivity", "specificity"):
        right_a, among = SHARES[measure](calls[0], cases.outcome)
        right_b, _ = SHARES[measure](calls[1], cases.outcome)
        if not among.any():
            continue
        if repeats_patients(patient[among]):
            results = [mcnemar_clustered(right_a[among], right_b[among], patient[among])]
        else:
            paired = Paired.of(right_a[among], right_b[among])
            results = [paired.difference("mcnemar_exact"), paired.difference("mcnemar_mid_p")]
        for result in results:
            where = (reader.name, rule.name, cases.part)
            work.ledger.compare(where, measure, result, size, at=point.at, of=cases.of)


def _rule(work: Work, readers: Sequence[BinaryReader]) -> BinaryReader | None:
    """The comparator, where it says whom it would screen."""
    rule = next((one for one in readers if one.name == work.options.comparator), None)
    if rule is None or rule.call is None or work.options.unpaired:
        return None
    if rule.repeated:
        work.ledger.warn(
            "repeated_comparator",
            f"{rule.name} was trained several times: whom it would screen is not one rule, so no reader is "
            "set against it as one; name its ensemble as the comparator",
        )
        return None
    return rule


def _others(readers: Sequence[BinaryReader], rule: BinaryReader) -> list[BinaryReader]:
    """Readers with scores of their own, recalibration having changed nothing about their order."""
    return [
        reader
        for reader in readers
        if reader.score is not None
        and reader.recalibrated_from is None
        and rule.name not in {reader.name, reader.ensemble_of}
        and rule.ensemble_of != reader.name
    ]


def _matched(rule: BinaryReader, question: Question) -> tuple[tuple[str, str, str], ...]:
    """Measure, its difference, and how what is held equal is named."""
    return (
        ("screened_share", "fewer_screened", at_horizon(question, f"equal sensitivity to {rule.name}")),
        ("sensitivity", "more_found", at_horizon(question, f"equal number screened as {rule.name}")),
    )


def _cases_of_both(work: Work, score: Floats, rule: BinaryReader, question: Question, part: str) -> Cases:
    assert rule.call is not None
    group = question.known & work.alignment.truth.in_part(part)
    rows = np.flatnonzero(group & np.isfinite(score).all(axis=0) & np.isfinite(rule.call).all(axis=0))
    return Cases(part, rows, question.label[rows], question.at, question.of)


def _sampled(work: Work, reader: BinaryReader, rule: BinaryReader, cases: Cases) -> dict[str, Sampled]:
    assert reader.score is not None
    assert rule.call is not None
    called = rule.call[0, cases.rows] == 1
    orders: list[ScreenedOrder] = []

    def statistic(weights: Floats) -> Floats:
        if not orders:
            score = reader.score[:, cases.rows] if reader.score is not None else ()
            orders.extend(ScreenedOrder.of(one, called, cases.outcome) for one in score)
        return np.stack([order.measure(weights) for order in orders], axis=2).reshape(len(weights), -1)

    name = f"{reader.name} as {rule.name}"
    return work.remember(
        cases.key("screening", name), lambda: draw_samples(work, name, statistic, cases, FOUND)
    )


def _say_ties(work: Work, reader: BinaryReader, cases: Cases) -> None:
    assert reader.score is not None
    if any(len(np.unique(one)) < len(one) for one in reader.score[:, cases.rows]):
        work.ledger.warn(
            "screened_at_random",
            f"some cases have equal scores of {reader.name}: where only a part of them would be screened, "
            "the number found is what is expected when that part is drawn at random",
        )
