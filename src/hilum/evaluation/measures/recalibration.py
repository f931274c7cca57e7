"""Turning scores into probabilities that are true: temperature, Platt's method, isotonic regression.

Fitted on validation cases and held fixed; or, with `recalibrate_to`, on the outcomes of a new cohort.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression
from scipy.special import expit

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.measures.calibration import logits_of
from hilum.evaluation.measures.logistic import LogisticFit

Flags = NDArray[np.bool_]
Kind = Literal["temperature", "platt", "isotonic", "intercept", "intercept_and_slope"]
CHOICES = ("temperature", "platt", "isotonic")


@dataclass(frozen=True)
class Recalibration:
    """How a score becomes a probability.

    Attributes:
        kind: `temperature`, `platt`, `isotonic`, `intercept` or `intercept_and_slope`.
        on_logits: Whether the score is a probability whose logit is taken first.
        intercept: Added to slope x (logit of the) score before the inverse logit is taken.
        slope: One over the temperature, for `temperature`.
        knots: For `isotonic`, rising scores between which the probability is drawn out in a straight line.
        levels: Their probabilities.

    Example:
        >>> Recalibration("intercept", on_logits=True, intercept=np.log(3.0)).apply(np.array([0.5])).round(4)
        array([0.75])
    """

    kind: Kind
    on_logits: bool
    intercept: float = 0.0
    slope: float = 1.0
    knots: tuple[float, ...] = ()
    levels: tuple[float, ...] = ()

    def apply(self, score: Floats) -> Floats:
        """Probabilities of scores of any shape; missing ones stay missing.

        Scores beyond the knots of an isotonic regression take the outermost level. Probabilities of 0 and 1
        are moved by one in a million before their logit is taken.

        Example:
            >>> found = Recalibration("isotonic", on_logits=False, knots=(0.0, 10.0), levels=(0.1, 0.5))
            >>> found.apply(np.array([-1.0, 5.0, np.nan]))
            array([0.1, 0.3, nan])
        """
        result = np.full(score.shape, np.nan)
        there = np.isfinite(score)
        values = score[there]
        if self.kind == "isotonic":
            result[there] = np.interp(values, self.knots, self.levels)
        else:
            x = logits_of(values) if self.on_logits else values
            result[there] = expit(self.intercept + self.slope * x)
        return result

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for a file.

        Example:
            >>> Recalibration("temperature", on_logits=True, slope=0.5).as_dict()["slope"]
            0.5
        """
        return asdict(self) | {"knots": list(self.knots), "levels": list(self.levels)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Recalibration":
        """Read what `as_dict` gave.

        Raises:
            MeasureError: a field is missing, or the kind is unknown.

        Example:
            >>> one = Recalibration("temperature", on_logits=True, slope=0.5)
            >>> Recalibration.from_dict(one.as_dict()) == one
            True
        """
        kind = data.get("kind")
        lacking = [
            name for name in ("on_logits", "intercept", "slope", "knots", "levels") if name not in data
        ]
        if kind not in get_args(Kind) or lacking:
            raise MeasureError("this is no recalibration: fit it again on the validation rows")
        return cls(
            cast("Kind", kind),
            bool(data["on_logits"]),
            float(data["intercept"]),
            float(data["slope"]),
            tuple(float(value) for value in data["knots"]),
            tuple(float(value) for value in data["levels"]),
        )


def fit_recalibration(score: Floats, label: Flags, kind: str, *, is_probability: bool) -> Recalibration:
    """Fit one of `temperature`, `platt` and `isotonic`.

    `temperature` divides the logit of a probability by one number. `platt` is a logistic regression on the
    logit of a probability, or on a score that is none, with Platt's targets (n1 + 1) / (n1 + 2) and 1 / (n0 +
    2), so that it stays finite where the score separates the classes. `isotonic` is the rising step function
    of least squares, equal scores pooled, drawn out in a straight line between its steps.

    Args:
        score: (n,) scores; missing ones are left out.
        label: (n,) true for cases with the condition.
        kind: Which of the three.
        is_probability: Whether the scores are probabilities.

    Raises:
        MeasureError: the kind is unknown, one class is missing, all scores are equal, low scores mean
            positive, or a temperature is asked of scores that are no probabilities.

    Reference:
        Guo et al., ICML 2017; Platt 1999; Zadrozny & Elkan, KDD 2002.

    Example:
        >>> label = np.array([True, True, True, False] * 10)
        >>> p = np.where(label, 0.95, 0.9)
        >>> fit_recalibration(p, label, "isotonic", is_probability=True).apply(np.array([0.9, 0.95]))
        array([0., 1.])
    """
    if kind not in CHOICES:
        raise MeasureError(f"`{kind}` is no way to recalibrate: use `temperature`, `platt` or `isotonic`")
    if kind == "temperature" and not is_probability:
        raise MeasureError(
            "a temperature needs probabilities: declare the score a probability, or use `platt` or `isotonic`"
        )
    kept = np.isfinite(score)
    values, ill = score[kept], label[kept]
    _check(values, ill)
    if kind == "isotonic":
        return _isotonic(values, ill, on_logits=is_probability)
    x = logits_of(values) if is_probability else values
    if kind == "temperature":
        fit = LogisticFit.of(x[:, None], np.zeros(len(x)), ill.astype(np.float64))
        slope = None if fit is None else float(fit.beta[0])
        intercept = 0.0
    else:
        intercept, slope = _platt(x, ill)
    if slope is None:
        raise MeasureError("the probabilities separate the classes: there is no finite temperature")
    _refuse_reversed(reversed_=slope <= 0)
    return Recalibration(cast("Kind", kind), is_probability, intercept, slope)


def recalibrate_to(probability: Floats, label: Flags, *, slope: bool = True) -> Recalibration:
    """Shift (and stretch) probabilities so that they fit the outcomes of a cohort.

    With `slope` the intercept and the slope of a logistic regression on the logit are estimated, without it
    the intercept alone. What is measured on the same cases afterwards is better than it would be on others:
    use `cross_fitted` to measure.

    Raises:
        MeasureError: one class is missing, all probabilities are equal, they separate the classes, or low
            ones mean positive.

    Reference:
        Steyerberg et al., Statistics in Medicine 2004; 23: 2567-2586.

    Example:
        >>> p, label = np.array([0.5, 0.5, 0.5, 0.5]), np.array([True, True, True, False])
        >>> recalibrate_to(p, label, slope=False).apply(np.array([0.5])).round(6)
        array([0.75])
    """
    kept = np.isfinite(probability)
    logits, ill = logits_of(probability[kept]), label[kept]
    _check(logits, ill, may_be_equal=not slope)
    ones, none = np.ones((len(logits), 1)), np.zeros(len(logits))
    if not slope:
        fit = LogisticFit.of(ones, logits, ill.astype(np.float64))
        if fit is None:
            raise MeasureError("no intercept fits these outcomes: the probabilities are too far from them")
        return Recalibration("intercept", on_logits=True, intercept=float(fit.beta[0]))
    fit = LogisticFit.of(np.column_stack([ones, logits]), none, ill.astype(np.float64))
    if fit is None:
        raise MeasureError("the probabilities separate the classes: there is no finite slope")
    _refuse_reversed(reversed_=fit.beta[1] <= 0)
    return Recalibration("intercept_and_slope", True, float(fit.beta[0]), float(fit.beta[1]))


def _check(values: Floats, ill: Flags, *, may_be_equal: bool = False) -> None:
    if len(ill) == 0 or ill.all() or not ill.any():
        raise MeasureError(
            "recalibration needs cases with and without the condition: these have one class only"
        )
    if not may_be_equal and np.ptp(values) == 0:
        raise MeasureError("recalibration needs different scores: all are equal")


def _refuse_reversed(*, reversed_: bool) -> None:
    if reversed_:
        raise MeasureError(
            "the condition does not become more frequent as the score rises: turn the score round if its low "
            "values mean positive"
        )


def _platt(x: Floats, ill: Flags) -> tuple[float, float | None]:
    """Intercept and slope with Platt's targets, found on the standardised score."""
    centre, spread = float(x.mean()), float(x.std())
    positives, negatives = float(ill.sum()), float((~ill).sum())
    target = np.where(ill, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    design = np.column_stack([np.ones(len(x)), (x - centre) / spread])
    fit = LogisticFit.of(design, np.zeros(len(x)), target)
    if fit is None:
        return 0.0, None
    slope = float(fit.beta[1]) / spread
    return float(fit.beta[0]) - slope * centre, slope


def _isotonic(values: Floats, ill: Flags, *, on_logits: bool) -> Recalibration:
    levels, code, count = np.unique(values, return_inverse=True, return_counts=True)
    share = np.bincount(code, weights=ill) / count
    fitted = np.clip(isotonic_regression(share, weights=count.astype(np.float64)).x, 0.0, 1.0)
    _refuse_reversed(reversed_=bool(np.ptp(fitted) == 0))
    # Of each level only its first and last score are needed.
    step = np.flatnonzero(np.diff(fitted) != 0)
    kept = np.unique(np.concatenate([[0], step, step + 1, [len(fitted) - 1]]))
    return Recalibration(
        "isotonic",
        on_logits,
        knots=tuple(float(value) for value in levels[kept]),
        levels=tuple(float(value) for value in fitted[kept]),
    )
