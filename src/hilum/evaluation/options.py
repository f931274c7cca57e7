"""What a user may ask of an evaluation; everything has a sensible value already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from hilum.errors import MeasureError

Task = Literal["classification", "findings", "survival", "regression", "detection", "segmentation"]


@dataclass(frozen=True)
class EvaluationOptions:
    """How readers are compared.

    Attributes:
        thresholds: Threshold by reader's name; a case is called positive when score >= threshold. The
            name `*` stands for every reader that is not named. A named threshold goes before the validation
            rows.
        threshold_rules: How a threshold is chosen on the validation rows, by reader's name or `*`: `youden`,
            `sensitivity=0.95`, `specificity=0.9`, `sensitivity of curb65` or `specificity of curb65` (what
            that reader reaches there at its own threshold).
        unpaired: Rows of two readers are not the same cases; no paired test is made.
        horizons_days: Days at which risk is asked for (survival only).
        tau_days: Day up to which Uno's C looks; left out, the largest horizon, else the last at which a case
            in ten is still followed.
        positive: The class that counts as positive, where it cannot be known from its name.
        probabilities: Readers whose score is a probability between 0 and 1; only these are checked for
            calibration.
        recalibration: `temperature`, `platt` or `isotonic` by reader's name or `*`: fitted on the validation
            rows and held fixed; the result is a reader of its own, `<name>, recalibrated`.
        prevalences: Shares at which predictive values are also given.
        benefit_thresholds: Probabilities at which net benefit is given.
        margins: Non-inferiority margin by measure; the name `*` stands for every measure.
        subgroups: Columns of the truth by whose values readers are also measured.
        further: What is given on request only: `nri`, `idi`.
        share_interval: Interval of shares: `wilson` or `clopper_pearson`.
        bootstrap: How many bootstrap samples an interval rests on.
        bootstrap_interval: `percentile` or `bca`.
        seed: Seed of all drawing; the same seed gives the same result.
        risk_groups: Number of groups into which risk is cut, at quantiles of the validation rows.
        hit: When a mark finds a lesion: `centre` (its centre lies in the lesion) or `iou=0.5`.
        tolerance_mm: Distance within which two outlines agree (segmentation).
        task: What the truth is about, where a table could be about several things.
        comparator: The reader that stands for what is used today; it only decides which differences are
            printed first.

    Example:
        >>> EvaluationOptions(thresholds={"model": 0.4}).threshold_of("model")
        0.4
        >>> EvaluationOptions().threshold_of("model") is None
        True
    """

    thresholds: Mapping[str, float] = field(default_factory=dict)
    threshold_rules: Mapping[str, str] = field(default_factory=dict)
    unpaired: bool = False
    horizons_days: tuple[float, ...] = ()
    tau_days: float | None = None
    positive: str | None = None
    probabilities: frozenset[str] = frozenset()
    recalibration: Mapping[str, str] = field(default_factory=dict)
    prevalences: tuple[float, ...] = ()
    benefit_thresholds: tuple[float, ...] = (0.05, 0.1, 0.2, 0.3, 0.5)
    margins: Mapping[str, float] = field(default_factory=dict)
    subgroups: tuple[str, ...] = ()
    further: frozenset[str] = frozenset()
    share_interval: Literal["wilson", "clopper_pearson"] = "wilson"
    bootstrap: int = 1000
    bootstrap_interval: Literal["percentile", "bca"] = "percentile"
    seed: int = 0
    risk_groups: int = 3
    hit: str = "centre"
    tolerance_mm: float = 2.0
    task: Task | None = None
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
        if any(not 0 < share < 1 for share in (*self.prevalences, *self.benefit_thresholds)):
            raise MeasureError("a prevalence or a probability to act at is not between 0 and 1: correct it")
        if any(not 0 < margin < float("inf") for margin in self.margins.values()):
            raise MeasureError("a non-inferiority margin is not above 0: correct it")

    def rule_of(self, reader: str) -> str:
        """How a reader's threshold is chosen.

        Example:
            >>> EvaluationOptions(threshold_rules={"cnn": "sensitivity=0.95"}).rule_of("other")
            'youden'
        """
        base = reader.removesuffix("-ensemble")
        return self.threshold_rules.get(
            reader, self.threshold_rules.get(base, self.threshold_rules.get("*", "youden"))
        )

    def margin_of(self, measure: str) -> float | None:
        """The non-inferiority margin of a measure, if one was given.

        Example:
            >>> EvaluationOptions(margins={"auroc": 0.05}).margin_of("auroc")
            0.05
        """
        return self.margins.get(measure, self.margins.get("*"))

    def threshold_of(self, reader: str) -> float | None:
        """The threshold that was given for a reader, if any.

        Example:
            >>> EvaluationOptions(thresholds={"*": 0.2}).threshold_of("anyone")
            0.2
        """
        names = (reader, reader.partition(":")[0], "*")
        return next((self.thresholds[name] for name in names if name in self.thresholds), None)

    def is_probability(self, reader: str) -> bool:
        """Whether the reader's score was declared a probability; the mean of repeats of one is one too.

        The name `*` declares all.

        Example:
            >>> EvaluationOptions(probabilities=frozenset({"cnn"})).is_probability("cnn-ensemble")
            True
        """
        return bool({reader, reader.removesuffix("-ensemble"), "*"} & self.probabilities)
