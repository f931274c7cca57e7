"""The question as a sentence and the answer in two, made from the evaluation's numbers alone."""

from hilum.evaluation import Comparison, Measure
from hilum.reporting.answer_words import (
    capital,
    difference_words,
    named_measure,
    value_words,
    where,
)
from hilum.reporting.answers_of_doctors import answer_of_doctors
from hilum.reporting.answers_of_tasks import headline_of_task
from hilum.reporting.endpoints import Endpoint
from hilum.reporting.format import counted, difference, listed, p_value
from hilum.reporting.labels import in_sentence
from hilum.reporting.sizes import size_words
from hilum.reporting.story import SIGNIFICANT, Story

MOST_NAMED = 6


def question(story: Story, material: str) -> str:
    """The question that was asked, as a sentence.

    Args:
        story: Who is compared with whom.
        material: What is read, such as `the image`; empty where only tables were given.
    """
    if material:
        better = f", and better than {story.label(story.comparator)}" if story.comparator else ""
        return f"Can {material} {story.outcome.asked}{better}?"
    doctors = story.doctors
    if len(doctors.conditions) > 1:
        who = counted(len(doctors.persons), "doctor")
        first, second = doctors.conditions[:2]
        return f"How well do {who} {story.outcome.asked} {first}, and how well {second}?"
    names = [look.label for look in story.asked_of]
    if len(names) > MOST_NAMED:
        names = [f"{counted(len(names), 'reader')}"]
    does = "do" if len(story.asked_of) > 1 else "does"
    return f"How well {does} {listed(names)} {story.outcome.asked}?"


def answer(story: Story) -> list[str]:
    """Two sentences: the headline with its numbers, then what held elsewhere.

    Nothing is said that the evaluation does not hold: where there is no test, no verdict is given.
    """
    if not story.endpoints or not story.parts:
        return ["No measure could be made; the warnings below say why."]
    said = answer_of_doctors(story)
    if said:
        return said
    endpoint = story.endpoints[0]
    lead = story.measure(story.lead, story.main_part, endpoint)
    if lead is None or lead.value is None:
        return [f"{capital(story.label(story.lead))} could not be measured on {where(story.main_part)}."]
    first = _headline(story, endpoint, lead)
    second = _elsewhere(story, endpoint)
    return [first, second] if second else [first]


def _headline(story: Story, endpoint: Endpoint, lead: Measure) -> str:
    label = _lead(story)
    if story.comparator is None:
        return headline_of_task(story, label, endpoint, lead) + "."
    other = story.label(story.comparator)
    part = story.main_part
    row = story.compare(story.lead, story.comparator, part, endpoint)
    beside = story.measure(story.comparator, part, endpoint)
    if beside is None or beside.value is None:
        return f"{headline_of_task(story, label, endpoint, lead)}; {other} could not be measured there."
    values = f"{endpoint.label} {value_words(lead.value)} vs {value_words(beside.value)}"
    if row is None or row.difference is None:
        return (
            f"{capital(label)} and {other} were not compared by a test "
            f"({values}; {where(part)}, {size_words(story, lead.n, lead.events)})."
        )
    numbers = (
        f"{values}; {difference_words(row, lead)}; {where(part)}, {size_words(story, row.n, row.events)}"
    )
    return f"{_verdict(story, label, other, row, endpoint)} ({numbers})."


def _lead(story: Story) -> str:
    """The lead with what it is, where that is known."""
    label = story.label(story.lead)
    return f"the model {label}" if story.look(story.lead).role == "model" else label


def _verdict(story: Story, label: str, other: str, row: Comparison, endpoint: Endpoint) -> str:
    assert row.difference is not None
    if row.p is None:
        return f"{capital(label)} was compared with {other} without a test of the difference"
    if row.p >= SIGNIFICANT:
        return f"No difference between {label} and {other} in {story.outcome.doing} could be shown"
    better = "better" if endpoint.is_improvement(row.difference) else "worse"
    return f"{capital(label)} {story.outcome.does} {better} than {other}"


def _elsewhere(story: Story, endpoint: Endpoint) -> str:
    """The other parts, or, where there is one part only, the combination of readers."""
    others = [part for part in story.parts if part != story.main_part]
    said = []
    for part in others:
        row = story.compare(story.lead, story.comparator, part, endpoint) if story.comparator else None
        measure = story.measure(story.lead, part, endpoint)
        if row is not None and row.difference is not None:
            tail = f", {p_value(row.p)}" if row.p is not None else ""
            said.append(
                f"{difference(row.difference, row.low, row.high)} in {where(part)} "
                f"({size_words(story, row.n, row.events)}{tail})"
            )
        elif measure is not None and measure.value is not None:
            value = value_words(measure.value, measure.low, measure.high)
            said.append(f"{value} in {where(part)} ({size_words(story, measure.n, measure.events)})")
    if said:
        what = "The difference was" if story.comparator else f"{capital(named_measure(endpoint, 'the'))} was"
        return f"{what} {listed(said)}." + _and_others(story, endpoint)
    return _combined(story, endpoint) or _against_others(story, endpoint)


def _and_others(story: Story, endpoint: Endpoint) -> str:
    """Where there is no comparator: how the lead stands against the other readers."""
    against = _against_others(story, endpoint)
    return f" {against}" if against else ""


def _against_others(story: Story, endpoint: Endpoint) -> str:
    """The lead's differences from the other readers, where nothing stands for what is used today."""
    if story.comparator is not None:
        return ""
    said = []
    for look in story.asked_of:
        row = story.compare(story.drawn_for(story.lead), look.name, story.main_part, endpoint)
        if row is not None and row.difference is not None:
            tail = f", {p_value(row.p)}" if row.p is not None else ""
            said.append(f"{difference(row.difference, row.low, row.high)} against {look.label}{tail}")
    if not said:
        return _beside(story, endpoint)
    more = "" if len(said) <= MOST_NAMED else "; the others stand below"
    measured = in_sentence(endpoint.label)
    return f"The difference in {measured} was {listed(said[:MOST_NAMED])}{more} ({where(story.main_part)})."


def _beside(story: Story, endpoint: Endpoint) -> str:
    """What the others reached, where no test of the difference could be made."""
    said = []
    for look in story.asked_of:
        row = story.measure(look.name, story.main_part, endpoint)
        if look.name != story.lead and row is not None and row.value is not None:
            said.append(f"{look.label} {value_words(row.value, row.low, row.high)}")
    if not said or len(said) > MOST_NAMED:
        return ""
    return f"The others reached {listed(said)}; the differences were not tested."


def _combined(story: Story, endpoint: Endpoint) -> str:
    both = next((look for look in story.drawn if look.role == "combination"), None)
    if both is None:
        return ""
    measure = story.measure(both.name, story.main_part, endpoint)
    if measure is None or measure.value is None:
        return ""
    return f"Combined ({both.label}) they reach {value_words(measure.value, measure.low, measure.high)}."
