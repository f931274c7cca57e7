"""One yes-or-no question and one reader of it, with an operating point frozen before anything is measured."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError, ReadingsError
from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.inputs.alignment import Opinions
from hilum.evaluation.ledger import VALIDATION, Work
from hilum.evaluation.measures.operating_point import choose_threshold
from hilum.evaluation.measures.threshold_rule import ThresholdRule
from hilum.evaluation.notices import and_list

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Question:
    """Who has the condition, among those of whom it is known.

    Attributes:
        label: (rows of truth,) true for cases with the condition.
        known: (rows of truth,) false where the label or the status at the horizon is unknown.
        classes: Names of negative and positive.
        at: None, or the horizon such as `30d`.
        of: None, or what the question is about: a finding, or a subgroup such as `sex=F`.
    """

    label: Flags
    known: Flags
    classes: tuple[str, str]
    at: str | None = None
    of: str | None = None


@dataclass(frozen=True)
class Point:
    """A further operating point, frozen on the validation rows.

    Attributes:
        at: How it is named in the results, such as `sensitivity of curb65`.
        call: (repeats, rows) 1, 0 or NaN.
    """

    at: str
    call: Floats


def at_horizon(question: Question, point: str) -> str:
    """An operating point's name, with the horizon before it where there is one.

    Example:
        >>> none = np.zeros(0, dtype=np.bool_)
        >>> at_horizon(Question(none, none, ("no", "yes"), "30d"), "sensitivity of curb65")
        '30d,sensitivity of curb65'
    """
    return point if question.at is None else f"{question.at},{point}"


@dataclass(frozen=True)
class BinaryReader:
    """One reader's answers: scores where it has any, calls where it has an operating point.

    Attributes:
        score: (repeats, rows) or None for a reader that only decides.
        call: (repeats, rows) 1, 0 or NaN; None without decision and threshold.
        at: How the operating point is named in the results.
        is_probability: Whether the score may be checked for calibration.
        ensemble_of: The reader whose repeats are averaged here.
        cuts: (repeats,) thresholds, where calls come from the score.
        points: Further operating points.
        recalibrated_from: The reader whose scores were recalibrated on the validation rows.
    """

    name: str
    repeats: tuple[int, ...]
    score: Floats | None
    call: Floats | None
    at: str | None
    is_probability: bool = False
    ensemble_of: str | None = None
    cuts: Floats | None = None
    points: tuple[Point, ...] = ()
    recalibrated_from: str | None = None

    @property
    def repeated(self) -> bool:
        """Whether the reader was trained several times."""
        return len(self.repeats) > 1


def make_reader(
    work: Work,
    opinions: Opinions,
    score: Floats | None,
    question: Question,
    decision: str = "decision",
    *,
    rule: str | None = None,
) -> BinaryReader:
    """Give a reader its operating point.

    That is its own decisions (the column `decision`), a threshold that was named, or one chosen on validation
    rows by `rule`, else by the rule that was asked for.
    """
    call, name = opinions.columns.get(decision), opinions.reader
    if score is not None and call is None and _only_two_values(score):
        upper = np.nanmax(score)
        call, score = np.where(np.isnan(score), np.nan, (score == upper).astype(np.float64)), None
    probable = score is not None and work.options.is_probability(name)
    if probable and score is not None:
        _refuse_no_probability(name, score)
    if score is None:
        return BinaryReader(name, opinions.repeats, None, call, None, ensemble_of=opinions.ensemble_of)
    at, cuts = question.at, None
    if call is None or work.options.threshold_of(name) is not None:
        cuts = _own_thresholds(work, opinions, score, question, rule)
        if cuts is not None:
            call, at = calls_from(score, cuts), question.at or point_name(cuts)
    return BinaryReader(name, opinions.repeats, score, call, at, probable, opinions.ensemble_of, cuts)


def calls_from(score: Floats, cuts: Floats) -> Floats:
    """(repeats, rows) 1 where the score reaches its repeat's threshold, NaN where it is missing."""
    return np.where(np.isnan(score), np.nan, (score >= cuts[:, None]).astype(np.float64))


def point_name(cuts: Floats) -> str:
    """How an operating point is named in the results."""
    return f"threshold={cuts[0]:.6g}" if len(set(cuts)) == 1 else "threshold=per repeat"


def _only_two_values(score: Floats) -> bool:
    values = score[np.isfinite(score)]
    return len(values) > 2 and len(np.unique(values)) == 2


def _refuse_no_probability(name: str, score: Floats) -> None:
    values = score[np.isfinite(score)]
    outside = int(np.sum((values < 0) | (values > 1)))
    if outside:
        raise ReadingsError(
            f"{outside} scores of {name} are not between 0 and 1 although it was declared a probability: "
            "divide percentages by 100, or do not declare it so"
        )


def _own_thresholds(
    work: Work, opinions: Opinions, score: Floats, question: Question, rule: str | None
) -> Floats | None:
    name, kept = opinions.reader, kept_as(opinions.reader, question)
    given = work.options.threshold_of(name)
    if given is not None:
        work.ledger.thresholds[kept] = given
        return np.full(len(score), given)
    asked = rule or work.options.rule_of(name)
    ThresholdRule.parse(asked)
    consequence = (
        "sensitivity, specificity and what follows from them are left out; name a threshold to have them"
    )
    rows = validation_rows(work, question)
    if not (rows & np.isfinite(score).any(axis=0)).any():
        work.ledger.warn(
            "no_threshold", f"{name} has no validation rows to choose a threshold on: {consequence}"
        )
        return None
    try:
        cuts = [choose_threshold(one[rows], question.label[rows], asked) for one in score]
    except MeasureError as error:
        work.ledger.warn("no_threshold", f"no threshold can be chosen for {name} ({error}): {consequence}")
        return None
    keep_thresholds(work, kept, opinions.repeats, np.array(cuts))
    return np.array(cuts)


def validation_rows(work: Work, question: Question) -> Flags:
    """Rows on which thresholds and recalibration may be chosen."""
    rows: Flags = question.known & work.alignment.truth.in_part(VALIDATION)
    return rows


def keep_thresholds(work: Work, kept: str, repeats: tuple[int, ...], cuts: Floats) -> None:
    """Write down the frozen thresholds, one a repeat where there are several."""
    names = [f"{kept}/{repeat}" for repeat in repeats] if len(cuts) > 1 else [kept]
    work.ledger.thresholds.update(zip(names, (float(cut) for cut in cuts), strict=True))


def kept_as(name: str, question: Question) -> str:
    """The name under which a threshold is kept: the reader's, and the finding's where there are many."""
    return name if question.of is None else f"{name}:{question.of}"


def warn_of_decisions(work: Work, readers: Sequence[BinaryReader]) -> None:
    """Say once which readers only decide, and why they have no area under a curve."""
    names = [reader.name for reader in readers if reader.score is None and reader.call is not None]
    if names:
        work.ledger.warn(
            "auroc_refused",
            f"{and_list(names)} give{'s' if len(names) == 1 else ''} decisions only: one operating point has "
            "no area under the ROC curve, so no AUROC is given; (sensitivity + specificity) / 2, which some "
            "papers print as AUC, is shown as balanced accuracy at one operating point",
        )
