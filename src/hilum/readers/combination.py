"""A fitted combination of readers: a few readable numbers, applied to any readings of the same readers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.errors import ReadingsError
from hilum.evaluation import Readings
from hilum.files import write_atomically
from hilum.readers.opinions import days_label, readings_of

Floats = NDArray[np.float64]
SMALLEST_CHANCE = 1e-6


@dataclass(frozen=True)
class Member:
    """How one reader's opinion enters: which column, on which scale.

    Attributes:
        reader: The reader's name.
        column: The column of its readings, such as `score` or `risk_30d`.
        scale: `logit` of a probability, or `as it is`.
        centre: Mean over the fitting cases, subtracted.
        spread: Standard deviation over the fitting cases, divided by.
    """

    reader: str
    column: str
    scale: Literal["logit", "as it is"]
    centre: float
    spread: float

    @classmethod
    def fitted(
        cls, readings: Readings, cohort: Cohort, horizon: float | None, fit: NDArray[np.bool_]
    ) -> "Member":
        """Choose column and scale for a reader, from its opinions of the fitting cases.

        Raises:
            ReadingsError: the reader has no usable opinion on them, or says the same of all.
        """
        column = _column(readings, cohort.task.kind, horizon)
        raw = _by_case(readings, column, cohort, "as it is")[fit]
        known = raw[~np.isnan(raw)]
        if len(known) < 2 or np.all(known == known[0]):
            raise ReadingsError(
                f"{readings.reader} says the same of all {len(known)} cases that the combination is fitted "
                "on: "
                "leave it out of `combine`"
            )
        scale: Literal["logit", "as it is"] = "logit" if _probabilities(known, column) else "as it is"
        values = _by_case(readings, column, cohort, scale)[fit]
        return cls(readings.reader, column, scale, float(np.nanmean(values)), float(np.nanstd(values)))

    def values(self, readings: Readings, cohort: Cohort) -> Floats:
        """The reader's standardised opinion of every case, repeats averaged, nan where it has none."""
        if self.column not in readings.frame.columns:
            raise ReadingsError(
                f"{self.reader} gives no `{self.column}`, which the combination was fitted on"
            )
        return (_by_case(readings, self.column, cohort, self.scale) - self.centre) / self.spread


@dataclass(frozen=True)
class Model:
    """One fitted regression.

    Attributes:
        horizon_days: The horizon, None for classification and Cox.
        intercept: Constant of the linear predictor.
        members: How each reader enters.
        coefficients: One a member, per standard deviation of its opinion.
        method: What was fitted.
        n: Cases it was fitted on.
        events: Cases with the event among them.
    """

    horizon_days: float | None
    intercept: float
    members: tuple[Member, ...]
    coefficients: tuple[float, ...]
    method: str
    n: int
    events: int

    def predictor(self, readings: Mapping[str, Readings], cohort: Cohort) -> Floats:
        """The linear predictor of every case, nan where a reader has no opinion."""
        total = np.full(len(cohort.cases), self.intercept)
        for member, coefficient in zip(self.members, self.coefficients, strict=True):
            if member.reader not in readings:
                raise ReadingsError(f"the combination needs readings of {member.reader}: add them")
            total += coefficient * member.values(readings[member.reader], cohort)
        return total


@dataclass(frozen=True)
class Combination:
    """A frozen combination: the same numbers for every part.

    Attributes:
        name: The combination's name.
        task: `classification` or `survival`.
        fitted_on: Parts whose cases it was fitted on.
        models: One model, or one a horizon.

    Example:
        >>> Combination("a+b", "classification", ("validation",), ()).fitted_on
        ('validation',)
    """

    name: str
    task: str
    fitted_on: tuple[str, ...]
    models: tuple[Model, ...]

    def read(self, readings: Sequence[Readings], cohort: Cohort) -> Readings:
        """Combine opinions on every case; a case on which a reader has none gets none.

        Classification gives `score`, survival `risk_<days>d` (never falling with the days) and `risk`, the
        risk at the
        longest horizon; without horizons `risk` is Cox's linear predictor.

        Raises:
            ReadingsError: readings of a combined reader are missing.
        """
        by_name = {each.reader: each for each in readings}
        predictors = [model.predictor(by_name, cohort) for model in self.models]
        opinions: dict[str, Floats] = {}
        if self.task == "classification":
            opinions["score"] = _chance(predictors[0])
        elif self.models[0].horizon_days is None:
            opinions["risk"] = predictors[0]
        else:
            order = np.argsort([model.horizon_days or 0.0 for model in self.models])
            risks = np.maximum.accumulate([_chance(predictors[i]) for i in order])
            opinions["risk"] = risks[-1]
            for i, risk in zip(order, risks, strict=True):
                opinions[f"risk_{days_label(self.models[i].horizon_days or 0)}"] = risk
        return readings_of(cohort, self.name, opinions)

    def to_json(self) -> str:
        """Readable JSON: every coefficient with its reader, scale, and what it was fitted on."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    def save(self, path: str | Path) -> Path:
        """Write the JSON whole or not at all."""
        write_atomically(Path(path), self.to_json())
        return Path(path)

    @classmethod
    def load(cls, path: str | Path) -> "Combination":
        """Read what `save` wrote.

        Raises:
            ReadingsError: the file cannot be read or is no combination.

        Example:
            >>> Combination.load("nowhere.json")
            Traceback (most recent call last):
            hilum.errors.ReadingsError: nowhere.json cannot be read as a combination: give the file that a
            run left
        """
        try:
            plain = json.loads(Path(path).read_text(encoding="utf-8"))
            models = tuple(_model(each) for each in plain["models"])
            return cls(plain["name"], plain["task"], tuple(plain["fitted_on"]), models)
        except (OSError, ValueError, KeyError, TypeError):
            raise ReadingsError(
                f"{Path(path).name} cannot be read as a combination: give the file that a run left"
            ) from None


def _model(plain: dict[str, Any]) -> Model:
    members = tuple(Member(**each) for each in plain["members"])
    return Model(**{**plain, "members": members, "coefficients": tuple(plain["coefficients"])})


def _column(readings: Readings, kind: str, horizon: float | None) -> str:
    """The column that says most for the purpose."""
    wanted = ["score", "decision"] if kind == "classification" else ["risk", "score", "decision"]
    if horizon is not None:
        wanted.insert(0, f"risk_{days_label(horizon)}")
    for column in wanted:
        if (
            column in readings.frame.columns
            and (readings.frame[column].astype("string").fillna("") != "").any()
        ):
            return column
    raise ReadingsError(
        f"{readings.reader} gives none of {', '.join(wanted)}, so it cannot be combined: leave it out of "
        "`combine`"
    )


def _probabilities(known: Floats, column: str) -> bool:
    """Whether numbers are probabilities: between 0 and 1, and more than a yes and a no."""
    inside = bool(np.all((known >= 0) & (known <= 1)))
    return inside and (column.startswith("risk_") or len(np.unique(known)) > 2)


def _by_case(readings: Readings, column: str, cohort: Cohort, scale: str) -> Floats:
    """A column by case, in the cohort's order, averaged over repeats on the scale that it is used on."""
    frame = readings.frame
    if column == "decision":
        numbers = _decisions(readings, cohort)
    else:
        numbers = frame[column].to_numpy(dtype=np.float64)
    if scale == "logit":
        chance = np.clip(numbers, SMALLEST_CHANCE, 1 - SMALLEST_CHANCE)
        numbers = np.log(chance / (1 - chance))
    mean = frame.assign(_value=numbers).groupby("case", sort=False)["_value"].mean()
    return mean.reindex(cohort.cases["case"].to_numpy()).to_numpy(dtype=np.float64)


def _decisions(readings: Readings, cohort: Cohort) -> Floats:
    said = readings.frame["decision"].to_numpy(dtype=str)
    positive = cohort.positive if cohort.positive is not None else "1"
    return np.where(said == "", np.nan, (said == positive).astype(np.float64))


def _chance(predictor: Floats) -> Floats:
    return 1 / (1 + np.exp(-predictor))
