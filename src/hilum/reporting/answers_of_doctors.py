"""What is said first where doctors read in two conditions: how their mean changed, and their time."""

from hilum.evaluation import Comparison
from hilum.reporting.answer_words import difference_words, interval_to, where
from hilum.reporting.endpoints import Endpoint
from hilum.reporting.format import counted, number, p_value
from hilum.reporting.labels import in_sentence
from hilum.reporting.sizes import size_words
from hilum.reporting.story import SIGNIFICANT, Story

GROUP = "obuchowski_rockette"


def answer_of_doctors(story: Story) -> list[str]:
    """Sentences on the mean of doctors and on their reading time; none where there are no two conditions."""
    if story.doctors.alls is None:
        return []
    endpoint = story.endpoints[0]
    row = group_difference(story, story.main_part, endpoint.measure)
    if row is None or row.difference is None:
        return []
    return [_rose(story, endpoint, row), *_faster(story), *_alone(story, endpoint)]


def group_difference(story: Story, part: str, measure: str, method: str = GROUP) -> Comparison | None:
    """All doctors with help minus without, doctors and cases random."""
    for row in story.evaluation.comparisons:
        if story.doctors.alls != (row.reader_a, row.reader_b) or row.margin is not None:
            continue
        if (row.part, row.measure, row.of, row.method) == (part, measure, None, method):
            return row
    return None


def _rose(story: Story, endpoint: Endpoint, row: Comparison) -> str:
    without, helped = story.doctors.conditions[:2]
    means = [_mean(story, condition, endpoint) for condition in (without, helped)]
    who = f"the {counted(len(story.doctors.persons), 'doctor')}\u2019 mean {in_sentence(endpoint.label)}"
    condition = helped[:1].upper() + helped[1:]
    if row.p is None or row.p >= SIGNIFICANT:
        first = f"{condition}, no change of {who} could be shown"
    else:
        assert row.difference is not None
        first = f"{condition}, {who} {'rose' if row.difference > 0 else 'fell'}"
    if None not in means:
        first += f" ({number(means[0])} {without}, {number(means[1])} {helped};"
    else:
        first += " ("
    numbers = f"{difference_words(row)}; {where(row.part)}, {size_words(story, row.n, row.events)}"
    return f"{first} {numbers}).".replace("( ", "(")


def _mean(story: Story, condition: str, endpoint: Endpoint) -> float | None:
    name = story.doctors.means.get(condition)
    row = None if name is None else story.measure(name, story.main_part, endpoint)
    return None if row is None else row.value


def _faster(story: Story) -> list[str]:
    """Change of the reading time."""
    row = group_difference(story, story.main_part, "reading_seconds")
    if row is None or row.difference is None or row.low is None or row.high is None:
        return []
    helped = story.doctors.conditions[1]
    size = f"95 % CI {interval_to(*sorted((abs(row.low), abs(row.high))))}; {p_value(row.p)}"
    if row.p is None or row.p >= SIGNIFICANT:
        limits = f"{interval_to(row.low, row.high)} s; {p_value(row.p)}"
        return [f"No change of the reading time {helped} could be shown (95 % CI {limits})."]
    less = "shorter" if row.difference < 0 else "longer"
    return [
        f"Reading a case {helped} was {number(abs(row.difference), 1)} seconds {less} on average ({size})."
    ]


def _alone(story: Story, endpoint: Endpoint) -> list[str]:
    """The model alone against the doctors' mean without help."""
    name = story.doctors.means.get(story.doctors.conditions[0])
    look = story.look(story.lead)
    if name is None or look.role == "doctor":
        return []
    row = story.compare(story.lead, name, story.main_part, endpoint)
    own = story.measure(story.lead, story.main_part, endpoint)
    if row is None or row.difference is None or own is None:
        return []
    test = difference_words(row).replace(", one against the mean", "")
    told = f"{number(own.value)} (against the doctors {story.doctors.conditions[0]}: {test})"
    return [f"{look.label} alone reached {told}."]
