"""How the readers are compared: the table `[evaluation]` of a study file."""

from typing import Annotated, Literal

from pydantic import Field

from hilum.study.tasks import Days, Name, Options

Share = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Calibrator = Literal["temperature", "platt", "isotonic"]


class EvaluationTable(Options):
    """The table `[evaluation]`; everything has a sensible value already.

    Args:
        comparator: The reader that stands for what is used today; left out, the first score, else the first
            product.
        subgroups: Columns by whose values every reader is also measured, such as sex, age, site.
        prevalences: Shares of cases with the condition at which predictive values are also given.
        margins: Non-inferiority margin by measure, such as { auroc = 0.05 }.
        recalibrate: Reader = "temperature", "platt" or "isotonic": fitted on the validation part.
        benefit_thresholds: Probabilities of acting at which net benefit is given.
        further: "nri" and "idi", which are given on request only.
        share_interval: Interval of sensitivity and the like: "wilson" or "clopper_pearson".
        bootstrap: How many bootstrap samples an interval rests on.
        bootstrap_interval: "percentile" or "bca".
        risk_groups: Into how many groups risk is cut for survival curves.
        tau_days: Day up to which Uno's C looks.

    Example:
        >>> EvaluationTable(subgroups=["sex"], margins={"auroc": 0.05}).bootstrap
        1000
    """

    comparator: Name | None = None
    subgroups: Annotated[tuple[Name, ...], Field(strict=False, max_length=20)] = ()
    prevalences: Annotated[tuple[Share, ...], Field(strict=False, max_length=20)] = ()
    margins: Annotated[dict[Name, Positive], Field(max_length=20)] = Field(default_factory=dict)
    recalibrate: Annotated[dict[Name, Calibrator], Field(max_length=100)] = Field(default_factory=dict)
    benefit_thresholds: Annotated[tuple[Share, ...], Field(strict=False, max_length=50)] = (
        *(0.05, 0.1, 0.2, 0.3, 0.5),
    )
    further: Annotated[tuple[Literal["nri", "idi"], ...], Field(strict=False)] = ()
    share_interval: Literal["wilson", "clopper_pearson"] = "wilson"
    bootstrap: Annotated[int, Field(ge=100, le=100_000)] = 1000
    bootstrap_interval: Literal["percentile", "bca"] = "percentile"
    risk_groups: Annotated[int, Field(ge=2, le=10)] = 3
    tau_days: Days | None = None
