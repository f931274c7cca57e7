"""Net benefit of two readers on the same cases."""

import math

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import (
    Difference,
    Floats,
    patient_sums,
    repeats_patients,
    wald_difference,
)


def benefit_difference(
    probability_a: Floats,
    probability_b: Floats,
    label: NDArray[np.bool_] | NDArray[np.int64],
    threshold: float,
    patient: NDArray[np.int64] | None = None,
) -> Difference:
    """Net benefit of a minus that of b at one probability of acting, on the same cases.

    A case that is acted on adds 1 if it has the condition and takes away threshold / (1 - threshold) if it
    has not; net benefit is the mean over all cases. The standard error is that of the mean of the paired
    differences, summed over patients where they repeat.

    Args:
        probability_a: (n,) probabilities of a.
        probability_b: (n,) probabilities of b.
        label: (n,) true for cases with the condition.
        threshold: Probability from which on one would act, between 0 and 1.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: there are no cases, a score is no probability, or the threshold is not between 0 and 1.

    Reference:
        Vickers & Elkin, Medical Decision Making 2006; Vickers et al., BMC Medical Informatics 2008.

    Example:
        >>> first, second = np.array([0.9, 0.2, 0.1, 0.6]), np.array([0.9, 0.6, 0.1, 0.2])
        >>> result = benefit_difference(first, second, np.array([1, 0, 0, 1]), 0.5)
        >>> result.difference, result.method
        (0.5, 'net_benefit_paired_wald')
    """
    if len(label) == 0 or not 0 < threshold < 1:
        raise MeasureError("net benefit needs cases and a probability of acting between 0 and 1")
    both = np.stack([probability_a, probability_b])
    if not (np.isfinite(both).all() and (both >= 0).all() and (both <= 1).all()):
        raise MeasureError("net benefit needs probabilities between 0 and 1: a score is none")
    acted = (both >= threshold).astype(np.float64)
    worth = np.where(np.asarray(label).astype(np.bool_), 1.0, -threshold / (1 - threshold))
    change = (acted[0] - acted[1]) * worth
    difference = float(change.mean())
    clustered = repeats_patients(patient)
    sums = patient_sums(change - difference, patient if clustered else None)
    count = len(sums)
    se = math.sqrt(count / (count - 1) * float(np.sum(sums**2))) / len(change) if count > 1 else math.nan
    return wald_difference(
        difference, se, "net_benefit_paired_clustered" if clustered else "net_benefit_paired_wald"
    )
