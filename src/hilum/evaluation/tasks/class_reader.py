"""What a reader says of several classes, and how its bootstrap samples are made."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import ReadingsError
from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.inputs.alignment import Opinions
from hilum.evaluation.ledger import TRAIN, Work
from hilum.evaluation.measures.calibration import calibration_error
from hilum.evaluation.measures.many_findings import ScoredFindings
from hilum.evaluation.measures.multiclass import (
    CLASS_MEASURES,
    averages,
    brier_losses,
    of_each_class,
    one_against_the_rest,
    weighted_confusions,
)
from hilum.evaluation.tasks.averaged_samples import Named, OfWeights, averaged_samples
from hilum.evaluation.tasks.samples import Cases, Sampled

Rows = NDArray[np.intp]
MACRO, MICRO, WEIGHTED = "macro average", "micro average", "weighted average"
# Where sums of probabilities may differ from 1: three decimals of a few classes.
SUM_TOLERANCE = 0.01


@dataclass(frozen=True)
class ClassReader:
    """One reader's opinion on several classes.

    Attributes:
        scores: (repeats, classes, rows), NaN for a case without the score of some class; None for a reader
            that only decides.
        call: (repeats, rows) the index of the class that it calls, NaN where it calls none.
        is_probability: Whether the scores may be checked for calibration.
    """

    name: str
    repeats: tuple[int, ...]
    scores: Floats | None
    call: Floats
    is_probability: bool = False
    ensemble_of: str | None = None

    @property
    def repeated(self) -> bool:
        """Whether the reader was trained several times."""
        return len(self.repeats) > 1

    def scored(self) -> NDArray[np.bool_]:
        """Rows with all scores in every repeat."""
        if self.scores is None:
            return np.zeros(self.call.shape[1], dtype=np.bool_)
        return np.asarray(np.isfinite(self.scores).all(axis=(0, 1)), dtype=np.bool_)

    def called(self) -> NDArray[np.bool_]:
        """Rows with a call in every repeat."""
        return np.asarray(np.isfinite(self.call).all(axis=0), dtype=np.bool_)


def class_reader(work: Work, opinions: Opinions) -> ClassReader:
    """A reader's scores and calls; the class with the highest score is called where there is no decision.

    Raises:
        ReadingsError: a class has no score although others have, or there is neither score nor decision, or
            declared probabilities are none.
    """
    classes = work.alignment.truth.classes
    columns = [f"score_{name}" for name in classes]
    decision = opinions.columns.get("decision")
    if not all(name in opinions.columns for name in columns):
        if decision is None:
            absent = next(name for name in columns if name not in opinions.columns)
            raise ReadingsError(
                f"{opinions.reader} has no column `{absent}`: with {len(classes)} classes each needs its "
                "score, or the reader a `decision`"
            )
        return ClassReader(opinions.reader, opinions.repeats, None, decision, False, opinions.ensemble_of)
    scores = np.stack([opinions.columns[name] for name in columns], axis=1)
    scores = np.where(np.isnan(scores).any(axis=1, keepdims=True), np.nan, scores)
    probable = work.options.is_probability(opinions.reader)
    if probable:
        _check_probabilities(work, opinions.reader, scores)
    call = _likeliest(work, opinions.reader, scores) if decision is None else decision
    return ClassReader(opinions.reader, opinions.repeats, scores, call, probable, opinions.ensemble_of)


def _likeliest(work: Work, name: str, scores: Floats) -> Floats:
    missing = np.isnan(scores).any(axis=1)
    filled = np.nan_to_num(scores)
    several = (filled == filled.max(axis=1, keepdims=True)).sum(axis=1) > 1
    tied = int(np.sum((several & ~missing).any(axis=0) & ~work.alignment.truth.in_part(TRAIN)))
    if tied:
        work.ledger.warn(
            "tied_classes",
            f"{name} gives its highest score to several classes in {tied} cases: the first of them in the "
            f"order {', '.join(work.alignment.truth.classes)} counts as called",
            tied,
        )
    return np.where(missing, np.nan, filled.argmax(axis=1).astype(np.float64))


def _check_probabilities(work: Work, name: str, scores: Floats) -> None:
    outside = int(np.sum((scores < 0) | (scores > 1)))
    if outside:
        raise ReadingsError(
            f"{outside} scores of {name} are not between 0 and 1 although it was declared a probability: "
            "divide percentages by 100, or do not declare it so"
        )
    total = scores.sum(axis=1)
    uneven = int(np.sum(np.abs(total[np.isfinite(total)] - 1) > SUM_TOLERANCE))
    if uneven:
        work.ledger.warn(
            "no_sum_of_one",
            f"the probabilities of all classes that {name} gives do not sum to 1 in {uneven} readings: its "
            "calibration is that of the numbers as they are",
            uneven,
        )


def class_areas(
    work: Work, reader: ClassReader, target: NDArray[np.int64], cases: Cases
) -> dict[Named, Sampled]:
    """Samples of AUROC and average precision: of each class, their mean, and of all classes pooled."""
    assert reader.scores is not None
    classes = work.alignment.truth.classes
    labels = one_against_the_rest(target[cases.rows], len(classes))

    def of(scores: Floats) -> OfWeights:
        found: list[ScoredFindings] = []

        def values(weights: Floats) -> dict[Named, Floats]:
            if not found:
                found.append(ScoredFindings.of(scores, labels))
            each = [order.areas(weights[:, inside]) for inside, order in found[0].each]
            result: dict[Named, Floats] = {}
            for number, measure in enumerate(("auroc", "auprc")):
                for name, area in zip(classes, each, strict=True):
                    result[measure, name] = area[number]
                result[measure, MACRO] = np.mean([area[number] for area in each], axis=0)
                result[measure, MICRO] = found[0].pooled_areas(weights)[measure]
            return result

        return values

    of_repeats = [of(scores) for scores in reader.scores[:, :, cases.rows]]
    return averaged_samples(work, "class areas", reader.name, of_repeats, cases)


def class_calls(
    work: Work, reader: ClassReader, target: NDArray[np.int64], cases: Cases
) -> dict[Named, Sampled]:
    """Samples of everything that follows from the confusion matrix of several classes."""
    classes, true = work.alignment.truth.classes, target[cases.rows]

    def of(said: NDArray[np.int64]) -> OfWeights:
        whole = weighted_confusions(true, said, np.ones((1, len(true))), len(classes))

        def values(weights: Floats) -> dict[Named, Floats]:
            drawn = weighted_confusions(true, said, weights, len(classes))
            counts = np.concatenate([whole, drawn])
            result: dict[Named, Floats] = {}
            for measure in CLASS_MEASURES:
                each = of_each_class(measure, drawn)
                result.update({(measure, name): each[:, number] for number, name in enumerate(classes)})
                means = averages(measure, counts)
                for kind, name in (("macro", MACRO), ("micro", MICRO), ("weighted", WEIGHTED)):
                    result[measure, name] = means[kind][1:]
            diagonal = np.diagonal(drawn, axis1=1, axis2=2).sum(axis=1)
            result["accuracy", None] = diagonal / drawn.sum(axis=(1, 2))
            result["balanced_accuracy", None] = of_each_class("sensitivity", drawn).mean(axis=1)
            return result

        return values

    of_repeats = [of(call.astype(np.int64)) for call in reader.call[:, cases.rows]]
    return averaged_samples(work, "class calls", reader.name, of_repeats, cases)


def class_calibration(
    work: Work, reader: ClassReader, target: NDArray[np.int64], cases: Cases
) -> dict[Named, Sampled]:
    """Samples of the multi-class Brier score and of the calibration error of the likeliest class."""
    assert reader.scores is not None
    true = target[cases.rows]

    def of(scores: Floats) -> OfWeights:
        losses = brier_losses(scores, true)
        surest, right = scores.max(axis=0), scores.argmax(axis=0) == true
        return lambda weights: {
            ("multiclass_brier", None): weights @ losses / weights.sum(axis=1),
            ("ece", None): calibration_error(surest, right, weights),
        }

    of_repeats = [of(scores) for scores in reader.scores[:, :, cases.rows]]
    return averaged_samples(work, "class calibration", reader.name, of_repeats, cases)
