"""Readers against the comparator as a rule of whom to screen."""

from collections.abc import Sequence

import numpy as np

from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.common.resampling import bootstrap_difference
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.proportions import share_of_cases
from hilum.evaluation.measures.screening import ScreenedOrder
from hilum.evaluation.tasks.binary_reader import BinaryReader, Question
from hilum.evaluation.tasks.plain_samples import draw_plain, plain_estimate
from hilum.evaluation.tasks.samples import Cases

FOUND = ("screened_share", "fewer_screened", "sensitivity", "more_found")


def measure_screening(work: Work, readers: Sequence[BinaryReader], question: Question, part: str) -> None:
    """How many each reader screens at the comparator's sensitivity, and finds at its number screened.

    Both are matched on the same cases of the part itself; a threshold that was frozen on the validation rows
    has rows of its own.
    """
    rule = next((one for one in readers if one.name == work.options.comparator), None)
    if rule is None or rule.call is None or question.at is not None or work.options.unpaired:
        return
    if rule.repeated:
        work.ledger.warn(
            "repeated_comparator",
            f"{rule.name} was trained several times: whom it would screen is not one rule, so no reader is "
            "set against it as one; name its ensemble as the comparator",
        )
        return
    group = question.known & work.alignment.truth.in_part(part)
    rows = np.flatnonzero(group & np.isfinite(rule.call).all(axis=0))
    if len(rows) == 0:
        return
    label = question.label[rows]
    size = Size(len(rows), int(label.sum()), int(group.sum()) - len(rows))
    share = share_of_cases(rule.call[0, rows] == 1, work.patients(rows), work.options.share_interval)
    work.ledger.measure((rule.name, part), "screened_share", share, size, at=rule.at, of=question.of)
    for reader in readers:
        related = rule.name in {reader.name, reader.ensemble_of, reader.recalibrated_from}
        if reader.score is not None and not related and reader.recalibrated_from is None:
            _compare(work, reader, rule, question, part)


def _compare(work: Work, reader: BinaryReader, rule: BinaryReader, question: Question, part: str) -> None:
    assert reader.score is not None
    assert rule.call is not None
    group = question.known & work.alignment.truth.in_part(part)
    read = group & np.isfinite(reader.score).all(axis=0) & np.isfinite(rule.call).all(axis=0)
    rows = np.flatnonzero(read)
    label = question.label[rows]
    if not label.any():
        return
    called = rule.call[0, rows] == 1
    orders = [ScreenedOrder.of(one, called, label) for one in reader.score[:, rows]]

    def statistic(weights: Floats) -> Floats:
        return np.stack([order.measure(weights) for order in orders], axis=2).reshape(len(weights), -1)

    cases = Cases(part, rows, label, question.at, question.of)
    found = draw_plain(work, f"{reader.name} as {rule.name}", statistic, cases, FOUND)
    method = "hierarchical_plain_bootstrap_wald" if reader.repeated else "plain_bootstrap_wald"
    size = Size(len(rows), int(label.sum()), int(group.sum()) - len(rows))
    compared = part in work.compared_parts
    for measure, change, at in (
        ("screened_share", "fewer_screened", f"equal sensitivity to {rule.name}"),
        ("sensitivity", "more_found", f"equal number screened as {rule.name}"),
    ):
        where = (reader.name, part)
        work.ledger.measure(where, measure, plain_estimate(found[measure]), size, at=at, of=question.of)
        if compared:
            difference = bootstrap_difference(found[change].value, found[change].draws, method)
            work.ledger.compare(
                (reader.name, rule.name, part), measure, difference, size, at=at, of=question.of
            )
    if any(len(order.last) < len(rows) for order in orders):
        work.ledger.warn(
            "screened_at_random",
            f"some cases have equal scores of {reader.name}: where only a part of them would be screened, "
            "the number found is what is expected when that part is drawn at random",
        )
