"""What a user may ask of an evaluation; everything has a sensible value already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from hilum.errors import MeasureError

ThresholdRule = Literal["youden"]


@dataclass(frozen=True)
class EvaluationOptions:
    """How readers are compared.

    Attributes:
        thresholds: Threshold by reader's name; a case is called positive when score >= threshold. The
            name `*` stands for every reader that is not named. A named threshold goes before the validation
            rows.
        threshold_rule: How a threshold is chosen on the validation rows.
        unpaired: Rows of two readers are not the same cases; no paired test is made.
        horizons_days: Days at which risk is asked for (survival only).
        positive: The class that counts as positive, where it cannot be known from its name.
        probabilities: Readers whose score is a probability between 0 and 1; only these are checked for
            calibration.
        bootstrap: How many bootstrap samples an interval rests on.
        seed: Seed of all drawing; the same seed gives the same result.
        risk_groups: Number of groups into which risk is cut, at quantiles of the validation rows.
        task: `classification` or `survival`, where a table of truth could be either.
        comparator: The reader that stands for what is used today; it only decides which differences are
            printed first.

    Example:
        >>> EvaluationOptions(thresholds={"model": 0.4}).threshold_of("model")
        0.4
        >>> EvaluationOptions().threshold_of("model") is None
        True
    """

    thresholds: Mapping[str, float] = field(default_factory=dict)
    threshold_rule: ThresholdRule = "youden"
    unpaired: bool = False
    horizons_days: tuple[float, ...] = ()
    positive: str | None = None
    probabilities: frozenset[str] = frozenset()
    bootstrap: int = 1000
    seed: int = 0
    risk_groups: int = 3
    task: Literal["classification", "survival"] | None = None
    comparator: str | None = None

    def __post_init__(self) -> None:
        if self.bootstrap < 100:
            raise MeasureError(
                f"{self.bootstrap} bootstrap samples are too few for an interval: ask for at least 100"
            )
        if self.risk_groups < 2:
            raise MeasureError("survival curves need at least two risk groups: set risk_groups to 2 or more")
        if any(not 0 < horizon < float("inf") for horizon in self.horizons_days):
            raise MeasureError("a horizon is not a number of days above 0: correct horizons_days")

    def threshold_of(self, reader: str) -> float | None:
        """The threshold that was given for a reader, if any.

        Example:
            >>> EvaluationOptions(thresholds={"*": 0.2}).threshold_of("anyone")
            0.2
        """
        return self.thresholds.get(reader, self.thresholds.get("*"))

    def is_probability(self, reader: str) -> bool:
        """Whether the reader's score was declared a probability; the mean of repeats of one is one too.

        Example:
            >>> EvaluationOptions(probabilities=frozenset({"cnn"})).is_probability("cnn-ensemble")
            True
        """
        return reader in self.probabilities or reader.removesuffix("-ensemble") in self.probabilities
