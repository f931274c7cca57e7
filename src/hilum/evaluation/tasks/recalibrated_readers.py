"""Readers whose scores are turned into true probabilities on the validation rows, as readers of their own."""

import dataclasses

import numpy as np

from hilum.errors import MeasureError
from hilum.evaluation.ledger import Work
from hilum.evaluation.measures.recalibration import CHOICES, Recalibration, fit_recalibration
from hilum.evaluation.options import EvaluationOptions
from hilum.evaluation.tasks.binary_reader import (
    BinaryReader,
    Question,
    calls_from,
    keep_thresholds,
    kept_as,
    point_name,
    validation_rows,
)

SUFFIX = ", recalibrated"
ENOUGH_FOR_ISOTONIC = 1000
FEW_EVENTS = 10


def recalibration_of(options: EvaluationOptions, reader: str) -> str | None:
    """How a reader is to be recalibrated, if at all; an ensemble as its repeats."""
    asked, base = options.recalibration, reader.removesuffix("-ensemble")
    return asked.get(reader, asked.get(base, asked.get("*")))


def recalibrate_reader(work: Work, reader: BinaryReader, question: Question) -> BinaryReader | None:
    """The reader after recalibration, each repeat on its own; None where none is asked for or possible.

    Its threshold is the reader's own, recalibrated like a score; its own decisions stay what they were. What
    was fitted is kept in the ledger, one entry a repeat.

    Raises:
        MeasureError: the way to recalibrate is unknown.
    """
    kind = recalibration_of(work.options, reader.name)
    if kind is None or reader.score is None or question.at is not None:
        return None
    if kind not in CHOICES:
        raise MeasureError(
            f"`{kind}` is no way to recalibrate {reader.name}: use `temperature`, `platt` or `isotonic`"
        )
    fitted = _fit(work, reader, question, kind)
    if fitted is None:
        return None
    name = f"{reader.name}{SUFFIX}"
    work.ledger.recalibrations[kept_as(name, question)] = tuple(one.as_dict() for one in fitted)
    score = np.stack([one.apply(values) for one, values in zip(fitted, reader.score, strict=True)])
    changed = dataclasses.replace(
        reader,
        name=name,
        score=score,
        is_probability=True,
        ensemble_of=None if reader.ensemble_of is None else f"{reader.ensemble_of}{SUFFIX}",
        points=(),
        recalibrated_from=reader.name,
    )
    if reader.cuts is None:
        return changed
    cuts = np.array(
        [float(one.apply(np.array([cut]))[0]) for one, cut in zip(fitted, reader.cuts, strict=True)]
    )
    keep_thresholds(work, kept_as(name, question), reader.repeats, cuts)
    return dataclasses.replace(changed, cuts=cuts, call=calls_from(score, cuts), at=point_name(cuts))


def _fit(work: Work, reader: BinaryReader, question: Question, kind: str) -> tuple[Recalibration, ...] | None:
    assert reader.score is not None
    rows = validation_rows(work, question)
    read = rows & np.isfinite(reader.score).all(axis=0)
    if not read.any():
        work.ledger.warn(
            "no_recalibration",
            f"{reader.name} has no validation rows to be recalibrated on: it is shown as it is",
        )
        return None
    label = question.label[read]
    try:
        fitted = tuple(
            fit_recalibration(one[read], label, kind, is_probability=reader.is_probability)
            for one in reader.score
        )
    except MeasureError as error:
        work.ledger.warn(
            "no_recalibration", f"{reader.name} cannot be recalibrated ({error}): it is shown as it is"
        )
        return None
    fewest = int(min(label.sum(), (~label).sum()))
    if fewest < FEW_EVENTS or (kind == "isotonic" and len(label) < ENOUGH_FOR_ISOTONIC):
        work.ledger.warn(
            "few_to_recalibrate",
            f"{reader.name} is recalibrated ({kind}) on {len(label)} validation cases, {int(label.sum())} of "
            "them with the condition: that is few, and its probabilities may fit other cases less well",
            len(label),
        )
    return fitted
