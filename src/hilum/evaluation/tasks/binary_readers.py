"""All readers of one yes-or-no question: what depends on other readers is settled here.

Thresholds that follow another reader, the operating point at the comparator's sensitivity, recalibration.
"""

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np

from hilum.errors import MeasureError, ReadingsError
from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.inputs.alignment import Opinions
from hilum.evaluation.ledger import Work
from hilum.evaluation.measures.operating_point import choose_threshold
from hilum.evaluation.measures.threshold_rule import ThresholdRule
from hilum.evaluation.tasks.binary_reader import (
    BinaryReader,
    Point,
    Question,
    at_horizon,
    calls_from,
    keep_thresholds,
    kept_as,
    make_reader,
    validation_rows,
)
from hilum.evaluation.tasks.recalibrated_readers import recalibrate_reader


def make_readers(
    work: Work,
    asked: Sequence[tuple[Opinions, Floats | None]],
    question: Question,
    decision: str = "decision",
) -> list[BinaryReader]:
    """Make every reader of a question, each followed by its recalibrated self where that was asked for.

    A rule such as `sensitivity of curb65` takes what curb65 reaches on the validation rows at its own
    operating point: its decisions, the threshold it was given, or the one that its own rule chose.

    Args:
        work: What every step of an evaluation is given.
        asked: Each reader's opinions and its (repeats, rows) scores, None where it only decides.
        question: Who has the condition.
        decision: The column that holds decisions.

    Raises:
        ReadingsError: a rule speaks of a reader that is not there, or rules speak of each other.
        MeasureError: a rule cannot be understood.
    """
    names = [opinions.reader for opinions, _ in asked]
    _refuse_strangers(work, work.options.threshold_rules, "threshold rule")
    _refuse_strangers(work, work.options.recalibration, "recalibration")
    rules = {name: _rule_of(work, name, names) for name in names}
    made: dict[str, BinaryReader] = {}
    while len(made) < len(asked):
        ready = [
            one for one in asked if one[0].reader not in made and _may_be_made(rules[one[0].reader], made)
        ]
        if not ready:
            waiting = [name for name in names if name not in made]
            raise ReadingsError(
                f"the threshold rules of {' and '.join(waiting)} speak of each other: give one of them a "
                "rule or a threshold of its own"
            )
        for opinions, score in ready:
            rule = _as_number(work, rules[opinions.reader], made, question)
            made[opinions.reader] = make_reader(work, opinions, score, question, decision, rule=rule)
    readers = []
    for name in names:
        reader = _with_point(work, made[name], made, question)
        recalibrated = recalibrate_reader(work, reader, question)
        readers += [reader] if recalibrated is None else [reader, recalibrated]
    return readers


def _refuse_strangers(work: Work, named: Iterable[str], what: str) -> None:
    known = {opinions.reader for opinions in work.alignment.opinions} | {"*"}
    strange = sorted(set(named) - known)
    if strange:
        raise ReadingsError(
            f"a {what} is given for {strange[0]}, which is no reader here: use one of "
            f"{', '.join(sorted(known - {'*'}))}, or `*` for all"
        )


def _rule_of(work: Work, name: str, names: Sequence[str]) -> ThresholdRule:
    rule = ThresholdRule.parse(work.options.rule_of(name))
    if rule.reader is None:
        return rule
    if rule.reader == name and name not in work.options.threshold_rules:
        return ThresholdRule()
    if rule.reader not in names:
        raise ReadingsError(
            f"the threshold rule of {name} speaks of {rule.reader}, which is no reader here: "
            f"{_others(name, names)}"
        )
    return rule


def _others(name: str, names: Sequence[str]) -> str:
    others = ", ".join(one for one in names if one != name)
    return f"use one of {others}" if others else "give that reader's readings as well"


def _may_be_made(rule: ThresholdRule, made: dict[str, BinaryReader]) -> bool:
    return rule.reader is None or rule.reader in made


def _as_number(
    work: Work, rule: ThresholdRule, made: dict[str, BinaryReader], question: Question
) -> str | None:
    """The rule with a number in the place of another reader's name; as it was where that reaches none."""
    if rule.reader is None:
        return "youden" if rule.aim == "youden" else f"{rule.aim}={rule.least!r}"
    reached = _reached(work, made[rule.reader], rule.aim, question)
    return f"{rule.aim} of {rule.reader}" if reached is None else f"{rule.aim}={reached:.12f}"


def _reached(work: Work, other: BinaryReader, aim: str, question: Question) -> float | None:
    """Sensitivity or specificity of a reader on the validation rows that it read, its mean over repeats."""
    if other.call is None:
        return None
    wanted = question.label if aim == "sensitivity" else ~question.label
    rows = validation_rows(work, question) & wanted & np.isfinite(other.call).all(axis=0)
    if not rows.any():
        return None
    positive = float(other.call[:, rows].mean())
    return positive if aim == "sensitivity" else 1 - positive


def _with_point(
    work: Work, reader: BinaryReader, made: dict[str, BinaryReader], question: Question
) -> BinaryReader:
    """The reader with a further operating point: the comparator's sensitivity on the validation rows."""
    comparator = made.get(work.options.comparator or "")
    if (
        comparator is None
        or reader.score is None
        or comparator.name in {reader.name, reader.ensemble_of}
        or reader.name == comparator.ensemble_of
    ):
        return reader
    reached = _reached(work, comparator, "sensitivity", question)
    if reached is None:
        return reader
    rows, point = validation_rows(work, question), f"sensitivity of {comparator.name}"
    try:
        cuts = np.array(
            [
                choose_threshold(one[rows], question.label[rows], f"sensitivity={reached:.12f}")
                for one in reader.score
            ]
        )
    except MeasureError as error:
        work.ledger.warn(
            "no_common_sensitivity",
            f"{reader.name} cannot be set to the sensitivity of {comparator.name} on the validation rows "
            f"({error}); its specificity there is left out",
        )
        return reader
    keep_thresholds(work, f"{kept_as(reader.name, question)} at the {point}", reader.repeats, cuts)
    further = Point(at_horizon(question, point), calls_from(reader.score, cuts))
    return dataclasses.replace(reader, points=(*reader.points, further))
