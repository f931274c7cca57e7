"""How many cases a number rests on, in words."""

from hilum.reporting.format import count
from hilum.reporting.outcome import Outcome
from hilum.reporting.story import Story


def size_words(story: Story, n: int, events: int) -> str:
    """As in an answer: `n = 4,703, 214 deaths`; `n = 133` where nothing is an event."""
    said = story.outcome.counted(events)
    return f"n = {count(n)}" + (f", {said}" if said else "")


def events_of(outcome: Outcome, events: int) -> int | None:
    """The events of a column or panel, None where nothing is an event."""
    return events if outcome.event else None
