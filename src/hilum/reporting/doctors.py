"""Doctors among the readers: who read under which condition, and what they are called as a group."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hilum.evaluation import Evaluation, Readings

MEAN, ALL = "mean of ", "all readers"


@dataclass(frozen=True)
class Doctors:
    """Doctors by condition.

    Attributes:
        of: By reader's name, person and condition.
        means: By condition, the name under which their mean was measured.
        alls: Names under which all of them were compared, that with help first.
    """

    of: dict[str, tuple[str, str]] = field(default_factory=dict)
    means: dict[str, str] = field(default_factory=dict)
    alls: tuple[str, str] | None = None

    @property
    def conditions(self) -> tuple[str, ...]:
        """Conditions, that without help first where that is known."""
        if self.alls is not None:
            helped, without = (condition_of(name) for name in self.alls)
            return (without, helped)
        return tuple(dict.fromkeys(condition for _, condition in self.of.values()))

    @property
    def persons(self) -> tuple[str, ...]:
        """Who they are, in the order of the readings."""
        return tuple(dict.fromkeys(person for person, _ in self.of.values()))

    def pairs(self) -> list[tuple[str, str]]:
        """Each doctor in the second condition and in the first."""
        if len(self.conditions) < 2:
            return []
        first, second = self.conditions[:2]
        by_place = {place: name for name, place in self.of.items()}
        found = [(by_place.get((person, second)), by_place.get((person, first))) for person in self.persons]
        return [(one, other) for one, other in found if one is not None and other is not None]


def doctors_of(evaluation: Evaluation, readings: Sequence[Readings]) -> Doctors:
    """Doctors as the readings name them, and their groups as the evaluation does."""
    found: dict[str, tuple[str, str]] = {}
    for each in readings:
        frame = each.frame
        if "condition" not in frame.columns or "person" not in frame.columns:
            continue
        once = frame.drop_duplicates("reader")
        rows = zip(once["reader"], once["person"], once["condition"], strict=True)
        found |= {str(reader): (str(person), str(said)) for reader, person, said in rows if said}
    means = [row.reader for row in evaluation.measures if row.reader.startswith(MEAN)]
    return Doctors(
        {name: place for name, place in found.items() if name in evaluation.readers},
        {condition_of(name): name for name in dict.fromkeys(means)},
        _all_readers(evaluation),
    )


def _all_readers(evaluation: Evaluation) -> tuple[str, str] | None:
    for row in evaluation.comparisons:
        if row.reader_b is not None and row.reader_a.startswith(ALL) and row.reader_b.startswith(ALL):
            return row.reader_a, row.reader_b
    return None


def condition_of(name: str) -> str:
    """The condition in the name of a group.

    Example:
        >>> condition_of("mean of 5 readers, with AI"), condition_of("all readers")
        ('with AI', '')
    """
    return name.partition(", ")[2]
