"""Uno's C: concordance up to a day, weighted so that it does not depend on how long cases were followed."""

from dataclasses import dataclass

import numpy as np

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Difference, Estimate, Floats
from hilum.evaluation.measures.censoring_weights import Patients, uncensored_of_weights
from hilum.evaluation.measures.concordance import risk_ranks
from hilum.evaluation.measures.follow_up import FollowUp, same_cases
from hilum.evaluation.measures.survival_brier import Influenced


@dataclass(frozen=True)
class UnoConcordance:
    """Uno's C and each case's influence on it, estimation of the weights included.

    Attributes:
        c: Weight of the concordant pairs (ties of risk one half) over the weight of all comparable pairs.
        influence: (n,) derivative of C by the weight of each case; sums to 0.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0]))
        >>> UnoConcordance.of(np.array([3.0, 4.0, 1.0, 2.0]), follow_up, 4.0).c
        0.38...
    """

    c: float
    influence: Floats

    @classmethod
    def of(cls, risk: Floats, follow_up: FollowUp, tau: float) -> "UnoConcordance":
        """Compare every event before tau with every case known to have been without one for longer.

        Raises:
            MeasureError: as `uno_c`.

        Example:
            >>> follow_up = FollowUp.of(np.array([1.0, 2.0]), np.array([1, 0]))
            >>> UnoConcordance.of(np.array([2.0, 1.0]), follow_up, 2.0).c
            1.0
        """
        from hilum.evaluation.common._survival_kernels import weighted_event_counts

        same_cases(risk, follow_up)
        refuse_tau(follow_up, tau)
        rank, count = risk_ranks(risk), len(risk)
        weight = _event_weights(follow_up, tau)
        earlier, later = np.empty((2, count)), np.empty((2, count))
        weighted_event_counts(follow_up.order, follow_up.stop, follow_up.event, rank, weight, earlier, later)
        total = float(weight @ earlier[1])
        if total == 0:
            raise MeasureError(
                f"no two cases can be compared before day {tau:g}: an event and a longer follow-up are needed"
            )
        c = float(weight @ earlier[0]) / total
        as_event = weight * (earlier[0] - c * earlier[1]) / total
        as_later = (later[0] - c * later[1]) / total
        return cls(c, as_event + as_later + 2 * _estimation_influence(follow_up, as_event))

    def influenced(self) -> Influenced:
        """The value with its influence, for intervals and differences.

        Example:
            >>> UnoConcordance(0.7, np.array([0.01, -0.01])).influenced().value
            0.7
        """
        return Influenced(self.c, self.influence)


def uno_c(risk: Floats, follow_up: FollowUp, tau: float, patient: Patients | None = None) -> Estimate:
    """Uno's C up to day tau with its standard error, estimation of the censoring weights included.

    Each event before tau is compared with every case followed longer; the pair weighs 1 / G(T-)^2, where G is
    the chance of being still uncensored just before the event. A case censored at the time of an event
    outlives it; two events at the same time are not compared; equal risks count one half.

    Args:
        risk: (n,) any finite numbers, higher meaning an earlier event.
        follow_up: Time and event of the cases.
        tau: Day; events on that day or later do not count.
        patient: (n,) patient codes where patients may repeat.

    Raises:
        MeasureError: no pair can be compared, nobody is followed to tau, a risk is not a number, or there
            are competing events, for which these weights are not right.

    Reference:
        Uno et al., Statistics in Medicine 2011.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0]))
        >>> round(uno_c(np.array([3.0, 4.0, 1.0, 2.0]), follow_up, 4.0).value, 4)
        0.381
    """
    return UnoConcordance.of(risk, follow_up, tau).influenced().estimate(patient, high=1.0)


def uno_c_difference(
    risk_a: Floats, risk_b: Floats, follow_up: FollowUp, tau: float, patient: Patients | None = None
) -> Difference:
    """Uno's C of a minus that of b on the same cases.

    The variance is that of the difference of their influences.

    Raises:
        MeasureError: as `uno_c`.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0]))
        >>> risk = np.array([3.0, 4.0, 1.0, 2.0])
        >>> uno_c_difference(risk, risk, follow_up, 4.0).p
        1.0
    """
    first = UnoConcordance.of(risk_a, follow_up, tau).influenced()
    return first.minus(UnoConcordance.of(risk_b, follow_up, tau).influenced(), patient)


def weighted_uno_c(risk: Floats, follow_up: FollowUp, tau: float, weights: Floats) -> Floats:
    """Uno's C for each row of (b, n) weights, the chance of being uncensored estimated anew in each.

    NaN where no pair can be compared.

    Example:
        >>> follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0]))
        >>> weighted_uno_c(np.array([3.0, 4.0, 1.0, 2.0]), follow_up, 4.0, np.ones((1, 4))).round(4)
        array([0.381])
    """
    from hilum.evaluation.common._survival_kernels import concordance_of_event_weights

    moments = follow_up.moments
    chance = uncensored_of_weights(follow_up, weights, len(moments.time))[:, moments.code]
    counts = (follow_up.event == 1) & (follow_up.time < tau) & (weights > 0)
    event_weights = np.divide(weights, chance**2, out=np.zeros(weights.shape), where=counts)
    result = np.empty(len(weights))
    concordance_of_event_weights(
        follow_up.order,
        follow_up.stop,
        follow_up.event,
        risk_ranks(risk),
        np.ascontiguousarray(weights, dtype=np.float64),
        event_weights,
        result,
    )
    return result


def refuse_tau(follow_up: FollowUp, tau: float) -> None:
    """Refuse a day that follow-up does not reach, and competing events.

    Raises:
        MeasureError: nobody is followed to tau, or there are competing events.

    Example:
        >>> refuse_tau(FollowUp.of(np.array([1.0, 2.0]), np.array([1, 0])), 9.0)
        Traceback (most recent call last):
        hilum.errors.MeasureError: nobody is followed to day 9 (the last follow-up ends on day 2): choose an
        earlier tau
    """
    if follow_up.competes:
        raise MeasureError(
            f"{int(follow_up.competing.sum())} cases have a competing event: Uno's weights do not hold "
            "there; use Harrell's C or AUC(t)"
        )
    last = float(follow_up.time.max())
    if not tau > 0:
        raise MeasureError(f"Uno's C needs a day above 0 up to which it looks, not {tau:g}")
    if tau > last and follow_up.moments.uncensored[-1] == 0:
        raise MeasureError(
            f"nobody is followed to day {tau:g} (the last follow-up ends on day {last:g}): choose an earlier "
            "tau"
        )


def _event_weights(follow_up: FollowUp, tau: float) -> Floats:
    counts = (follow_up.event == 1) & (follow_up.time < tau)
    before = follow_up.moments.uncensored_before[follow_up.moments.code]
    return np.divide(1.0, before**2, out=np.zeros(len(counts)), where=counts)


def _estimation_influence(follow_up: FollowUp, part: Floats) -> Floats:
    """Derivative by each case's weight of the sum of parts that are inverse to the chance before their time.

    Exact where times are tied, unlike the martingale form that R riskRegression takes for AUC(t).
    """
    moments, code = follow_up.moments, follow_up.moments.code
    by_moment = np.bincount(code, weights=part, minlength=len(moments.time))
    later = by_moment[::-1].cumsum()[::-1] - by_moment
    left = moments.at_risk - moments.failed
    stay = left - moments.censored
    open_ = (left > 0) & (stay > 0)
    jump = np.divide(later, stay, out=np.zeros_like(later), where=open_)
    drift = np.divide(jump * moments.censored, left, out=np.zeros_like(later), where=open_)
    total = drift.cumsum()
    censored = follow_up.event == 0
    influence: Floats = np.where(censored, jump[code] - total[code], (drift - total)[code])
    return influence
