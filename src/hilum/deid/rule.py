"""What a de-identification rule is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.case import Case
from hilum.deid.options import RESEARCH, Options

Saying = str | Callable[[Options], str]
"""A sentence, or what makes it where it depends on the options."""


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
        attributes: the keywords that it is about, where they are listed by name.

    Example:
        >>> from hilum.deid.rules import ELEMENT_RULES
        >>> ELEMENT_RULES[0].name
        'private attributes'
    """

    name: str
    sentence: Saying
    reference: str
    judge: Callable[[Case, Dataset, DataElement], Verdict | None]
    attributes: Callable[[], Iterable[str]] = tuple


@dataclass(frozen=True)
class FileRule:
    """A rule that works once on the whole data set, after all elements were judged.

    Attributes:
        name: in lower case, unique.
        sentence: what it does, as an ethics board reads it.
        reference: where the standard says so.
        apply: changes the data set.
        attributes: the keywords that it is about, where they are listed by name.

    Example:
        >>> from hilum.deid.rules import FILE_RULES
        >>> FILE_RULES[-1].name
        'file meta information'
    """

    name: str
    sentence: Saying
    reference: str
    apply: Callable[[Case, Dataset], None]
    attributes: Callable[[], Iterable[str]] = tuple


@dataclass(frozen=True)
class Description:
    """A rule in words.

    Attributes:
        name: of the rule.
        sentence: what it does under the options at hand.
        reference: where the standard says so.
        attributes: keywords of the attributes that it names, in order.

    Example:
        >>> Description("numbers", "Numbers are kept.", "PS3.15", ()).name
        'numbers'
    """

    name: str
    sentence: str
    reference: str
    attributes: tuple[str, ...]


def described(rule: ElementRule | FileRule, options: Options = RESEARCH) -> Description:
    """What a rule does under these options, in words.

    Example:
        >>> from hilum.deid.rules import ELEMENT_RULES
        >>> described(ELEMENT_RULES[-1]).name
        'everything else'
    """
    sentence = rule.sentence if isinstance(rule.sentence, str) else rule.sentence(options)
    return Description(rule.name, sentence, rule.reference, tuple(sorted(rule.attributes())))
