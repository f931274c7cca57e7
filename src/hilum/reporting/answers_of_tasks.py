"""What the first sentence says of one reader, by task."""

from hilum.evaluation import Measure
from hilum.reporting.answer_words import capital, interval_to, named_measure, percent, value_words, where
from hilum.reporting.endpoints import ONE_RATE, Endpoint
from hilum.reporting.format import estimate, number
from hilum.reporting.labels import measure_label
from hilum.reporting.sizes import size_words
from hilum.reporting.story import Story


def headline_of_task(story: Story, label: str, endpoint: Endpoint, lead: Measure) -> str:
    """The headline without its full stop."""
    size = f"{where(story.main_part)}, {size_words(story, lead.n, lead.events)}"
    value = value_words(lead.value, lead.low, lead.high)
    task = story.evaluation.task
    if task == "regression" and endpoint.measure == "mae":
        return _measures(story, label, value, size)
    if task == "detection" and endpoint.measure == "wafroc":
        return _finds(story, label, value, size)
    if task == "segmentation" and endpoint.measure == "dice":
        return _outlines(story, label, value, size)
    measured = f"{named_measure(endpoint)} of {value}"
    if task == "classification" and story.evaluation.positive is None and endpoint.measure == "auroc":
        measured += ", averaged over each class against the rest"
    return f"{capital(label)} {story.outcome.does} with {measured} ({size})"


def _measures(story: Story, label: str, value: str, size: str) -> str:
    """A number against the true number: error, bias and limits of agreement."""
    first = f"{capital(label)} measures the true value with a mean absolute error of {value}"
    bias, low, high = (_row(story, name) for name in ("bias", "limit_low", "limit_high"))
    if bias is None or bias.value is None:
        return f"{first} ({size})"
    side = "high" if bias.value > 0 else "low"
    text = f"{first}; it is too {side} by {number(abs(bias.value))} on average"
    if bias.low is not None and bias.high is not None:
        text += f" (95 % CI of the bias {interval_to(bias.low, bias.high)})"
    if low is not None and high is not None and low.value is not None and high.value is not None:
        text += f", and 95 % of differences lie between {number(low.value)} and {number(high.value)}"
    return f"{text} ({size})"


def _finds(story: Story, label: str, value: str, size: str) -> str:
    """Lesions found at one false positive an image."""
    row = _row(story, "froc", ONE_RATE)
    if row is None or row.value is None:
        return f"{capital(label)} finds lesions with a wAFROC of {value} ({size})"
    found = percent(row.value, row.low, row.high)
    return f"{capital(label)} finds {found} of lesions at 1 false positive per image (wAFROC {value}; {size})"


def _outlines(story: Story, label: str, value: str, size: str) -> str:
    """Overlap and distance of outlines, mean over cases."""
    text = f"{capital(label)} outlines the region of interest with a mean Dice of {value}"
    row = next((r for r in story.evaluation.measures if _is_hd95(story, r)), None)
    if row is not None:
        unit = "pixels" if row.at == "pixels" else "mm"
        distance = estimate(row.value, row.low, row.high)
        text += f" and a mean {measure_label('hd95')} of {distance} {unit}"
    return f"{text} ({size})"


def _is_hd95(story: Story, row: Measure) -> bool:
    wanted = (story.lead, story.main_part, "hd95", None)
    return (row.reader, row.part, row.measure, row.of) == wanted and row.value is not None


def _row(story: Story, measure: str, at: str | None = None) -> Measure | None:
    return story.measure(story.lead, story.main_part, Endpoint(measure, at, ""))
