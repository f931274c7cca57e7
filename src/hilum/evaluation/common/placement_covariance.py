"""Covariance of areas from the placements of cases, with and without several cases of one patient."""

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation.common.estimates import Floats, patient_sums, repeats_patients


def placement_covariance(
    above: Floats, areas: Floats, positive: NDArray[np.bool_], patient: NDArray[np.int64] | None
) -> Floats:
    """DeLong's covariance of k areas; Obuchowski's where patients repeat.

    Args:
        above: (k, n) placement of every case among those of the other kind, for each reader.
        areas: (k,) their means over either kind.
        positive: (n,) which cases have the condition.
        patient: (n,) codes.

    Returns:
        (k, k); NaN where there are fewer than two cases (or patients) of one kind.

    Reference:
        DeLong et al., Biometrics 1988; Obuchowski, Biometrics 1997.

    Example:
        >>> above = np.array([[1.0, 0.5, 0.5, 1.0]])
        >>> positive = np.array([False, False, True, True])
        >>> placement_covariance(above, np.array([0.75]), positive, None)
        array([[0.125]])
    """
    centred = above - areas[:, None]
    ill, well = np.where(positive, centred, 0.0), np.where(positive, 0.0, centred)
    ill, well = ill / max(int(positive.sum()), 1), well / max(int((~positive).sum()), 1)
    if patient is None or not repeats_patients(patient):
        counts = int(positive.sum()), int((~positive).sum())
        cross = np.zeros((len(areas), len(areas)))
    else:
        ill, well = patient_sums(ill, patient), patient_sums(well, patient)
        counts = len(np.unique(patient[positive])), len(np.unique(patient[~positive]))
        cross = ill @ well.T * ill.shape[1] / max(ill.shape[1] - 1, 1)
    if min(counts) < 2:
        return np.full((len(areas), len(areas)), np.nan)
    first = ill @ ill.T * counts[0] / (counts[0] - 1)
    second = well @ well.T * counts[1] / (counts[1] - 1)
    covariance: Floats = first + second + cross + cross.T
    return covariance
