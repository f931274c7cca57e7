"""Three classes and more: one-vs-rest AUROC, what follows from the confusion matrix, the Brier score."""

import math

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import (
    Difference,
    Estimate,
    Floats,
    patient_sums,
    repeats_patients,
    wald,
)
from hilum.evaluation.measures.many_findings import findings_auroc, findings_auroc_difference
from hilum.evaluation.measures.operating_point import from_counts
from hilum.evaluation.measures.proportions import share_of_cases

Patients = NDArray[np.int64]
Classes = NDArray[np.int64]
CLASS_MEASURES = ("sensitivity", "specificity", "ppv", "npv", "f1")


def macro_auroc(scores: Floats, label: Classes, patient: Patients | None = None) -> Estimate:
    """Mean of the one-vs-rest AUROCs of all classes.

    The variance is that of the cases' (or patients') summed influence.

    Args:
        scores: (classes, n) score of each class.
        label: (n,) index of each case's class.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: a class has no case, or all cases.

    Reference:
        Hand & Till, Machine Learning 2001, on averages over classes; DeLong et al., Biometrics 1988.

    Example:
        >>> macro_auroc(np.eye(3)[:, [0, 1, 2, 0]], np.array([0, 1, 2, 0])).value
        1.0
    """
    return findings_auroc(_complete(scores), one_against_the_rest(label, len(scores)), patient)


def macro_auroc_difference(
    scores_a: Floats, scores_b: Floats, label: Classes, patient: Patients | None = None
) -> Difference:
    """Mean one-vs-rest AUROC of a minus that of b on the same cases.

    Raises:
        MeasureError: as `macro_auroc`.

    Example:
        >>> scores = np.eye(3)[:, [0, 1, 2, 0, 1, 2]]
        >>> macro_auroc_difference(scores, scores, np.array([0, 1, 2, 0, 1, 2])).p
        1.0
    """
    labels = one_against_the_rest(label, len(scores_a))
    return findings_auroc_difference(_complete(scores_a), _complete(scores_b), labels, patient)


def one_against_the_rest(label: Classes, classes: int) -> Floats:
    """(classes, n) labels: 1 where the case is of the class, else 0.

    Raises:
        MeasureError: there are fewer than two classes.

    Example:
        >>> one_against_the_rest(np.array([0, 2]), 3).tolist()
        [[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]]
    """
    if classes < 2:
        raise MeasureError("a mean over classes needs the scores of at least two classes")
    labels: Floats = (label[None, :] == np.arange(classes)[:, None]).astype(np.float64)
    return labels


def confusion(label: Classes, said: Classes, classes: int) -> NDArray[np.int64]:
    """(classes, classes) numbers of cases: rows the truth, columns what was said.

    Example:
        >>> confusion(np.array([0, 0, 1]), np.array([0, 1, 1]), 2).tolist()
        [[1, 1], [0, 1]]
    """
    counts = np.bincount(label * classes + said, minlength=classes**2)
    return counts.reshape(classes, classes).astype(np.int64)


def weighted_confusions(label: Classes, said: Classes, weights: Floats, classes: int) -> Floats:
    """Confusion matrices for each row of (b, n) weights: (b, classes, classes).

    Example:
        >>> weighted_confusions(np.array([0, 1]), np.array([0, 0]), np.array([[1.0, 2.0]]), 2).tolist()
        [[[1.0, 0.0], [2.0, 0.0]]]
    """
    cell = label * classes + said
    order = np.argsort(cell, kind="stable")
    cells, first = np.unique(cell[order], return_index=True)
    counts = np.zeros((len(weights), classes**2))
    if len(cells):
        counts[:, cells] = np.add.reduceat(weights[:, order], first, axis=1)
    return counts.reshape(-1, classes, classes)


def of_each_class(measure: str, counts: Floats) -> Floats:
    """Sensitivity, specificity, ppv, npv or f1 of each class against the rest; NaN where not defined.

    Args:
        measure: One of `CLASS_MEASURES`.
        counts: (b, classes, classes) confusion matrices.

    Returns:
        (b, classes).

    Example:
        >>> of_each_class("sensitivity", np.array([[[8.0, 2.0], [1.0, 9.0]]]))
        array([[0.8, 0.9]])
    """
    hit = np.diagonal(counts, axis1=1, axis2=2)
    there, said = counts.sum(axis=2), counts.sum(axis=1)
    whole = counts.sum(axis=(1, 2))[:, None]
    return from_counts(measure, (whole - there - said + hit, said - hit, there - hit, np.array(hit)))


def averages(measure: str, counts: Floats) -> dict[str, Floats]:
    """Macro, micro and weighted mean over classes of a measure, for each confusion matrix.

    The macro and weighted means (weights: the cases of each class) are over the classes in which the measure
    is defined in the first matrix; micro adds up the classes' counts first. Of one label a case, micro
    sensitivity, ppv and f1 are the accuracy.

    Args:
        measure: One of `CLASS_MEASURES`.
        counts: (b, classes, classes) confusion matrices, the first that of the data themselves.

    Example:
        >>> found = averages("f1", np.array([[[8.0, 2.0], [1.0, 9.0]]]))
        >>> round(float(found["macro"][0]), 4), float(found["micro"][0])
        (0.8496, 0.85)
    """
    values = of_each_class(measure, counts)
    defined = np.isfinite(values[0])
    there = counts.sum(axis=2)
    hit = np.diagonal(counts, axis1=1, axis2=2).sum(axis=1)
    whole, classes = counts.sum(axis=(1, 2)), counts.shape[1]
    wrong = whole - hit
    micro = from_counts(measure, ((classes - 1) * whole - wrong, wrong, wrong, hit))
    if not defined.any():
        nothing = np.full(len(counts), np.nan)
        return {"macro": nothing, "micro": micro, "weighted": nothing}
    cases = there[:, defined].sum(axis=1)
    weighted = (values[:, defined] * there[:, defined]).sum(axis=1)
    weighted = np.divide(weighted, cases, out=np.full_like(cases, np.nan), where=cases > 0)
    return {"macro": values[:, defined].mean(axis=1), "micro": micro, "weighted": weighted}


def mean_recall(label: Classes, said: Classes, classes: int, patient: Patients | None = None) -> Estimate:
    """Balanced accuracy of several classes: the mean of their sensitivities.

    Interval from Wilson's limits of each class, squared and added; where patients repeat, with the variance
    over patients.

    Args:
        label: (n,) index of each case's class.
        said: (n,) index of the class that was called.
        classes: How many classes there are; each must have a case.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: a class has no case.

    Reference:
        Brodersen et al., ICPR 2010; Zou & Donner, Statistics in Medicine 2008, on the limits.

    Example:
        >>> estimate = mean_recall(np.array([0, 0, 1, 1, 2, 2]), np.array([0, 0, 1, 0, 2, 2]), 3)
        >>> round(estimate.value, 4), estimate.method
        (0.8333, 'newcombe_sum')
    """
    sizes = np.bincount(label, minlength=classes)
    if (sizes == 0).any():
        raise MeasureError("balanced accuracy needs a case of every class: one class has none")
    right = said == label
    recall = np.bincount(label, weights=right, minlength=classes) / sizes
    value = float(recall.mean())
    if repeats_patients(patient):
        sums = patient_sums((right - recall[label]) / sizes[label] / classes, patient)
        se = math.sqrt(len(sums) / max(len(sums) - 1, 1) * float(np.sum(sums**2)))
        return wald(value, se, "cluster_robust_wald")
    shares = [share_of_cases(right[label == number]) for number in range(classes)]
    below = math.hypot(*[(one.value or 0.0) - (one.low or 0.0) for one in shares]) / classes
    above = math.hypot(*[(one.high or 0.0) - (one.value or 0.0) for one in shares]) / classes
    se = math.hypot(*[one.se or 0.0 for one in shares]) / classes
    return Estimate(value, max(0.0, value - below), min(1.0, value + above), se, "newcombe_sum")


def multiclass_brier(probability: Floats, label: Classes, patient: Patients | None = None) -> Estimate:
    """Sum over classes of the squared distance between probability and outcome: 0 best, 2 worst.

    A reader that always says equal probabilities has 1 - 1 / classes.

    Args:
        probability: (classes, n) probabilities.
        label: (n,) index of each case's class.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: a number is not a probability.

    Reference:
        Brier, Monthly Weather Review 1950.

    Example:
        >>> round(multiclass_brier(np.array([[0.8], [0.1], [0.1]]), np.array([0])).value, 4)
        0.06
    """
    losses = brier_losses(probability, label)
    value = float(losses.mean())
    clustered = repeats_patients(patient)
    sums = patient_sums((losses - value) / len(losses), patient if clustered else None)
    if len(sums) < 2:
        return Estimate(value)
    se = math.sqrt(float(np.sum(sums**2)) * len(sums) / (len(sums) - 1))
    return wald(value, se, "cluster_robust_wald" if clustered else "influence_wald", high=2.0)


def brier_losses(probability: Floats, label: Classes) -> Floats:
    """Each case's share in the multi-class Brier score.

    Raises:
        MeasureError: a number is not a probability.

    Example:
        >>> brier_losses(np.array([[1.0], [0.0]]), np.array([1]))
        array([2.])
    """
    outside = int(np.sum(~((probability >= 0) & (probability <= 1))))
    if outside or probability.shape[1] == 0:
        raise MeasureError(
            f"{outside} predictions are not between 0 and 1, or there are none: calibration needs "
            "probabilities, so do not declare these so"
        )
    losses: Floats = ((probability - one_against_the_rest(label, len(probability))) ** 2).sum(axis=0)
    return losses


def _complete(scores: Floats) -> Floats:
    if scores.ndim != 2 or not np.isfinite(scores).all():
        raise MeasureError("AUROC needs a number for every case: leave out cases without a score first")
    return scores
