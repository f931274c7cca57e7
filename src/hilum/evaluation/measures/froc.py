"""Free-response ROC: the share of lesions found against false positives per image."""

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Estimate, Floats, patient_sums, wald
from hilum.evaluation.measures.detections import FALSE_POSITIVE, HIT, Detections
from hilum.evaluation.measures.proportions import share_of_cases
from hilum.evaluation.measures.roc_curve import Curve

FALSE_POSITIVE_RATES = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
Patients = NDArray[np.int64]


def froc_sensitivities(
    detections: Detections,
    rates: tuple[float, ...] = FALSE_POSITIVE_RATES,
    weights: Floats | None = None,
) -> Floats:
    """Share of lesions found at numbers of false positives per image.

    Linear between the points of the curve, as LUNA16 reads it; beyond the last mark the curve stays where it
    ends. Marks of equal score are one step. Further marks on a lesion that is found count for nothing.

    Args:
        detections: What the marks came to.
        rates: Ascending false positives per image.
        weights: (b, cases) weights of cases, for the bootstrap; left out, every case counts once.

    Returns:
        (b, rates) shares; NaN where the weights leave no lesion.

    Raises:
        MeasureError: there are no lesions, or the rates do not ascend from above 0.

    Reference:
        Setio et al., Medical Image Analysis 2017.

    Example:
        >>> made = Detections.of([0, 1, 0], [0.9, 0.6, 0.3], [1, 0, 1], [0, 0], [0.9, 0.3], images=[1, 1])
        >>> froc_sensitivities(made, (0.25, 0.5, 1.0))
        array([[0.5, 1. , 1. ]])
    """
    from hilum.evaluation.measures._lesion_kernels import froc_of_weights

    levels = np.array(rates, dtype=np.float64)
    if len(levels) == 0 or not (levels > 0).all() or (np.diff(levels) <= 0).any():
        raise MeasureError("rates of false positives per image must ascend and be above 0")
    if len(detections.lesion_case) == 0:
        raise MeasureError("FROC needs lesions: the truth has none in these cases")
    rows = np.ones((1, len(detections.images))) if weights is None else weights
    rows = np.ascontiguousarray(rows, dtype=np.float64)
    result = np.empty((len(rows), len(levels)))
    froc_of_weights(
        detections.case,
        detections.state,
        detections.last,
        rows,
        rows @ detections.lesions.astype(np.float64),
        rows @ detections.images.astype(np.float64),
        levels,
        result,
    )
    return result


def froc_mean(detections: Detections, weights: Floats | None = None) -> Floats:
    """Mean share of lesions found at 1/8, 1/4, 1/2, 1, 2, 4 and 8 false positives per image.

    LUNA16 calls it the competition performance metric. It depends on the number of lesion-free images, which
    lower the rate of false positives.

    Example:
        >>> made = Detections.of([0, 1, 0], [0.9, 0.6, 0.3], [1, 0, 1], [0, 0], [0.9, 0.3], images=[1, 1])
        >>> froc_mean(made).round(4)
        array([0.8571])
    """
    mean: Floats = froc_sensitivities(detections, FALSE_POSITIVE_RATES, weights).mean(axis=1)
    return mean


def froc_curve(detections: Detections) -> Curve:
    """Share of lesions found (y) against false positives per image (x) at every distinct score.

    Raises:
        MeasureError: there are no lesions.

    Example:
        >>> made = Detections.of([0, 1], [0.9, 0.6], [1, 0], [0, 0], [0.9, -np.inf], images=[1, 1])
        >>> curve = froc_curve(made)
        >>> curve.x, curve.y
        (array([0. , 0. , 0.5]), array([0. , 0.5, 0.5]))
    """
    count = len(detections.lesion_case)
    if count == 0:
        raise MeasureError("FROC needs lesions: the truth has none in these cases")
    last = detections.last
    wrong = np.cumsum(detections.state == FALSE_POSITIVE)[last] / int(detections.images.sum())
    found = np.cumsum(detections.state == HIT)[last] / count
    return Curve(
        np.concatenate([[0.0], wrong]),
        np.concatenate([[0.0], found]),
        np.concatenate([[np.inf], detections.score[last]]),
    )


def threshold_at_rate(detections: Detections, rate: float) -> float:
    """The lowest score at which false positives per image do not exceed a rate.

    Choose it on validation cases only, then hold it fixed.

    Raises:
        MeasureError: already the highest score gives more, or there are no marks.

    Example:
        >>> made = Detections.of([0, 1, 0], [0.9, 0.6, 0.3], [1, 0, 1], [0, 0], [0.9, 0.3], images=[1, 1])
        >>> threshold_at_rate(made, 0.5), threshold_at_rate(made, 0.4)
        (0.3, 0.9)
    """
    last = detections.last
    wrong = np.cumsum(detections.state == FALSE_POSITIVE)[last] / int(detections.images.sum())
    allowed = np.flatnonzero(wrong <= rate)
    if len(allowed) == 0:
        raise MeasureError(
            f"no threshold keeps false positives at {rate:g} per image: allow more, or name a threshold"
        )
    return float(detections.score[last][allowed[-1]])


def lesion_sensitivity(detections: Detections, patient: Patients | None = None) -> Estimate:
    """Share of lesions found by any mark, several lesions of one patient as one cluster.

    Args:
        detections: What the marks at the operating point came to.
        patient: (cases,) codes.

    Example:
        >>> made = Detections.of([0], [0.9], [1], [0, 0], [0.9, -np.inf], images=[1])
        >>> lesion_sensitivity(made).value
        0.5
    """
    if len(detections.lesion_case) == 0:
        return Estimate(None)
    person = detections.lesion_case if patient is None else patient[detections.lesion_case]
    return share_of_cases(np.isfinite(detections.lesion_score), person)


def lesion_ppv(detections: Detections, patient: Patients | None = None) -> Estimate:
    """Share of marks that found a lesion, further marks on a found lesion left out.

    Example:
        >>> lesion_ppv(Detections.of([0, 0], [0.9, 0.8], [1, 0], [0], [0.9], images=[1])).value
        0.5
    """
    counted = (detections.state == HIT) | (detections.state == FALSE_POSITIVE)
    if not counted.any():
        return Estimate(None)
    case = detections.case[counted]
    return share_of_cases(detections.state[counted] == HIT, case if patient is None else patient[case])


def false_positives_per_image(detections: Detections, patient: Patients | None = None) -> Estimate:
    """Number of false positives per image, with a Wald interval whose variance is summed over patients.

    Example:
        >>> made = Detections.of([0, 0], [0.9, 0.8], [1, 0], [0], [0.9], images=[1, 1])
        >>> false_positives_per_image(made).value
        0.5
    """
    wrong = false_positives_of_cases(detections)
    value = float(wrong.sum() / detections.images.sum())
    se = rate_error(wrong - value * detections.images, detections.images, patient)
    if se is None:
        return Estimate(value)
    return wald(value, se, "cluster_robust_wald", high=np.inf)


def false_positives_of_cases(detections: Detections) -> Floats:
    """(cases,) number of false positives.

    Example:
        >>> false_positives_of_cases(Detections.of([0, 0], [0.9, 0.8], [1, 0], [0], [0.9], images=[1, 1]))
        array([1., 0.])
    """
    wrong = detections.case[detections.state == FALSE_POSITIVE]
    return np.bincount(wrong, minlength=len(detections.images)).astype(np.float64)


def rate_error(residual: Floats, images: NDArray[np.int64], patient: Patients | None = None) -> float | None:
    """Standard error of a number per image, variance summed over patients; None with one patient only.

    Args:
        residual: (cases,) what each case has above its share.
        images: (cases,) number of images.
        patient: (cases,) codes.

    Example:
        >>> rate_error(np.array([0.5, -0.5]), np.array([1, 1]))
        0.5
    """
    sums = patient_sums(residual, patient)
    if len(sums) < 2:
        return None
    return float(np.sqrt(len(sums) / (len(sums) - 1) * np.sum(sums**2)) / images.sum())
