"""Does more data still help? An inverse power law through what was reached with fewer training cases."""

from dataclasses import dataclass

import numpy as np

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Estimate, Floats

# Below four sizes three unknowns have nothing left over to be checked by.
FEWEST_SIZES = 4
RATES = np.geomspace(0.05, 3.0, 40)
REFINEMENTS = 12
METHOD = "power_law_bootstrap"


@dataclass(frozen=True)
class LearningCurve:
    """A measure as a function of the number of training cases: ceiling - drop * size ** -rate.

    Attributes:
        sizes: (k,) numbers of training cases, each more than the one before.
        values: (k,) what was reached with each.
        errors: (k,) standard errors of it.
        ceiling: What would be reached with endless data; None where no curve could be fitted.
        drop: How much is missing at one case.
        rate: How fast it is made up for.
        reason: Why there is no curve, as a sentence; empty where there is one.
        highest: The largest value of the measure; no ceiling is higher.

    Example:
        >>> sizes = np.array([100.0, 200, 400, 800, 1600])
        >>> curve = LearningCurve.fit(sizes, 0.9 - sizes**-0.5, np.full(5, 0.001))
        >>> round(curve.ceiling, 3), round(curve.rate, 2)
        (0.9, 0.5)
    """

    sizes: Floats
    values: Floats
    errors: Floats
    ceiling: float | None = None
    drop: float | None = None
    rate: float | None = None
    reason: str = ""
    highest: float = 1.0

    @classmethod
    def fit(cls, sizes: Floats, values: Floats, errors: Floats, highest: float = 1.0) -> "LearningCurve":
        """Weighted least squares, with a ceiling no higher than the measure can be and a rise, never a fall.

        Args:
            sizes: (k,) numbers of training cases.
            values: (k,) a measure of which higher is better.
            errors: (k,) standard errors of it, above 0. Errors that are shared (the same test cases at each
                size) make the interval wider than it need be, never narrower.
            highest: The largest value of the measure.

        Raises:
            MeasureError: the three do not fit together, or a number among them is impossible.

        Reference:
            Mukherjee et al., Journal of Computational Biology 2003; 10: 119-142; Viering & Loog, IEEE TPAMI
            2023.

        Example:
            >>> curve = LearningCurve.fit(np.array([100.0, 200]), np.array([0.7, 0.8]), np.array([0.1, 0.1]))
            >>> curve.reason
            'a learning curve needs four sizes of training set or more: there are 2'
        """
        sizes, values, errors = _checked(sizes, values, errors)
        if len(sizes) < FEWEST_SIZES:
            return cls(
                sizes,
                values,
                errors,
                reason=f"a learning curve needs four sizes of training set or more: there are {len(sizes)}",
            )
        ceiling, drop, rate = (float(found[0]) for found in _power_law(sizes, values[None], errors, highest))
        return cls(sizes, values, errors, ceiling, drop, rate, highest=highest)

    def predict(self, size: float, samples: int = 1000, seed: int = 0) -> Estimate:
        """What a training set of this size would reach, with the interval of curves through redrawn values.

        Raises:
            MeasureError: the size is not above 0.

        Example:
            >>> sizes = np.array([100.0, 200, 400, 800, 1600])
            >>> curve = LearningCurve.fit(sizes, 0.9 - sizes**-0.5, np.full(5, 0.001))
            >>> round(curve.predict(3200).value, 3)
            0.882
        """
        if not 0 < size < float("inf"):
            raise MeasureError("a size of a training set is a number above 0: correct it")
        if self.ceiling is None or self.drop is None or self.rate is None:
            return Estimate(None)
        value = self.ceiling - self.drop * size**-self.rate
        ceilings, drops, rates = self._redrawn(samples, seed)
        return _percentiles(value, ceilings - drops * size**-rates)

    def gain(self, factor: float = 2.0, samples: int = 1000, seed: int = 0) -> Estimate:
        """How much `factor` times the largest training set would add; 0 or more by construction.

        More data still help where the interval lies above 0 by more than matters.

        Raises:
            MeasureError: the factor is not above 1.

        Example:
            >>> sizes = np.array([100.0, 200, 400, 800, 1600])
            >>> curve = LearningCurve.fit(sizes, 0.9 - sizes**-0.5, np.full(5, 0.001))
            >>> round(curve.gain().value, 4)
            0.0073
        """
        if not 1 < factor < float("inf"):
            raise MeasureError("more data means more than now: give a factor above 1")
        if self.ceiling is None or self.drop is None or self.rate is None:
            return Estimate(None)
        now = self.sizes[-1]
        value = self.drop * (now**-self.rate - (factor * now) ** -self.rate)
        _, drops, rates = self._redrawn(samples, seed)
        return _percentiles(value, drops * (now**-rates - (factor * now) ** -rates))

    def _redrawn(self, samples: int, seed: int) -> tuple[Floats, Floats, Floats]:
        rng = np.random.default_rng(seed)
        drawn = self.values + rng.normal(size=(samples, len(self.sizes))) * self.errors
        return _power_law(self.sizes, drawn, self.errors, self.highest)


def _checked(sizes: Floats, values: Floats, errors: Floats) -> tuple[Floats, Floats, Floats]:
    sizes, values, errors = (np.asarray(one, dtype=np.float64) for one in (sizes, values, errors))
    if not sizes.shape == values.shape == errors.shape or sizes.ndim != 1:
        raise MeasureError("a learning curve needs a value and its standard error for each size")
    if not all(np.isfinite(one).all() for one in (sizes, values, errors)) or (errors <= 0).any():
        raise MeasureError(
            "a learning curve needs numbers, and standard errors above 0: correct or leave out"
        )
    order = np.argsort(sizes, kind="stable")
    if (sizes <= 0).any() or len(np.unique(sizes)) < len(sizes):
        raise MeasureError("sizes of training sets are different numbers above 0: average repeats first")
    return sizes[order], values[order], errors[order]


@dataclass(frozen=True)
class _Points:
    """(b, k) values of b curves at k sizes (in units of the first), and what each size weighs."""

    values: Floats
    weight: Floats
    relative: Floats
    highest: float

    def better(self, kept: tuple[Floats, Floats], rate: Floats) -> tuple[Floats, Floats]:
        """The kept rates and their losses, replaced where these rates lose less."""
        loss = self.line(rate)[2]
        wins = loss < kept[1]
        return np.where(wins, rate, kept[0]), np.where(wins, loss, kept[1])

    def line(self, rate: Floats) -> tuple[Floats, Floats, Floats]:
        """At given rates a straight line: ceiling, slope (never above 0) and weighted squares left over."""
        values, weight = self.values, self.weight
        base = self.relative[None, :] ** -rate[:, None]
        middle = (base @ weight / weight.sum())[:, None]
        mean = values @ weight / weight.sum()
        slope = ((values - mean[:, None]) * (base - middle)) @ weight / ((base - middle) ** 2 @ weight)
        slope = np.minimum(slope, 0.0)
        ceiling = mean - slope * middle[:, 0]
        # At the highest value there is the drop alone left to choose.
        capped = np.minimum(((values - self.highest) * base) @ weight / (base**2 @ weight), 0.0)
        over = ceiling > self.highest
        slope, ceiling = np.where(over, capped, slope), np.where(over, self.highest, ceiling)
        loss = (values - ceiling[:, None] - slope[:, None] * base) ** 2 @ weight
        return ceiling, slope, loss


def _power_law(
    sizes: Floats, values: Floats, errors: Floats, highest: float
) -> tuple[Floats, Floats, Floats]:
    """Ceiling, drop and rate for each row of (b, k) values: the best of a grid of rates, then refined."""
    points = _Points(values, errors**-2.0, sizes / sizes[0], highest)
    kept = (np.full(len(values), RATES[0]), np.full(len(values), np.inf))
    for rate in RATES:
        kept = points.better(kept, np.full(len(values), rate))
    step = float(np.log(RATES[1] / RATES[0]))
    for _ in range(REFINEMENTS):
        for way in (-step, step):
            kept = points.better(kept, np.clip(kept[0] * np.exp(way), RATES[0], RATES[-1]))
        step /= 2
    ceiling, slope, _ = points.line(kept[0])
    return ceiling, -slope * sizes[0] ** kept[0], kept[0]


def _percentiles(value: float, drawn: Floats) -> Estimate:
    low, high = (float(limit) for limit in np.quantile(drawn, [0.025, 0.975]))
    se = float(drawn.std(ddof=1))
    return Estimate(float(value), min(low, float(value)), max(high, float(value)), se, METHOD)
