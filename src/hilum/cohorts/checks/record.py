"""What every check of a cohort is: a function and a frozen record about it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hilum.cohorts.cohort import Cohort
from hilum.cohorts.findings import Finding
from hilum.cohorts.near_duplicates import NearDuplicates


@dataclass(frozen=True)
class Look:
    """What checks look at.

    Args:
        cohort: The cohort.
        copies: The copies among its images.
    """

    cohort: Cohort
    copies: NearDuplicates


@dataclass(frozen=True)
class Check:
    """One check.

    Args:
        name: Its name.
        sentence: What it looks for, in one sentence.
        codes: The codes of the findings that it can give.
        look: Looks at a cohort and gives what it finds.
        reference: Where the rule comes from.
    """

    name: str
    sentence: str
    codes: tuple[str, ...]
    look: Callable[[Look], Iterable[Finding]]
    reference: str = ""


def counted(count: int, one: str, many: str) -> str:
    """A number with its word.

    Example:
        >>> counted(1, "patient", "patients"), counted(1200, "patient", "patients")
        ('1 patient', '1,200 patients')
    """
    return f"{count:,} {one if count == 1 else many}"
