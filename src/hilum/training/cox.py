"""Cox's regression: the partial likelihood with Efron's treatment of ties, and the baseline hazard."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from hilum.training.ridge_losses import Objective

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CoxLoss:
    """Time to an event, and to a competing one: each output is the log of its own relative hazard.

    A case whose other event came first counts as censored at that time (cause-specific hazards).

    Attributes:
        time: (n,) days.
        event: (n,) 0 censored, 1 the event, 2 the competing event.
        causes: 1, or 2 where competing events are learnt too.

    Reference:
        Cox, JRSS B 1972; Efron, JASA 1977; Prentice et al., Biometrics 1978.

    Example:
        >>> loss = CoxLoss(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 0.0]))
        >>> loss.among(np.array([True, True, True]))(np.zeros((3, 1)))[0]
        array([1.7917...])
    """

    time: Floats
    event: Floats
    causes: int = 1

    @property
    def parts(self) -> NDArray[np.int64]:
        """Each cause by itself."""
        return np.arange(self.causes)

    @property
    def intercept(self) -> bool:
        """There is none: it belongs to the baseline."""
        return False

    def start(self) -> Floats:
        """Everybody alike."""
        return np.zeros(self.causes)

    def curvature(self) -> Floats:
        """The number of events."""
        events = [float((self.event == cause).sum()) for cause in range(1, self.causes + 1)]
        return np.maximum(events, 1e-3)

    def among(self, kept: NDArray[np.bool_]) -> Objective:
        """Minus the log partial likelihood of some cases."""
        places = np.flatnonzero(kept)
        risks = [
            RiskSets.of(self.time[places], self.event[places] == 1 + cause) for cause in range(self.causes)
        ]

        def objective(outputs: Floats) -> tuple[Floats, Floats]:
            values, gradient = np.zeros(self.causes), np.zeros_like(outputs)
            for cause, risk in enumerate(risks):
                values[cause], slope = risk.efron(outputs[places, cause])
                gradient[places, cause] = slope
            return -values, -gradient

        return objective


@dataclass(frozen=True)
class RiskSets:
    """Who is at risk when, sorted once.

    Attributes:
        order: (n,) cases by time.
        happened: (n,) in that order, whether the event ended follow-up.
        tie: (n,) in that order, number of the case's time among all different times.
        first: (times,) place of the first case of each time.
        deaths: (times,) events at each time.
        share: (events,) l / d of the event number l among d at one time, in the order of time.
        tie_of_death: (events,) its time.

    Example:
        >>> RiskSets.of(np.array([5.0, 2.0, 2.0]), np.array([True, True, True])).deaths
        array([2, 1])
    """

    order: NDArray[np.int64]
    happened: NDArray[np.bool_]
    tie: NDArray[np.int64]
    first: NDArray[np.int64]
    deaths: NDArray[np.int64]
    share: Floats
    tie_of_death: NDArray[np.int64]

    @classmethod
    def of(cls, time: Floats, happened: NDArray[np.bool_]) -> "RiskSets":
        """Sort by time.

        Args:
            time: (n,) days.
            happened: (n,) whether the event ended follow-up.
        """
        order = np.argsort(time, kind="stable").astype(np.int64)
        _, first, tie = np.unique(time[order], return_index=True, return_inverse=True)
        deaths = np.bincount(tie, weights=happened[order], minlength=len(first)).astype(np.int64)
        tie_of_death = np.repeat(np.arange(len(first)), deaths)
        begins = np.repeat(np.cumsum(deaths) - deaths, deaths)
        share = (np.arange(len(tie_of_death)) - begins) / np.maximum(deaths[tie_of_death], 1)
        return cls(order, happened[order], tie, first.astype(np.int64), deaths, share, tie_of_death)

    def efron(self, outputs: Floats) -> tuple[float, Floats]:
        """The log partial likelihood and its gradient.

        Args:
            outputs: (n,) log relative hazards, in the order given to `of`.

        Returns:
            The value, and (n,) its derivatives in the same order.
        """
        if not len(self.share):
            return 0.0, np.zeros(len(outputs))
        sorted_outputs = outputs[self.order]
        largest = float(sorted_outputs.max())
        relative = np.exp(sorted_outputs - largest)
        at_risk = self._at_risk(relative)
        tied = np.bincount(self.tie, weights=relative * self.happened, minlength=len(self.first))
        total = at_risk[self.tie_of_death] - self.share * tied[self.tie_of_death]
        value = float(sorted_outputs[self.happened].sum() - (np.log(total) + largest).sum())
        times = len(self.first)
        passed = np.cumsum(np.bincount(self.tie_of_death, weights=1 / total, minlength=times))
        spared = np.bincount(self.tie_of_death, weights=self.share / total, minlength=times)
        expected = relative * (passed[self.tie] - self.happened * spared[self.tie])
        gradient = np.empty(len(outputs))
        gradient[self.order] = self.happened - expected
        return value, gradient

    def breslow(self, outputs: Floats) -> Floats:
        """The cumulative hazard of a case whose output is 0 (Breslow 1974), at each different time.

        With it the events that are expected of all cases together are as many as there were.

        Returns:
            (times,) ascending.
        """
        hazard: Floats = np.cumsum(self.deaths / self._at_risk(np.exp(outputs[self.order])))
        return hazard

    def _at_risk(self, relative: Floats) -> Floats:
        """The sum over all who are followed up to each time or longer."""
        sums: Floats = np.cumsum(relative[::-1])[::-1][self.first]
        return sums


def baseline_hazard(outputs: Floats, time: Floats, happened: NDArray[np.bool_], at: Floats) -> Floats:
    """Breslow's cumulative baseline hazard by some days.

    Args:
        outputs: (n,) log relative hazards of the training cases.
        time: (n,) their days.
        happened: (n,) whether the event ended follow-up.
        at: (days,) when.

    Returns:
        (days,) 0 before the first event, flat after the last.

    Example:
        >>> baseline_hazard(np.zeros(4), np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0]) > 0,
        ...     np.array([0.5, 1.0, 3.5]))
        array([0.  , 0.25, 0.75])
    """
    risk = RiskSets.of(time, happened)
    steps = np.concatenate([[0.0], risk.breslow(outputs)])
    return steps[np.searchsorted(np.unique(time), at, side="right")]


def calibration_slope(outputs: Floats, time: Floats, happened: NDArray[np.bool_]) -> float:
    """By how much log relative hazards of cases that the fit did not see must be stretched to be right.

    A penalty that is best for all weights together leaves the hazards too close to each other or too far
    apart, and then a risk by a day is wrong even on average. With few events the slope stays near 1: it has a
    normal prior of mean 1 and standard deviation 1.

    Args:
        outputs: (n,) log relative hazards, each by a fit that had not seen the case.
        time: (n,) their days.
        happened: (n,) whether the event ended follow-up.

    Returns:
        The slope, between 0.1 and 10.

    Reference:
        Van Houwelingen & le Cessie, Statistics in Medicine 1990; Verweij & van Houwelingen, the same 1993.

    Example:
        >>> calibration_slope(np.zeros(3), np.array([1.0, 2.0, 3.0]), np.array([True, True, True]))
        1.0
    """
    risk = RiskSets.of(time, happened)

    def value(slope: float) -> float:
        return (slope - 1) ** 2 / 2 - risk.efron(slope * outputs)[0]

    found = minimize_scalar(value, bounds=(0.1, 10.0), method="bounded", options={"xatol": 1e-6})
    return round(float(found.x), 4)
