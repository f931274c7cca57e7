"""One operating point: its threshold, its confusion matrix and the shares that follow from it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Estimate, Floats, patient_sums, wald
from hilum.evaluation.measures.proportions import ShareInterval, mean_of_shares, share_of_cases
from hilum.evaluation.measures.threshold_rule import ThresholdRule

Flags = NDArray[np.bool_]
Patients = NDArray[np.int64]


def choose_threshold(
    score: Floats, label: NDArray[np.bool_] | NDArray[np.int64], rule: str = "youden"
) -> float:
    """A threshold by Youden's index, or one that reaches a sensitivity or a specificity.

    A case is positive when score >= threshold.

    Candidates lie half-way between neighbouring scores. `youden` takes the largest sensitivity + specificity
    - 1, and of equally good ones the highest, that with the highest specificity. `sensitivity=0.95` takes,
    among those that reach it, the one with the highest specificity; of several of that specificity the one
    with the highest sensitivity (`specificity=0.9` the other way round). Choose on validation cases only,
    then hold it fixed.

    Args:
        score: (n,) scores; missing ones are left out.
        label: (n,) true for cases with the condition.
        rule: `youden`, `sensitivity=0.95` or `specificity=0.9`.

    Raises:
        MeasureError: one class is missing, all scores are equal, the rule is unknown, or no threshold
            between two scores reaches what it asks for.

    Reference:
        Youden, Cancer 1950.

    Example:
        >>> score, label = np.array([0.1, 0.4, 0.5, 0.8]), np.array([0, 1, 0, 1])
        >>> choose_threshold(score, label), choose_threshold(score, label, "sensitivity=0.9")
        (0.65, 0.25)
    """
    wish = ThresholdRule.parse(rule)
    kept = np.isfinite(score)
    values, ill = score[kept], np.asarray(label).astype(np.bool_)[kept]
    if ill.all() or not ill.any():
        raise MeasureError(
            "a threshold needs cases with and without the condition: these have one class only"
        )
    levels = np.unique(values)
    if len(levels) < 2:
        raise MeasureError("a threshold needs different scores: all are equal")
    between = levels[:-1] + (levels[1:] - levels[:-1]) / 2
    between = np.where(between > levels[:-1], between, levels[1:])
    sensitivity = 1 - np.searchsorted(np.sort(values[ill]), between, "left") / ill.sum()
    specificity = np.searchsorted(np.sort(values[~ill]), between, "left") / (~ill).sum()
    return float(between[_best_candidate(wish, sensitivity, specificity)])


def _best_candidate(wish: ThresholdRule, sensitivity: Floats, specificity: Floats) -> int:
    """The place of the best of several thresholds in rising order."""
    if wish.aim == "youden":
        # Rounded so that equal rules are seen as equal.
        index = np.round(sensitivity + specificity, 12)
        return len(index) - 1 - int(index[::-1].argmax())
    if wish.least is None:
        raise MeasureError(
            f"the {wish.aim} that {wish.reader} reaches is not known: give it as a number, or give "
            f"{wish.reader} decisions, a threshold or validation rows"
        )
    asked, other = (sensitivity, specificity) if wish.aim == "sensitivity" else (specificity, sensitivity)
    reached = asked >= wish.least - 1e-9
    if not reached.any():
        raise MeasureError(
            f"no threshold between two scores reaches a {wish.aim} of {wish.least:.4g}: the most is "
            f"{float(asked.max()):.4g}"
        )
    best = reached & (other == other[reached].max())
    return int(np.flatnonzero(best)[asked[best].argmax()])


@dataclass(frozen=True)
class Calls:
    """What a reader called and what was there, case by case.

    Example:
        >>> Calls(np.array([True, True, False]), np.array([True, False, False])).counts
        ((1, 1), (0, 1))
    """

    call: Flags
    label: Flags
    patient: Patients | None = None

    @property
    def counts(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """((true negatives, false positives), (false negatives, true positives)).

        Example:
            >>> Calls(np.array([True]), np.array([True])).counts
            ((0, 0), (0, 1))
        """
        call, label = self.call, self.label
        return (
            (int(np.sum(~call & ~label)), int(np.sum(call & ~label))),
            (int(np.sum(~call & label)), int(np.sum(call & label))),
        )

    def share(self, measure: str, interval: ShareInterval = "wilson") -> Estimate:
        """Sensitivity, specificity, ppv, npv or accuracy with Wilson's interval or Clopper and Pearson's.

        None where no case is concerned. Where patients repeat, the interval is Wilson's in any case.

        Example:
            >>> Calls(np.array([True, True, False]), np.array([True, False, False])).share("ppv").value
            0.5
        """
        success, among = SHARES[measure](self.call, self.label)
        if not among.any():
            return Estimate(None)
        patient = None if self.patient is None else self.patient[among]
        return share_of_cases(success[among], patient, interval)

    def balanced_accuracy(self) -> Estimate:
        """(Sensitivity + specificity) / 2 at this one operating point: no area under a curve.

        Interval from Wilson's limits of both by Newcombe's method; where patients repeat, with the variance
        over patients.

        Example:
            >>> made = Calls(np.array([True, True, False]), np.array([True, False, False]))
            >>> round(made.balanced_accuracy().value, 2)
            0.75
        """
        if self.label.all() or not self.label.any():
            return Estimate(None)
        first, second = self.share("sensitivity"), self.share("specificity")
        if first.method == second.method == "wilson":
            return mean_of_shares(first, second)
        assert first.value is not None
        assert second.value is not None
        assert self.patient is not None
        right = (self.call == self.label).astype(np.float64)
        expected = np.where(self.label, first.value, second.value)
        size = np.where(self.label, self.label.sum(), (~self.label).sum())
        sums = patient_sums((right - expected) / (2 * size), self.patient)
        se = float(np.sqrt(len(sums) / max(len(sums) - 1, 1) * np.sum(sums**2)))
        return wald((first.value + second.value) / 2, se, "cluster_robust_wald")

    def f1(self) -> float:
        """Harmonic mean of precision and recall; NaN where nothing is positive.

        Example:
            >>> round(Calls(np.array([True, True, False]), np.array([True, False, False])).f1(), 4)
            0.6667
        """
        (_, false_positive), (false_negative, true_positive) = self.counts
        called = 2 * true_positive + false_positive + false_negative
        return 2 * true_positive / called if called else float("nan")


Selection = Callable[[Flags, Flags], tuple[Flags, Flags]]

SHARES: dict[str, Selection] = {
    "accuracy": lambda call, label: (call == label, np.ones(len(label), dtype=np.bool_)),
    "sensitivity": lambda call, label: (call, label),
    "specificity": lambda call, label: (~call, ~label),
    "ppv": lambda call, label: (label, call),
    "npv": lambda call, label: (~label, ~call),
}


def from_counts(measure: str, counts: tuple[Floats, Floats, Floats, Floats]) -> Floats:
    """A measure from arrays of TN, FP, FN, TP; NaN where it is not defined.

    Example:
        >>> counts = tuple(np.array([number]) for number in (138.0, 93.0, 3.0, 297.0))
        >>> from_counts("balanced_accuracy", counts).round(4)
        array([0.7937])
    """
    tn, fp, fn, tp = counts
    if measure == "balanced_accuracy":
        return (_ratio(tp, tp + fn) + _ratio(tn, tn + fp)) / 2
    top, bottom = {
        "accuracy": (tp + tn, tn + fp + fn + tp),
        "sensitivity": (tp, tp + fn),
        "specificity": (tn, tn + fp),
        "ppv": (tp, tp + fp),
        "npv": (tn, tn + fn),
        "f1": (2 * tp, 2 * tp + fp + fn),
    }[measure]
    return _ratio(top, bottom)


def _ratio(top: Floats, bottom: Floats) -> Floats:
    result: Floats = np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)
    return result
