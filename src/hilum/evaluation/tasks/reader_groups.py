"""Which readers are doctors, and who of them read under which condition."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hilum.evaluation.inputs.alignment import Opinions

_WITHOUT = re.compile(r"\b(without|no|not|alone|unaided|unassisted|before)\b", re.IGNORECASE)


@dataclass(frozen=True)
class ReaderGroup:
    """Doctors under one condition.

    Attributes:
        condition: Such as `with AI`; empty where none is named.
        readers: By person, the name of the reader in the results (`Kim, with AI`).
        again: Further sessions of the same persons, which are left out of the group.
    """

    condition: str
    readers: Mapping[str, str]
    again: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The group as a reader in the results.

        Example:
            >>> ReaderGroup("with AI", {"Kim": "Kim, with AI"}).name
            'all readers, with AI'
        """
        return "all readers" + (f", {self.condition}" if self.condition else "")

    def mean_name(self, count: int) -> str:
        """The mean of so many of them as a reader in the results.

        Example:
            >>> ReaderGroup("", {"Kim": "Kim", "Lee": "Lee"}).mean_name(2)
            'mean of 2 readers'
        """
        return f"mean of {count} readers" + (f", {self.condition}" if self.condition else "")


def reader_groups(opinions: Iterable[Opinions]) -> tuple[ReaderGroup, ...]:
    """Doctors by condition, the condition without help first.

    A reader counts as a doctor where the readings name a condition or a reading time, or give a confidence
    beside a decision; models, products and scores do not. Where conditions do not say which is without help,
    they stand in the order of the readings.

    Example:
        >>> kim = Opinions("Kim, with AI", (), {}, person="Kim", condition="with AI")
        >>> alone = Opinions("Kim, alone", (), {}, person="Kim", condition="alone")
        >>> [group.name for group in reader_groups([kim, alone])]
        ['all readers, alone', 'all readers, with AI']
    """
    single = [one for one in opinions if len(one.repeats) < 2 and one.ensemble_of is None]
    named = {person_of(one) for one in single if one.condition}
    groups: dict[str, dict[str, str]] = {}
    again: dict[str, list[str]] = {}
    for one in single:
        if not (_is_doctor(one) or person_of(one) in named):
            continue
        members = groups.setdefault(one.condition, {})
        if person_of(one) in members:
            again.setdefault(one.condition, []).append(one.reader)
        else:
            members[person_of(one)] = one.reader
    ordered = sorted(groups, key=lambda condition: not _without_help(condition))
    return tuple(ReaderGroup(name, groups[name], tuple(again.get(name, ()))) for name in ordered)


def comparable(first: Opinions, second: Opinions) -> bool:
    """Whether two readers are set against each other: not two doctors under two different conditions.

    Example:
        >>> kim = Opinions("Kim, with AI", (), {}, person="Kim", condition="with AI")
        >>> lee = Opinions("Lee, alone", (), {}, person="Lee", condition="alone")
        >>> comparable(kim, lee), comparable(kim, Opinions("cnn", (), {}))
        (False, True)
    """
    both_named = bool(first.condition) and bool(second.condition)
    return not (both_named and first.condition != second.condition and person_of(first) != person_of(second))


def person_of(opinions: Opinions) -> str:
    """Who read; the reader where nobody else is named.

    Example:
        >>> person_of(Opinions("Kim", (), {}))
        'Kim'
    """
    return opinions.person if opinions.person not in {"", "nan"} else opinions.reader


def _is_doctor(opinions: Opinions) -> bool:
    decided = "confidence" in opinions.beside and "decision" in opinions.columns
    return bool(opinions.condition) or "seconds" in opinions.beside or decided


def _without_help(condition: str) -> bool:
    return condition == "" or _WITHOUT.search(condition) is not None
