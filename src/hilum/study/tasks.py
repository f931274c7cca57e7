"""The question's form: what is to be told from the image, and which columns hold the truth about it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

REFUSED_KINDS = ("findings", "regression", "detection", "segmentation", "translation")
KEYS_OF_REFUSED_KINDS = {"findings": "findings", "value": "regression", "lesions": "detection"}


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

    @field_validator("horizons_days")
    @classmethod
    def _in_ascending_order(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if len(set(value)) != len(value):
            raise ValueError("names the same day twice: name every horizon once")
        return tuple(sorted(value))


Task = Annotated[Classification | Survival, Field(discriminator="kind")]
TASKS: tuple[type[Options], ...] = (Classification, Survival)
KINDS = tuple(str(task.model_fields["kind"].default) for task in TASKS)
