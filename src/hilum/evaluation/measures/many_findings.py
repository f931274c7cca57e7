"""Many findings on the same patients: the mean over findings, and all decisions pooled.

Findings share patients, and each may be known in other cases. Both are respected: the influence of every
finding is summed over the patient before it is squared.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Difference, Estimate, Floats, wald, wald_difference
from hilum.evaluation.common.weighted import OrderedScores, weighted_counts
from hilum.evaluation.measures.area_influence import area_influence, root_of_squares
from hilum.evaluation.measures.operating_point import from_counts

Patients = NDArray[np.int64]
Flags = NDArray[np.bool_]
LARGEST_BLOCK = 2_000_000
METHOD = "delong_macro_wald"


def findings_auroc(scores: Floats, labels: Floats, patient: Patients | None = None) -> Estimate:
    """Mean of the AUROCs of several findings, each on the cases in which it is known and scored.

    Args:
        scores: (findings, n) score of each finding, NaN where missing; ties count one half.
        labels: (findings, n) 1, 0, and NaN where the finding is unknown.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: a finding has no case with it, or none without it.

    Reference:
        DeLong et al., Biometrics 1988; Obuchowski, Biometrics 1997, on summing over patients.

    Example:
        >>> scores = np.array([[0.1, 0.4, 0.35, 0.8], [0.1, 0.9, 0.2, np.nan]])
        >>> findings_auroc(scores, np.array([[0, 0, 1, 1], [0, 1, 0, 1.0]])).value
        0.875
    """
    value, influence = mean_area_influence(scores, labels, patient)
    return wald(value, root_of_squares(influence, patient), METHOD)


def findings_auroc_difference(
    scores_a: Floats, scores_b: Floats, labels: Floats, patient: Patients | None = None
) -> Difference:
    """Mean AUROC over findings of a minus that of b, each finding on the cases that both scored.

    Args:
        scores_a: (findings, n) scores of a, NaN where missing.
        scores_b: (findings, n) scores of b.
        labels: (findings, n) 1, 0, NaN.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: as `findings_auroc`.

    Example:
        >>> scores = np.array([[0.1, 0.4, 0.35, 0.8]])
        >>> findings_auroc_difference(scores, scores, np.array([[0, 0, 1, 1.0]])).p
        1.0
    """
    both = np.isfinite(scores_a) & np.isfinite(scores_b)
    first, influence_a = mean_area_influence(np.where(both, scores_a, np.nan), labels, patient)
    second, influence_b = mean_area_influence(np.where(both, scores_b, np.nan), labels, patient)
    se = root_of_squares(influence_a - influence_b, patient)
    # What is left of the difference of equal readers is rounding, not chance.
    return wald_difference(first - second, 0.0 if se < 1e-12 else se, METHOD)


def mean_area_influence(
    scores: Floats, labels: Floats, patient: Patients | None = None
) -> tuple[float, Floats]:
    """The mean AUROC over findings and each case's influence on it.

    Raises:
        MeasureError: as `findings_auroc`.

    Example:
        >>> mean_area_influence(np.array([[0.1, 0.4, 0.35, 0.8]]), np.array([[0, 0, 1, 1.0]]))[0]
        0.75
    """
    if scores.shape != labels.shape or scores.ndim != 2 or len(scores) == 0:
        raise MeasureError(
            "a mean over findings needs a row of scores and a row of labels for each finding, of one length"
        )
    areas, influence = [], np.zeros(scores.shape[1])
    for score, label in zip(scores, labels, strict=True):
        used = np.isfinite(score) & np.isfinite(label)
        people = None if patient is None else patient[used]
        area, moved = area_influence(score[used], label[used] == 1, people)
        influence[used] += moved / len(scores)
        areas.append(area)
    return float(np.mean(areas)), influence


def both_kinds(values: Floats, labels: Floats) -> Flags:
    """For each finding whether cases with and without it have a value.

    Example:
        >>> both_kinds(np.array([[0.1, 0.2], [0.1, np.nan]]), np.array([[0, 1.0], [0, 1.0]]))
        array([ True, False])
    """
    used = np.isfinite(values)
    return np.asarray((used & (labels == 1)).any(axis=1) & (used & (labels == 0)).any(axis=1), dtype=np.bool_)


@dataclass(frozen=True)
class ScoredFindings:
    """Findings sorted by score once, to be weighted many times: what the bootstrap of patients needs.

    Attributes:
        each: For each finding its cases and their order.
        pooled: The case of each pooled opinion, and the order of all of them.

    Example:
        >>> scores, labels = np.array([[0.1, 0.4, 0.35, 0.8]]), np.array([[0, 0, 1, 1.0]])
        >>> found = ScoredFindings.of(scores, labels)
        >>> found.means(np.ones((1, 4)))["auroc"], found.pooled_areas(np.ones((1, 4)))["auroc"]
        (array([0.75]), array([0.75]))
    """

    each: tuple[tuple[NDArray[np.intp], OrderedScores], ...]
    pooled: tuple[NDArray[np.intp], OrderedScores]

    @classmethod
    def of(cls, scores: Floats, labels: Floats) -> "ScoredFindings":
        """Sort each finding's cases, and all of them together.

        Example:
            >>> len(ScoredFindings.of(np.array([[0.1, 0.4]]), np.array([[0.0, 1.0]])).each)
            1
        """
        used = np.isfinite(scores) & np.isfinite(labels)
        each = tuple(
            (np.flatnonzero(inside), OrderedScores.of(score[inside], label[inside] == 1))
            for inside, score, label in zip(used, scores, labels, strict=True)
        )
        return cls(each, (np.nonzero(used)[1], OrderedScores.of(scores[used], labels[used] == 1)))

    def means(self, weights: Floats) -> dict[str, Floats]:
        """Mean AUROC and mean average precision over findings, for each row of (b, n) weights.

        NaN in a sample that leaves a finding without a case of one kind.

        Example:
            >>> found = ScoredFindings.of(np.array([[0.1, 0.4]]), np.array([[0.0, 1.0]]))
            >>> found.means(np.array([[1.0, 1.0], [2.0, 0.0]]))["auprc"]
            array([ 1., nan])
        """
        areas = [order.areas(weights[:, cases]) for cases, order in self.each]
        return {
            "auroc": np.mean([area[0] for area in areas], axis=0),
            "auprc": np.mean([area[1] for area in areas], axis=0),
        }

    def pooled_areas(self, weights: Floats) -> dict[str, Floats]:
        """AUROC and average precision of all findings' opinions taken together.

        Example:
            >>> found = ScoredFindings.of(np.array([[0.1, 0.4]]), np.array([[0.0, 1.0]]))
            >>> found.pooled_areas(np.ones((1, 2)))["auroc"]
            array([1.])
        """
        cases, order = self.pooled
        step = max(1, LARGEST_BLOCK // max(len(cases), 1))
        blocks = [
            order.areas(weights[start : start + step][:, cases]) for start in range(0, len(weights), step)
        ]
        return {
            "auroc": np.concatenate([block[0] for block in blocks]),
            "auprc": np.concatenate([block[1] for block in blocks]),
        }


def counts_of_findings(calls: Floats, labels: Floats, weights: Floats) -> Floats:
    """True negatives, false positives, false negatives and true positives of each finding.

    Args:
        calls: (findings, n) 1, 0, NaN where missing.
        labels: (findings, n) 1, 0, NaN where unknown.
        weights: (b, n) weights of the cases.

    Returns:
        (4, findings, b) weighted counts.

    Example:
        >>> calls, labels = np.array([[1.0, 0.0, 1.0]]), np.array([[1.0, 0.0, 0.0]])
        >>> counts_of_findings(calls, labels, np.ones((1, 3)))[:, 0, 0]
        array([1., 1., 0., 1.])
    """
    counts = []
    for call, label in zip(calls, labels, strict=True):
        used = np.isfinite(call) & np.isfinite(label)
        counts.append(np.stack(weighted_counts(call[used] == 1, label[used] == 1, weights[:, used])))
    return np.stack(counts, axis=1)


def mean_of_counts(measure: str, counts: Floats) -> tuple[Floats, Flags]:
    """Mean over findings of a measure of the confusion matrix, and in which findings it is defined.

    Args:
        measure: As `from_counts`.
        counts: (4, findings, b) as `counts_of_findings`, the first of b being the data themselves.

    Returns:
        The (b,) means over the findings in which the first is defined, and those findings.

    Example:
        >>> counts = np.array([[[5.0], [3.0]], [[1.0], [0.0]], [[0.0], [2.0]], [[4.0], [0.0]]])
        >>> mean_of_counts("ppv", counts)
        (array([0.8]), array([ True, False]))
    """
    values = _of_counts(measure, counts)
    defined = np.isfinite(values[:, 0])
    if not defined.any():
        return np.full(values.shape[1], np.nan), defined
    return values[defined].mean(axis=0), defined


def pooled_of_counts(measure: str, counts: Floats) -> Floats:
    """A measure of the confusion matrix in which all findings' decisions are added up.

    Example:
        >>> counts = np.array([[[5.0], [3.0]], [[1.0], [0.0]], [[0.0], [2.0]], [[4.0], [0.0]]])
        >>> pooled_of_counts("ppv", counts)
        array([0.8])
    """
    summed = counts.sum(axis=1)
    return from_counts(measure, (summed[0], summed[1], summed[2], summed[3]))


def _of_counts(measure: str, counts: Floats) -> Floats:
    of: Callable[[str, tuple[Floats, Floats, Floats, Floats]], Floats] = from_counts
    return np.stack([of(measure, (one[0], one[1], one[2], one[3])) for one in counts.swapaxes(0, 1)])
