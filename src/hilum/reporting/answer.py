"""The question as a sentence and the answer in two, made from the evaluation's numbers alone."""

from hilum.evaluation import Comparison, Measure
from hilum.reporting.endpoints import Endpoint
from hilum.reporting.format import count, difference, estimate, listed, number, p_value
from hilum.reporting.story import SIGNIFICANT, Story

TESTS = {
    "delong_paired": "DeLong",
    "delong_paired_clustered": "DeLong",
    "mcnemar_exact": "McNemar",
    "mcnemar_mid_p": "McNemar",
    "hierarchical_bootstrap_wald": "bootstrap over patients and repeats",
    "bootstrap_wald": "bootstrap over patients",
    "infinitesimal_jackknife_wald": "infinitesimal jackknife",
    "infinitesimal_jackknife_clustered_wald": "infinitesimal jackknife",
    "unpaired_wald": "unpaired Wald test",
    "ipcw_influence_wald": "influence function",
    "ipcw_influence_clustered_wald": "influence function",
    "delong_paired_holm": "DeLong, Holm",
    "mcnemar_exact_holm": "McNemar, Holm",
}


def name_of_test(method: str) -> str:
    """A test as it is named in print.

    Example:
        >>> name_of_test("delong_paired"), name_of_test("moskowitz_pepe")
        ('DeLong', 'Moskowitz Pepe')
    """
    plain = method.removesuffix("_wald").replace("_", " ")
    return TESTS.get(method, plain.title())


def question(story: Story, material: str) -> str:
    """The question that was asked, as a sentence.

    Args:
        story: Who is compared with whom.
        material: What is read, such as `the image`; empty where only tables were given.
    """
    if material:
        better = f", and better than {story.label(story.comparator)}" if story.comparator else ""
        return f"Can {material} tell {story.outcome.told}{better}?"
    readers = listed([look.label for look in story.drawn])
    return (
        f"How well do {readers} tell {story.outcome.told}?"
        if len(story.drawn) > 1
        else (f"How well does {readers} tell {story.outcome.told}?")
    )


def answer(story: Story) -> list[str]:
    """Two sentences: the headline with its numbers, then what held elsewhere.

    Nothing is said that the evaluation does not hold: where there is no test, no verdict is given.
    """
    if not story.endpoints or not story.parts:
        return ["No measure could be made; the warnings below say why."]
    endpoint = story.endpoints[0]
    lead = story.measure(story.lead, story.main_part, endpoint)
    if lead is None or lead.value is None:
        return [f"{_capital(story.label(story.lead))} could not be measured on {_where(story.main_part)}."]
    first = _headline(story, endpoint, lead)
    second = _elsewhere(story, endpoint)
    return [first, second] if second else [first]


def _headline(story: Story, endpoint: Endpoint, lead: Measure) -> str:
    part = story.main_part
    label = _lead(story)
    if story.comparator is None:
        return (
            f"{_capital(label)} separates {story.outcome.separates} with {_named(endpoint)} of "
            f"{estimate(lead.value, lead.low, lead.high)} ({_where(part)}, "
            f"{_size(story, lead.n, lead.events)})."
        )
    other = story.label(story.comparator)
    row = story.compare(story.lead, story.comparator, part, endpoint)
    beside = story.measure(story.comparator, part, endpoint)
    if beside is None or beside.value is None:
        return (
            f"{_capital(label)} separates {story.outcome.separates} with {_named(endpoint)} of "
            f"{estimate(lead.value, lead.low, lead.high)} ({_where(part)}, "
            f"{_size(story, lead.n, lead.events)}); "
            f"{other} could not be measured there."
        )
    values = f"{endpoint.label} {number(lead.value)} vs {number(beside.value)}"
    if row is None or row.difference is None:
        return (
            f"{_capital(label)} and {other} were not compared by a test "
            f"({values}; {_where(part)}, {_size(story, lead.n, lead.events)})."
        )
    numbers = f"{values}; {_difference(row, lead)}; {_where(part)}, {_size(story, row.n, row.events)}"
    return f"{_verdict(story, label, other, row, endpoint)} ({numbers})."


def _lead(story: Story) -> str:
    """The lead with what it is, where that is known."""
    label = story.label(story.lead)
    return f"the model {label}" if story.look(story.lead).role == "model" else label


def _verdict(story: Story, label: str, other: str, row: Comparison, endpoint: Endpoint) -> str:
    assert row.difference is not None
    separates = story.outcome.separates
    if row.p is None:
        return f"{_capital(label)} was compared with {other} without a test of the difference"
    if row.p >= SIGNIFICANT:
        return f"No difference between {label} and {other} in separating {separates} could be shown"
    better = (row.difference > 0) == endpoint.higher_is_better
    return f"{_capital(label)} separates {separates} {'better' if better else 'worse'} than {other}"


def _difference(row: Comparison, lead: Measure) -> str:
    """The difference with its interval and test; says so where it rests on fewer cases than the estimates."""
    assert row.difference is not None
    shared = f" on the {count(row.n)} cases that both read" if row.n < lead.n else ""
    text = f"difference{shared} {number(row.difference)}"
    if row.low is not None and row.high is not None:
        text += f", 95 % CI {interval_to(row.low, row.high)}"
    if row.p is not None:
        test = TESTS.get(row.method, "")
        text += f"; {test + ' ' if test else ''}{p_value(row.p)}"
    return text


def interval_to(low: float, high: float) -> str:
    """Limits joined by "to", as in running text.

    Example:
        >>> interval_to(0.07, 0.13)
        '0.07 to 0.13'
    """
    return f"{number(low)} to {number(high)}"


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
                f"{difference(row.difference, row.low, row.high)} in {_where(part)} "
                f"({_size(story, row.n, row.events)}{tail})"
            )
        elif measure is not None and measure.value is not None:
            value = estimate(measure.value, measure.low, measure.high)
            said.append(f"{value} in {_where(part)} ({_size(story, measure.n, measure.events)})")
    if said:
        what = "The difference was" if story.comparator else f"{_capital(_named(endpoint))} was"
        return f"{what} {listed(said)}."
    return _combined(story, endpoint) or _against_others(story, endpoint)


def _against_others(story: Story, endpoint: Endpoint) -> str:
    """The lead's differences from the other readers, where nothing stands for what is used today."""
    if story.comparator is not None:
        return ""
    said = []
    for look in story.drawn:
        row = story.compare(story.drawn_for(story.lead), look.name, story.main_part, endpoint)
        if row is not None and row.difference is not None:
            tail = f", {p_value(row.p)}" if row.p is not None else ""
            said.append(f"{difference(row.difference, row.low, row.high)} against {look.label}{tail}")
    return f"The difference was {listed(said[:4])}." if said else ""


def _combined(story: Story, endpoint: Endpoint) -> str:
    both = next((look for look in story.drawn if look.role == "combination"), None)
    if both is None:
        return ""
    measure = story.measure(both.name, story.main_part, endpoint)
    if measure is None or measure.value is None:
        return ""
    return f"Combined ({both.label}) they reach {estimate(measure.value, measure.low, measure.high)}."


def _named(endpoint: Endpoint) -> str:
    """The measure with its article."""
    return ("an " if endpoint.label[0] in "AEIOU" else "a ") + _lower(endpoint.label)


def _lower(label: str) -> str:
    return label if label[:2].isupper() or label.startswith("Harrell") else label[0].lower() + label[1:]


def _where(part: str) -> str:
    names = {"test": "the test part", "validation": "the validation part", "train": "the training part"}
    return names.get(part, part)


def _size(story: Story, n: int, events: int) -> str:
    noun = story.outcome.event if events == 1 else story.outcome.events
    return f"n = {count(n)}, {count(events)} {noun}"


def _capital(text: str) -> str:
    """A sentence's beginning; names that begin in lower case (resnet18, small_cnn) stay as they are."""
    return text[:1].upper() + text[1:] if text.split(" ", 1)[0].isalpha() and " " in text else text
