"""The question's form: what is to be told from the image, and which columns hold the truth about it."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)

REFUSED_KINDS = ("detection", "segmentation", "translation")
KEYS_OF_REFUSED_KINDS = {"lesions": "detection"}
# What other columns of a cohort are called; a finding of that name could not be told from them.
NO_FINDINGS = frozenset({"case", "patient", "part", "image", "sex", "age", "site", "view", "scanner", "fold"})


class Options(BaseModel):
    """A table of the study file: nothing changes after reading, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _as_word(value: Any) -> Any:
    """A class may be written as a number; classes are words."""
    if isinstance(value, bool):
        return str(int(value))
    return str(value) if isinstance(value, int) else value


Name = Annotated[str, Field(min_length=1, max_length=200)]
ClassName = Annotated[Name, BeforeValidator(_as_word, json_schema_input_type=str | int)]
Days = Annotated[float, Field(gt=0, le=365_250, allow_inf_nan=False)]
# The fewest years that make a day, and as many as make the most days.
Years = Annotated[float, Field(ge=0.002, le=1000, allow_inf_nan=False)]
DAYS_A_YEAR = 365.25


def days_of_years(years: float) -> float:
    """Years as whole days: 365.25 a year, rounded to the nearest day, a half to the even one.

    Example:
        >>> [days_of_years(years) for years in (2, 3, 5, 10)]
        [730.0, 1096.0, 1826.0, 3652.0]
    """
    return float(round(years * DAYS_A_YEAR))


def horizon_in_words(days: float) -> str:
    """A horizon in days, or in whole years where that is how it is said: 365 or 365.25 days each.

    Example:
        >>> horizon_in_words(30), horizon_in_words(1), horizon_in_words(365), horizon_in_words(2190)
        ('30 days', '1 day', '1 year', '6 years')
        >>> [horizon_in_words(each) for each in (730, 1096, 1826, 3652)], horizon_in_words(1800)
        (['2 years', '3 years', '5 years', '10 years'], '1800 days')
    """
    years = round(days / DAYS_A_YEAR)
    if years and days in {365 * years, DAYS_A_YEAR * years, days_of_years(years)}:
        return f"{years} {'year' if years == 1 else 'years'}"
    return f"{days:g} {'day' if days == 1 else 'days'}"


class Classification(Options):
    """Which of two or more classes a case belongs to.

    Args:
        label: The table's column with the class; None where the images' sub-folders are the labels.
        positive: The class that counts as positive. It may be left out where the other one is called normal,
            negative, control or 0.

    Example:
        >>> Classification(label="diagnosis", positive="pneumonia").positive
        'pneumonia'
    """

    kind: Literal["classification"] = "classification"
    label: Name | None = None
    positive: ClassName | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The table's columns with the truth; none where the images' sub-folders are the labels."""
        return () if self.label is None else (self.label,)


class Survival(Options):
    """When an event happens, for cases that are followed for different lengths of time.

    Times and horizons are given in days or in years. Years become whole days (`days_of_years`), times and
    horizons alike, so that a case that was followed for five years is known at the horizon of five years.

    Args:
        time_days: The table's column with the days from the image to the event or to the end of follow-up.
        time_years: The same in years; exactly one of the two is named.
        event: The table's column that is 1 where the event happened, 0 where follow-up ended without it, and
            2 where something else happened first, after which the event cannot happen.
        horizons_days: The days at which risks are given, each larger than 0. Stored in ascending order.
        horizons_years: The same in years, instead of `horizons_days`, which is then filled in.

    Example:
        >>> Survival(time_days="days", event="died", horizons_days=[365, 30]).horizons_days
        (30.0, 365.0)
        >>> Survival(time_days="days", event="died", horizons_years=[5, 2]).horizons_days
        (730.0, 1826.0)
    """

    kind: Literal["survival"] = "survival"
    time_days: Name | None = None
    time_years: Name | None = None
    event: Name
    horizons_days: Annotated[tuple[Days, ...], Field(strict=False, max_length=100)] = ()
    horizons_years: Annotated[tuple[Years, ...], Field(strict=False, max_length=100)] = ()

    @property
    def time_column(self) -> str:
        """The table's column with the time."""
        return str(self.time_days or self.time_years)

    @property
    def time_unit(self) -> str:
        """What that column counts: days or years."""
        return "days" if self.time_days is not None else "years"

    @property
    def columns(self) -> tuple[str, ...]:
        """The table's columns with the truth."""
        return (self.time_column, self.event)

    @model_validator(mode="before")
    @classmethod
    def _in_days(cls, data: Any) -> Any:
        """Fill in the horizons in days where they are given in years."""
        if not isinstance(data, dict) or not data.get("horizons_years"):
            return data
        if data.get("horizons_days"):
            raise ValueError("has both `horizons_days` and `horizons_years`: keep one of them")
        years = data["horizons_years"]
        # What is no list of years is refused by the field itself, in words about years.
        if not isinstance(years, list | tuple) or not all(_are_years(each) for each in years):
            return data
        return {**data, "horizons_days": tuple(dict.fromkeys(map(days_of_years, years)))}

    @field_validator("horizons_days", "horizons_years")
    @classmethod
    def _in_ascending_order(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if len(set(value)) != len(value):
            raise ValueError("names the same horizon twice: name every horizon once")
        return tuple(sorted(value))

    @model_validator(mode="after")
    def _has_one_time(self) -> Self:
        if self.time_days is not None and self.time_years is not None:
            raise ValueError("has both `time_days` and `time_years`: keep the one that the table has")
        if self.time_days is None and self.time_years is None:
            raise ValueError(
                "lacks the time to the event: add time_days = or time_years = with the table's column"
            )
        if len(self.horizons_years) > len(self.horizons_days):
            raise ValueError("names the same horizon twice, to the day: name every horizon once")
        return self

    @model_serializer(mode="wrap")
    def _as_written(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Write horizons that were given in years in years alone, so that what is written can be read."""
        written: dict[str, Any] = handler(self)
        if self.horizons_years:
            written.pop("horizons_days", None)
        return written


def _are_years(value: Any) -> bool:
    """Whether a horizon can be turned into days."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0.002 <= value <= 1000


class ManyFindings(Options):
    """Which of several findings an image shows; each may be there, not be there, or not be known.

    Args:
        findings: The table's columns, one a finding: 1 where it is there, 0 where it is not, empty where
            nobody looked or could say.

    Example:
        >>> ManyFindings(findings=["mass", "nodule"]).findings
        ('mass', 'nodule')
    """

    kind: Literal["findings"] = "findings"
    findings: Annotated[tuple[Name, ...], Field(strict=False, min_length=1, max_length=200)]

    @property
    def columns(self) -> tuple[str, ...]:
        """The table's columns with the truth."""
        return self.findings

    @field_validator("findings")
    @classmethod
    def _can_be_told_apart(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if name.casefold() in NO_FINDINGS:
                raise ValueError(
                    f"names the column `{name}`, which cannot be a finding, since hilum calls another column "
                    "so: rename it in the table"
                )
            if sum(other.casefold() == name.casefold() for other in value) > 1:
                raise ValueError(f"names `{name}` twice: name every finding once")
        return value


class Regression(Options):
    """What number an image stands for, such as an age, a volume or a score.

    Args:
        value: The table's column with the number; predictions have its unit.

    Example:
        >>> Regression(value="bone_age_months").value
        'bone_age_months'
    """

    kind: Literal["regression"] = "regression"
    value: Name

    @property
    def columns(self) -> tuple[str, ...]:
        """The table's column with the truth."""
        return (self.value,)


Task = Annotated[Classification | ManyFindings | Survival | Regression, Field(discriminator="kind")]
TASKS: tuple[type[Options], ...] = (Classification, ManyFindings, Survival, Regression)
KINDS = tuple(str(task.model_fields["kind"].default) for task in TASKS)
