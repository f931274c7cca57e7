"""What a checklist is: items with a number, a topic in our own words, and the fact that answers each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Evidence = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What the report says about an item.

    Attributes:
        text: One line.
        place: The identifier of the section that holds it; empty where it is the head of the report.
        missing: What the authors must still add; empty where the item is answered whole.
    """

    text: str
    place: str = ""
    missing: str = ""


Answerer = Callable[[Evidence], Answer | None]


@dataclass(frozen=True)
class Item:
    """One item of a checklist.

    Attributes:
        number: As in the checklist's paper.
        topic: What it asks for, in our own words.
        answer: The fact that may answer it; None where only a person can.
        missing: What the authors must add even where the fact is there.
    """

    number: str
    topic: str
    answer: Answerer | None = None
    missing: str = ""


@dataclass(frozen=True)
class Section:
    """Items under one heading."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Checklist:
    """A reporting guideline, or a tool to judge studies by.

    Attributes:
        key: Short and unique.
        title: Its name and year.
        scope: For what it is meant.
        citation: Its paper.
        sections: Its items, in their order.
        judged: Whether an assessor gives a verdict on each item; then the report offers facts only.
    """

    key: str
    title: str
    scope: str
    citation: str
    sections: tuple[Section, ...]
    judged: bool = False

    @property
    def items(self) -> Iterator[Item]:
        """All items in their order."""
        return (item for section in self.sections for item in section.items)
