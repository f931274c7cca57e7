"""Recalibration to a cohort, measured on cases that did not take part in it."""

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Floats, patient_codes
from hilum.evaluation.measures.recalibration import recalibrate_to

Flags = NDArray[np.bool_]
Patients = NDArray[np.int64]
FOLDS = 10


def cross_fitted(
    probability: Floats,
    label: Flags,
    patient: Patients | None = None,
    *,
    slope: bool = True,
    folds: int = FOLDS,
    seed: tuple[int, ...] = (0,),
) -> Floats:
    """Probabilities recalibrated to this cohort, each by the patients of the other folds.

    Patients are shared out at random, those with and those without the condition apart; a patient's cases
    stay together. With fewer than `folds` patients of one kind there are as many folds as those.

    Args:
        probability: (n,) probabilities before.
        label: (n,) true for cases with the condition.
        patient: (n,) patient codes where patients may repeat.
        slope: Whether the slope is estimated besides the intercept.
        folds: Into how many parts the patients are divided.
        seed: Fixes the sharing out.

    Raises:
        MeasureError: fewer than two patients with, or without, the condition, or as `recalibrate_to`.

    Example:
        >>> p, label = np.tile([0.2, 0.4], 48), np.tile([0, 1, 0, 1, 0, 1, 1, 0], 12) == 1
        >>> round(float(cross_fitted(p, label).mean()), 2)
        0.5
    """
    codes, count = (np.arange(len(label)), len(label)) if patient is None else patient_codes(patient)
    ill = np.bincount(codes, weights=label, minlength=count) > 0
    used = min(folds, int(ill.sum()), int((~ill).sum()))
    if used < 2:
        raise MeasureError(
            "recalibration to a cohort needs at least two patients with and two without the condition"
        )
    rng = np.random.default_rng(list(seed))
    fold = np.empty(count, dtype=np.int64)
    for stratum in (np.flatnonzero(ill), np.flatnonzero(~ill)):
        fold[stratum] = rng.permutation(len(stratum)) % used
    result = np.empty(len(label))
    for number in range(used):
        out = fold[codes] == number
        result[out] = recalibrate_to(probability[~out], label[~out], slope=slope).apply(probability[out])
    return result
