"""A reader against a rule that says whom to screen.

How many the reader screens to find as many as the rule, and how many it finds when it screens as many.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Difference, Estimate, Floats
from hilum.evaluation.common.resampling import PatientDraws, bootstrap_difference, percentile_estimate

Flags = NDArray[np.bool_]
Patients = NDArray[np.int64]


@dataclass(frozen=True)
class Screening:
    """Both comparisons on the same cases.

    Attributes:
        screened_share: Share of all cases that the reader screens to reach the rule's sensitivity.
        fewer_screened: That share minus the rule's.
        sensitivity: Sensitivity of the reader when it screens as many cases as the rule.
        more_found: That sensitivity minus the rule's.

    Example:
        >>> Screening(Estimate(0.2), Difference(-0.1), Estimate(0.9), Difference(0.1)).screened_share.value
        0.2
    """

    screened_share: Estimate
    fewer_screened: Difference
    sensitivity: Estimate
    more_found: Difference


@dataclass(frozen=True)
class ScreenedOrder:
    """Cases in the order in which a reader would screen them, the highest score first, beside a rule.

    Of equal scores a part may be screened: of those the expected number with the condition is counted, as if
    they were drawn at random.

    Example:
        >>> score, label = np.array([4.0, 3.0, 2.0, 1.0]), np.array([True, False, True, False])
        >>> order = ScreenedOrder.of(score, np.array([True, True, True, False]), label)
        >>> order.measure(np.ones((1, 4)))
        array([[0.75, 0.  , 1.  , 0.  ]])
    """

    order: NDArray[np.intp]
    last: NDArray[np.intp]
    rule: Flags
    label: Flags

    @classmethod
    def of(cls, score: Floats, rule: Flags, label: Flags) -> "ScreenedOrder":
        """Sort once.

        Args:
            score: (n,) finite scores.
            rule: (n,) whom the rule would screen.
            label: (n,) true for cases with the condition.

        Raises:
            MeasureError: no case has the condition, or a score is missing.

        Example:
            >>> ScreenedOrder.of(np.ones(2), np.array([True, False]), np.array([True, False])).last
            array([1])
        """
        if not label.any():
            raise MeasureError("screening is compared where cases have the condition: there is none")
        if not np.isfinite(score).all():
            raise MeasureError("screening is compared on cases with a score: some have none")
        order = np.argsort(-score, kind="stable")
        ordered = score[order]
        last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
        return cls(order, last, rule, label)

    def measure(self, weights: Floats) -> Floats:
        """For each row of (b, n) weights: screened share and its difference, sensitivity and its difference.

        NaN where the weights leave no case with the condition.

        Example:
            >>> rule, label = np.array([True, True, False, False]), np.array([True, False, True, False])
            >>> order = ScreenedOrder.of(np.ones(4), rule, label)
            >>> order.measure(np.ones((1, 4)))
            array([[0.5, 0. , 0.5, 0. ]])
        """
        return np.array([self._measure_one(row) for row in weights])

    def _measure_one(self, weight: Floats) -> Floats:
        total, ill = float(weight.sum()), float(weight[self.label].sum())
        if ill == 0:
            return np.full(4, np.nan)
        ordered = weight[self.order]
        screened = np.append(0.0, np.cumsum(ordered)[self.last]) / total
        found = np.append(0.0, np.cumsum(ordered * self.label[self.order])[self.last]) / ill
        by_rule = float(weight[self.rule].sum()) / total
        rule_found = float(weight[self.rule & self.label].sum()) / ill
        share = _first_reaching(screened, found, rule_found)
        sensitivity = float(np.interp(by_rule, screened, found))
        return np.array([share, share - by_rule, sensitivity, sensitivity - rule_found])


def _first_reaching(screened: Floats, found: Floats, wanted: float) -> float:
    """The smallest share screened that finds the wanted share, in a straight line within equal scores."""
    place = int(np.searchsorted(found, wanted - 1e-12, "left"))
    if place == 0:
        return 0.0
    place = min(place, len(found) - 1)
    step = found[place] - found[place - 1]
    part = (wanted - found[place - 1]) / step if step > 0 else 1.0
    return float(screened[place - 1] + min(max(part, 0.0), 1.0) * (screened[place] - screened[place - 1]))


def compare_screening(
    score: Floats,
    rule: Flags,
    label: Flags,
    patient: Patients | None = None,
    *,
    samples: int = 1000,
    seed: int = 0,
) -> Screening:
    """Share screened at the rule's sensitivity, and sensitivity at the rule's number screened.

    Intervals are over bootstrap samples of patients, not stratified by outcome, in each of which the rule is
    measured anew.

    Args:
        score: (n,) finite scores of the reader, higher meaning more likely positive; of equal scores a part
            is screened at random.
        rule: (n,) whom the rule would screen.
        label: (n,) true for cases with the condition.
        patient: (n,) patient codes where patients may repeat.
        samples: How many bootstrap samples the intervals rest on.
        seed: Fixes the drawing.

    Raises:
        MeasureError: no case has the condition, or a score is missing.

    Example:
        >>> label = np.arange(40) % 4 == 0
        >>> result = compare_screening(label + 0.0, np.arange(40) < 20, label)
        >>> result.screened_share.value, result.fewer_screened.difference, result.sensitivity.value
        (0.125, -0.375, 1.0)
    """
    order = ScreenedOrder.of(score, rule, label)
    value = order.measure(np.ones((1, len(label))))[0]
    codes = np.arange(len(label)) if patient is None else patient
    draws = PatientDraws(codes, np.zeros_like(label), samples, (seed,)).apply(order.measure)
    return Screening(
        percentile_estimate(float(value[0]), draws[:, 0], "bootstrap_percentile"),
        bootstrap_difference(float(value[1]), draws[:, 1], "bootstrap_wald"),
        percentile_estimate(float(value[2]), draws[:, 2], "bootstrap_percentile"),
        bootstrap_difference(float(value[3]), draws[:, 3], "bootstrap_wald"),
    )
