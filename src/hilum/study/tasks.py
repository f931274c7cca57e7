"""The question's form: what is to be told from the image, and which columns hold the truth about it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

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

    Args:
        time_days: The table's column with the days from the image to the event or to the end of follow-up.
        event: The table's column that is 1 where the event happened and 0 where follow-up ended without it.
        horizons_days: The days at which risks are given, each larger than 0. Stored in ascending order.

    Example:
        >>> Survival(time_days="days", event="died", horizons_days=[365, 30]).horizons_days
        (30.0, 365.0)
    """

    kind: Literal["survival"] = "survival"
    time_days: Name
    event: Name
    horizons_days: Annotated[tuple[Days, ...], Field(strict=False, max_length=100)] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The table's columns with the truth."""
        return (self.time_days, self.event)

    @field_validator("horizons_days")
    @classmethod
    def _in_ascending_order(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if len(set(value)) != len(value):
            raise ValueError("names the same day twice: name every horizon once")
        return tuple(sorted(value))


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
