"""What a criterion of the guideline looks at, and how it may answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hilum.archive.guideline import GuidelineDataset
from hilum.archive.series import Series
from hilum.archive.series_slice import Slice

PASSED, FAILED, UNKNOWN = "passed", "failed", "unknown"


@dataclass(frozen=True)
class Evidence:
    """What is known of one image.

    Attributes:
        image: its row of `Archive.images()`.
        header: values of its header by keyword, empty where not given.
        series: its series, assembled by geometry.
        slices: what of the series is in this file: one slice, or one a frame.
        label: its class; empty where no table gives one.
        facts: its row of the table of classes, by column in lower case; what is empty is left out.
    """

    image: Mapping[str, Any]
    header: Mapping[str, str]
    series: Series
    slices: tuple[Slice, ...] = ()
    label: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """Whether an image meets a criterion.

    Attributes:
        outcome: `passed`, `failed`, or `unknown` where what is needed is missing; it is never guessed.
        reason: why, as words without identifiers.
    """

    outcome: str
    reason: str = ""


@dataclass(frozen=True)
class Criterion:
    """A criterion of the guideline as a named check.

    Attributes:
        name: what it is called by.
        sentence: what it asks for.
        section: of the guideline.
        datasets: for which data sets.
        judge: looks at one image; None where the criterion does not ask about it.
        needs: columns of the table of classes, one of which must be there; without them it is not asked.
    """

    name: str
    sentence: str
    section: str
    datasets: tuple[GuidelineDataset, ...]
    judge: Callable[[Evidence], Verdict | None]
    needs: tuple[str, ...] = ()


def passed_if(condition: object, reason: str) -> Verdict:
    """Passed, or failed with a reason.

    Example:
        >>> passed_if(False, "its view is AP")
        Verdict(outcome='failed', reason='its view is AP')
    """
    return Verdict(PASSED) if condition else Verdict(FAILED, reason)


def unknown(what: str) -> Verdict:
    """Not to be told, because something is missing.

    Example:
        >>> unknown("view").reason
        'its view is not given'
    """
    return Verdict(UNKNOWN, f"its {what} is not given")
