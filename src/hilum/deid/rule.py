"""What a de-identification rule is."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.case import Case


class Verdict(Enum):
    """What a rule says about one data element.

    Example:
        >>> Verdict.KEEP.value
        'keep'
    """

    KEEP = "keep"  # as it stands now: the rule may have changed its value
    REMOVE = "remove"
    EMPTY = "empty"  # stays, without a value
    DESCEND = "descend"  # a sequence: every element inside is judged


@dataclass(frozen=True)
class ElementRule:
    """A rule that looks at one data element at a time, at any depth.

    Attributes:
        name: in lower case, unique.
        sentence: what it does, as an ethics board reads it.
        reference: where the standard says so.
        judge: returns None where the rule has nothing to say; the first verdict counts.

    Example:
        >>> from hilum.deid.rules import ELEMENT_RULES
        >>> ELEMENT_RULES[0].name
        'private attributes'
    """

    name: str
    sentence: str
    reference: str
    judge: Callable[[Case, Dataset, DataElement], Verdict | None]


@dataclass(frozen=True)
class FileRule:
    """A rule that works once on the whole data set, after all elements were judged.

    Attributes:
        name: in lower case, unique.
        sentence: what it does, as an ethics board reads it.
        reference: where the standard says so.
        apply: changes the data set.

    Example:
        >>> from hilum.deid.rules import FILE_RULES
        >>> FILE_RULES[-1].name
        'file meta information'
    """

    name: str
    sentence: str
    reference: str
    apply: Callable[[Case, Dataset], None]
