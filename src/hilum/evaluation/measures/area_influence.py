"""How much each case moves an area under the ROC curve: what sums over findings and subgroups are made of."""

import math

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Floats, patient_sums, repeats_patients
from hilum.evaluation.measures.roc import placements

Flags = NDArray[np.bool_]
Patients = NDArray[np.int64]


def area_influence(score: Floats, label: Flags, patient: Patients | None = None) -> tuple[float, Floats]:
    """AUROC and each case's influence on it; the sum of squares over patients is the variance of the AUROC.

    Scaled so that with one case a patient the variance is DeLong's to the last digit. Ties of score count one
    half. With a single patient with, or without, the condition the influence is not defined: NaN throughout.

    Args:
        score: (n,) finite numbers.
        label: (n,) true for cases with the condition.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: there are no cases with, or none without, the condition, or a score is no number.

    Reference:
        DeLong et al., Biometrics 1988; Obuchowski, Biometrics 1997.

    Example:
        >>> area, influence = area_influence(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1]) == 1)
        >>> area, round(root_of_squares(influence), 4)
        (0.75, 0.3536)
    """
    share = placements(score, label)
    area = float(share[label].mean())
    sizes = [(label, _people(label, patient)), (~label, _people(~label, patient))]
    influence = np.empty(len(score))
    for side, people in sizes:
        scale = math.sqrt(people / (people - 1)) if people > 1 else math.nan
        influence[side] = (share[side] - area) / side.sum() * scale
    return area, influence if np.isfinite(influence).all() else np.full(len(score), np.nan)


def share_influence(success: Flags, among: Flags, patient: Patients | None = None) -> tuple[float, Floats]:
    """A share of some cases and each case's influence on it, 0 for cases that it does not concern.

    Where all succeed or all fail the influence is 0 throughout: the data hold no variation.

    Raises:
        MeasureError: it concerns no case.

    Example:
        >>> success, among = np.array([True, True, False, True]), np.array([True, True, True, False])
        >>> share, influence = share_influence(success, among)
        >>> round(share, 4), float(influence[3])
        (0.6667, 0.0)
    """
    if not among.any():
        raise MeasureError("a share needs at least one case: there is none")
    share = float(success[among].mean())
    people = _people(among, patient)
    scale = math.sqrt(people / (people - 1)) if people > 1 else math.nan
    influence: Floats = np.where(among, (success - share) / among.sum() * scale, 0.0)
    return share, influence


def root_of_squares(influence: Floats, patient: Patients | None = None) -> float:
    """Standard error from influences: root of the sum of squares, summed over each patient first.

    Example:
        >>> root_of_squares(np.array([3.0, 4.0])), root_of_squares(np.array([3.0, 4.0]), np.array([0, 0]))
        (5.0, 7.0)
    """
    sums = patient_sums(influence, patient if repeats_patients(patient) else None)
    return math.sqrt(float(np.sum(sums**2)))


def _people(side: Flags, patient: Patients | None) -> int:
    return int(side.sum()) if patient is None else len(np.unique(patient[side]))
