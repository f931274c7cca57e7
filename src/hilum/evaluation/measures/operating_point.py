"""One operating point: its threshold, its confusion matrix and the shares that follow from it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Estimate, Floats, patient_sums, wald
from hilum.evaluation.measures.proportions import mean_of_shares, share_of_cases

Flags = NDArray[np.bool_]
Patients = NDArray[np.int64]


def choose_threshold(
    score: Floats, label: NDArray[np.bool_] | NDArray[np.int64], rule: str = "youden"
) -> float:
    """The threshold with the largest sensitivity + specificity - 1.

    A case is positive when score >= threshold.

    Candidates lie half-way between neighbouring scores. Of equally good ones the highest is taken, that
    with the highest specificity. Choose on validation cases only, then hold it fixed.

    Args:
        score: (n,) scores; missing ones are left out.
        label: (n,) true for cases with the condition.
        rule: `youden`.

    Raises:
        MeasureError: one class is missing, all scores are equal, or the rule is unknown.

    Reference:
        Youden, Cancer 1950.

    Example:
        >>> choose_threshold(np.array([0.1, 0.4, 0.5, 0.8]), np.array([0, 0, 1, 1]))
        0.45
    """
    if rule != "youden":
        raise MeasureError(f"`{rule}` is no rule for a threshold: use `youden`")
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
    below_ill = np.searchsorted(np.sort(values[ill]), between, "left") / ill.sum()
    below_healthy = np.searchsorted(np.sort(values[~ill]), between, "left") / (~ill).sum()
    # (1 - below_ill) + below_healthy - 1, rounded so that equal rules are seen as equal.
    index = np.round(below_healthy - below_ill, 12)
    best = len(index) - 1 - int(index[::-1].argmax())
    return float(between[best])


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

    def share(self, measure: str) -> Estimate:
        """Sensitivity, specificity, ppv, npv or accuracy with Wilson's interval.

        None where no case is concerned.

        Example:
            >>> Calls(np.array([True, True, False]), np.array([True, False, False])).share("ppv").value
            0.5
        """
        success, among = SHARES[measure](self.call, self.label)
        if not among.any():
            return Estimate(None)
        patient = None if self.patient is None else self.patient[among]
        return share_of_cases(success[among], patient)

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
