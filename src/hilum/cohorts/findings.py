"""What a look at a cohort found."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from hilum.errors import SeriousFindingError

Level = Literal["serious", "warning", "note"]
LEVELS: tuple[Level, ...] = ("serious", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Args:
        code: Its name for machines, such as `patient_across_parts`.
        level: "serious" makes results wrong; "warning" must be thought about; "note" should be known.
        text: A sentence with its consequence.
        n: How many cases, patients, groups or values it concerns.
        cases: The cases, where that helps.
    """

    code: str
    level: Level
    text: str
    n: int
    cases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Findings:
    """Everything that was found, the most serious first.

    Args:
        items: The findings.
        near_duplicate_groups: Cases whose images are copies of one picture, by group.

    Example:
        >>> findings = Findings((Finding("imbalance", "warning", "few cases", 3),))
        >>> findings.serious, findings.to_json()["items"][0]["code"]
        (False, 'imbalance')
    """

    items: tuple[Finding, ...]
    near_duplicate_groups: tuple[tuple[str, ...], ...] = ()

    @property
    def serious(self) -> bool:
        """Whether something makes the results wrong."""
        return any(item.level == "serious" for item in self.items)

    def raise_if_serious(self) -> None:
        """Stop where something makes the results wrong.

        Raises:
            SeriousFindingError: With the sentences of all serious findings.
        """
        texts = [item.text for item in self.items if item.level == "serious"]
        if texts:
            raise SeriousFindingError("; ".join(texts))

    def to_json(self) -> dict[str, Any]:
        """Everything as plain values that `json.dumps` can write.

        Returns:
            `serious`, `items` and `near_duplicate_groups`.
        """
        return {
            "serious": self.serious,
            "items": [asdict(item) | {"cases": list(item.cases)} for item in self.items],
            "near_duplicate_groups": [list(group) for group in self.near_duplicate_groups],
        }
