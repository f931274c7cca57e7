"""What a clinical score says about itself: inputs with units, population, version, citation, risk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ScoreInput:
    """One value that a score needs.

    Attributes:
        name: the column's plain name, unit included, such as `urea_mmol_l`.
        sentence: what it is, in a clinician's words.
        unit: the unit of the numbers, empty for yes or no.
        kind: a number, or yes/no (1/0, true/false are read as well).
        possible: numbers outside are no measurements (codes such as -1 or 999) and count as missing.
        usual_median: a table's median outside suggests another unit; None where that cannot be said.
        other_unit: what a strange median suggests, for the warning.
        synonyms: other names of the same column, lower case, words joined by `_`.
    """

    name: str
    sentence: str
    unit: str = ""
    kind: Literal["number", "yes/no"] = "number"
    possible: tuple[float, float] = (-np.inf, np.inf)
    usual_median: tuple[float, float] | None = None
    other_unit: str = ""
    synonyms: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name with what it is and in which unit, for messages.

        Example:
            >>> ScoreInput("age", "age", "years").label
            '`age` (age, years)'
        """
        return f"`{self.name}` ({self.sentence}, {self.unit or 'yes or no'})"


@dataclass(frozen=True)
class ScoreItem:
    """One item of a score: any one of `one_of` serves, the first that a case has is used."""

    one_of: tuple[ScoreInput, ...]

    @property
    def label(self) -> str:
        """What is needed, for messages: the accepted inputs joined by `or`."""
        return " or ".join(each.label for each in self.one_of)


@dataclass(frozen=True)
class RiskGroup:
    """A published group of points with its risk and what was advised.

    Attributes:
        name: as printed, such as `0-1`.
        lowest: lowest points of the group.
        highest: highest points of the group.
        risk: published risk of the group, 0 to 1.
        advice: the publication's advice.
    """

    name: str
    lowest: float
    highest: float
    risk: float
    advice: str


@dataclass(frozen=True)
class ScoreChoice:
    """A way in which publications differ, to be chosen and reported.

    Attributes:
        name: such as `bun_rule`.
        values: what may be chosen; the first is the default.
        sentence: what the choice means.
    """

    name: str
    values: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class ScoreRecord:
    """Everything about a score that a reviewer asks.

    Attributes:
        name: as in a study file, such as `curb65`.
        title: as printed, such as `CURB-65`.
        sentence: what it is, in one sentence.
        version: which published version.
        citation: the publication.
        population: in whom it was made and validated.
        items: what is needed.
        horizon_days: the horizon of the published risk.
        risk_by_points: published risk for each number of points.
        groups: published groups of points.
        missing_policy: what happens when a value is missing.
        choices: ways in which publications differ.
        points: the formula: arrays of the items by their first input's name (nan = missing), and the choices,
            to points (nan = missing). Alternatives keep their own names.
    """

    name: str
    title: str
    sentence: str
    version: str
    citation: str
    population: str
    items: tuple[ScoreItem, ...]
    horizon_days: float
    risk_by_points: tuple[float, ...]
    groups: tuple[RiskGroup, ...]
    missing_policy: str
    choices: tuple[ScoreChoice, ...]
    points: Callable[[Mapping[str, Floats], Mapping[str, str]], Floats]
    adults_only: bool = True

    @property
    def inputs(self) -> tuple[ScoreInput, ...]:
        """All inputs, alternatives included, in the order of the items."""
        return tuple(each for item in self.items for each in item.one_of)

    def risk(self, points: Floats) -> Floats:
        """Published risk (0 to 1) for points; nan stays nan.

        Example:
            >>> from hilum.readers import CURB65
            >>> CURB65.risk(np.array([0.0, 5.0, np.nan])).tolist()
            [0.007, 0.57, nan]
        """
        known = np.isfinite(points)
        table = np.array(self.risk_by_points)
        risk = np.full(points.shape, np.nan)
        risk[known] = table[points[known].astype(int)]
        return risk

    def group(self, points: Floats) -> list[str]:
        """The published group of each number of points, empty where there are none.

        Example:
            >>> from hilum.readers import CURB65
            >>> CURB65.group(np.array([1.0, 2.0, 4.0, np.nan]))
            ['0-1', '2', '3-5', '']
        """
        return [next((g.name for g in self.groups if g.lowest <= value <= g.highest), "") for value in points]
