"""Net benefit at a horizon when follow-up is cut off: acting on the predicted risk of the event by then."""

import math

import numpy as np

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Difference, Estimate, Floats
from hilum.evaluation.measures.censoring_weights import Patients
from hilum.evaluation.measures.follow_up import FollowUp, refuse_no_probability
from hilum.evaluation.measures.incidence import incidence_influence, weighted_incidence
from hilum.evaluation.measures.survival_brier import Influenced


def net_benefit_t(
    probability: Floats,
    follow_up: FollowUp,
    horizon: float,
    threshold: float,
    patient: Patients | None = None,
) -> Estimate:
    """Net benefit of acting where the predicted risk of the event by a horizon is at or above a threshold.

    Share with the event among all that would be acted on and have it, less the share acted on for nothing
    times the odds of the threshold. The share with the event among those acted on is Kaplan-Meier's, with
    competing events Aalen-Johansen's. The variance takes in both the share acted on and that estimate. With
    all probabilities 1 it is the benefit of acting on everyone; acting on nobody has 0.

    Args:
        probability: (n,) predicted probability of the event by the horizon.
        follow_up: Time and event of the cases.
        horizon: Days.
        threshold: Probability at which one would act, between 0 and 1.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: a number is not a probability, or nobody acted on is followed so long.

    Reference:
        Vickers & Elkin, Medical Decision Making 2006; Vickers et al., BMC Medical Informatics 2008 (section
        on censored data).

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 0]))
        >>> net_benefit_t(np.array([0.9, 0.2, 0.8, 0.1]), follow_up, 2.5, 0.5).value
        0.0
    """
    value, influence = net_benefit_t_influence(probability, follow_up, horizon, threshold)
    return Influenced(value, influence).estimate(patient, low=-math.inf, high=1.0)


def net_benefit_t_difference(
    probabilities: tuple[Floats, Floats],
    follow_up: FollowUp,
    horizon: float,
    threshold: float,
    patient: Patients | None = None,
) -> Difference:
    """Net benefit of the first reader minus that of the second on the same cases.

    Raises:
        MeasureError: as `net_benefit_t`.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 0]))
        >>> same = (np.full(4, 0.6), np.full(4, 0.7))
        >>> net_benefit_t_difference(same, follow_up, 2.5, 0.5).p
        1.0
    """
    first, second = (
        Influenced(*net_benefit_t_influence(one, follow_up, horizon, threshold)) for one in probabilities
    )
    return first.minus(second, patient)


def net_benefit_t_influence(
    probability: Floats, follow_up: FollowUp, horizon: float, threshold: float
) -> tuple[float, Floats]:
    """Net benefit at a horizon and each case's influence on it (they sum to 0).

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 0]))
        >>> net_benefit_t_influence(np.zeros(4), follow_up, 2.5, 0.5)[0]
        0.0
    """
    refuse_no_probability(probability, follow_up)
    odds = _odds(threshold)
    acted, count = probability >= threshold, len(probability)
    influence = np.zeros(count)
    if not acted.any():
        return 0.0, influence
    share = float(acted.mean())
    happened, within = incidence_influence(follow_up.of_rows(acted), horizon)
    gain = happened * (1 + odds) - odds
    influence[acted] = share * (1 + odds) * within
    return share * gain, influence + (acted - share) / count * gain


def weighted_net_benefit_t(
    probability: Floats, follow_up: FollowUp, horizon: float, threshold: float, weights: Floats
) -> Floats:
    """Net benefit at a horizon for each row of (b, n) weights.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 0, 0]))
        >>> weighted_net_benefit_t(np.full(4, 0.9), follow_up, 2.5, 0.2, np.ones((1, 4)))
        array([0.375])
    """
    odds, acted = _odds(threshold), probability >= threshold
    if not acted.any():
        return np.zeros(len(weights))
    inside = weights[:, acted]
    share = inside.sum(axis=1) / weights.sum(axis=1)
    happened = weighted_incidence(follow_up.of_rows(acted), horizon, inside)
    return np.where(share > 0, share * (happened * (1 + odds) - odds), 0.0)


def _odds(threshold: float) -> float:
    if not 0 < threshold < 1:
        raise MeasureError(f"one cannot act at a probability of {threshold:g}: name one between 0 and 1")
    return threshold / (1 - threshold)
