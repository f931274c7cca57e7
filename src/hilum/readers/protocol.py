"""A reader is anything that gives an opinion on a case."""

from typing import Protocol, runtime_checkable

from hilum.cohorts import Cohort
from hilum.evaluation import Readings


@runtime_checkable
class Reader(Protocol):
    """A model trained here, a clinical score, a commercial product's file, a combination of these.

    Whatever it is, it is asked in one way and answers in one form, so that evaluation treats all alike.

    Example:
        >>> from hilum.readers import score
        >>> isinstance(score("curb65"), Reader)
        True
    """

    @property
    def name(self) -> str:
        """The name under which its readings are reported."""

    def read(self, cohort: Cohort) -> Readings:
        """Give an opinion on every case of the cohort that it can be given on."""
