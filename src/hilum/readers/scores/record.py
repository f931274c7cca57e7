"""What a clinical score says about itself: inputs with units, population, version, citation, risk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hilum.readers.scores.inputs import Floats, Inputs, Mask, ScoreInput

Choices = Mapping[str, str]
Formula = Callable[[Inputs, Choices], Floats]


@dataclass(frozen=True)
class ScoreItem:
    """One item of a score: any one of `one_of` serves, the first that a case has is used.

    Attributes:
        one_of: the input, then what may stand in its place.
        when: a choice and its value under which alone the item is needed.
        needed_in: the cases in which alone the item is needed, from the values; None means all.
        parts: items from which the first input can be made where it is missing.
        make: makes it from their values.
    """

    one_of: tuple[ScoreInput, ...]
    when: tuple[str, str] | None = None
    needed_in: Callable[[Inputs], Mask] | None = None
    parts: tuple["ScoreItem", ...] = ()
    make: Callable[[Inputs], Floats] | None = None

    @property
    def label(self) -> str:
        """What is needed, for messages: the accepted inputs joined by `or`."""
        labels = [each.label for each in self.one_of]
        if self.parts:
            labels.append(" and ".join(part.label for part in self.parts))
        return " or ".join(labels)

    @property
    def inputs(self) -> tuple[ScoreInput, ...]:
        """All inputs that may serve, those of the parts last."""
        return (*self.one_of, *(each for part in self.parts for each in part.inputs))

    def unknown(self, values: Inputs) -> Mask:
        """The cases in which nothing that would serve is known."""
        unknown: Mask = np.all([np.isnan(values[each.name]) for each in self.one_of], axis=0)
        return unknown


@dataclass(frozen=True)
class RiskGroup:
    """A published group with its risk and what was advised.

    Attributes:
        name: as printed, such as `0-1`.
        lowest: lowest number of the group.
        highest: highest number of the group.
        risk: published risk of the group, 0 to 1; None where none was published.
        advice: the publication's advice.
    """

    name: str
    lowest: float
    highest: float
    risk: float | None = None
    advice: str = ""


@dataclass(frozen=True)
class ScoreChoice:
    """A way in which publications or tables differ, to be chosen and reported.

    Attributes:
        name: such as `bun_rule`.
        values: what may be chosen, the first is the default; nothing where the person says it in own words.
        sentence: what the choice means.
        alike: whether its values answer the same question, so that it is counted how many cases differ.
    """

    name: str
    values: tuple[str, ...]
    sentence: str
    alike: bool = True


@dataclass(frozen=True)
class PopulationRule:
    """Cases in whom a score was not validated.

    Attributes:
        outside: which cases, from the values (a missing value is not outside).
        sentence: the end of a sentence that begins with the number of cases.
        refused: whether the score is not defined for them, so that they get none.
    """

    outside: Callable[[Inputs], Mask]
    sentence: str
    refused: bool = False


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
        missing_policy: what happens when a value is missing.
        points: the formula: arrays by input name (nan = missing), and the choices, to the score's number (nan
            = missing). Inputs that convert stand under the item's first name.
        gives: whether that number is points or a probability between 0 and 1.
        horizon_days: the horizon of the risk; None where the publication names none.
        risk_by_points: published risk for each number of points.
        groups: published groups in ascending order.
        group_of: the group's place where the number alone does not tell it.
        choices: ways in which publications differ.
        population_rules: cases in whom it was not validated.
        remark: what a reader of its results must know beside, such as a source that differs.
        lower_is_worse: whether a low number means a high risk, so that its negative is compared.

    Example:
        >>> from hilum.readers import SCORES
        >>> [record.title for record in SCORES][:2]
        ['CURB-65', 'CRB-65']
    """

    name: str
    title: str
    sentence: str
    version: str
    citation: str
    population: str
    items: tuple[ScoreItem, ...]
    missing_policy: str
    points: Formula
    gives: Literal["points", "probability"] = "points"
    horizon_days: float | None = None
    risk_by_points: tuple[float, ...] = ()
    groups: tuple[RiskGroup, ...] = ()
    group_of: Callable[[Inputs, Floats], NDArray[np.int64]] | None = None
    choices: tuple[ScoreChoice, ...] = ()
    population_rules: tuple[PopulationRule, ...] = ()
    remark: str = ""
    lower_is_worse: bool = False

    @property
    def inputs(self) -> tuple[ScoreInput, ...]:
        """All inputs, alternatives included, in the order of the items."""
        return tuple({each.name: each for item in self.items for each in item.inputs}.values())

    @property
    def all_choices(self) -> tuple[ScoreChoice, ...]:
        """The score's own choices, and for inputs in words what a table's numbers stand for."""
        coded = [each for each in self.inputs if each.kind == "category"]
        return (
            *self.choices,
            *(
                ScoreChoice(f"{each.name}_codes", (), f"what the numbers of `{each.name}` stand for")
                for each in coded
            ),
        )

    def needed(self, choices: Choices) -> tuple[ScoreItem, ...]:
        """The items that are needed under these choices."""
        return tuple(i for i in self.items if i.when is None or choices.get(i.when[0]) == i.when[1])

    def has_horizon(self, days: float) -> bool:
        """Whether a horizon is the score's own; years may be counted as 365 or 365.25 days.

        Example:
            >>> from hilum.readers import CURB65
            >>> CURB65.has_horizon(30), CURB65.has_horizon(31)
            (True, False)
        """
        return self.horizon_days is not None and abs(days - self.horizon_days) <= self.horizon_days / 1000

    @property
    def has_risk(self) -> bool:
        """Whether a risk was published for its numbers."""
        grouped = any(group.risk is not None for group in self.groups)
        return self.gives == "probability" or bool(self.risk_by_points) or grouped

    def group_index(self, points: Floats, inputs: Inputs | None = None) -> NDArray[np.int64]:
        """The place of each number's group, -1 where there is no number or no groups."""
        if not self.groups:
            return np.full(points.shape, -1, dtype=np.int64)
        if self.group_of is not None and inputs is not None:
            found = self.group_of(inputs, points)
        else:
            highest = np.array([group.highest for group in self.groups])
            found = np.searchsorted(highest, np.round(points, 9), side="left").astype(np.int64)
        return np.where(np.isnan(points) | (found >= len(self.groups)), -1, found)

    def risk(self, points: Floats, inputs: Inputs | None = None) -> Floats:
        """Published risk (0 to 1) for the score's number; nan stays nan.

        Args:
            points: The score's numbers.
            inputs: The values, needed where the number alone does not tell the group.

        Example:
            >>> from hilum.readers import CURB65
            >>> CURB65.risk(np.array([0.0, 5.0, np.nan])).tolist()
            [0.007, 0.57, nan]
        """
        if self.gives == "probability":
            return points
        if not self.risk_by_points:
            of_group = [np.nan if group.risk is None else group.risk for group in self.groups]
            return np.array([*of_group, np.nan])[self.group_index(points, inputs)]
        known = np.isfinite(points)
        risk = np.full(points.shape, np.nan)
        risk[known] = np.array(self.risk_by_points)[points[known].astype(int)]
        return risk

    def group(self, points: Floats, inputs: Inputs | None = None) -> list[str]:
        """The published group of each number, empty where there is none.

        Example:
            >>> from hilum.readers import CURB65
            >>> CURB65.group(np.array([1.0, 2.0, 4.0, np.nan]))
            ['0-1', '2', '3-5', '']
        """
        names = np.array([*(group.name for group in self.groups), ""], dtype=object)
        return list(names[self.group_index(points, inputs)])
