"""Words for what is to be told, by task."""

from dataclasses import dataclass

from hilum.evaluation import Evaluation
from hilum.reporting.format import counted
from hilum.reporting.inputs import EvidenceInput
from hilum.study.tasks import horizon_in_words

DEATHS = frozenset({"died", "death", "dead", "deceased", "mortality", "사망"})
# Labels that say yes and no but not of what.
BARE: tuple[frozenset[str], ...] = tuple(
    map(
        frozenset,
        (("0", "1"), ("no", "yes"), ("negative", "positive"), ("false", "true"), ("absent", "present")),
    )
)


@dataclass(frozen=True)
class Outcome:
    """Words for what is to be told.

    Attributes:
        asked: As in "Can … ": `tell who dies within 30 days`.
        does: As in "The model …": `separates patients who died within 30 days from those who did not`.
        doing: As in "No difference in … could be shown".
        event: Singular noun of the event; empty where nothing is an event.
        events: Plural noun of the events.
        short: Plural noun where there is little room.
    """

    asked: str
    does: str
    doing: str
    event: str = ""
    events: str = ""
    short: str = ""

    def counted(self, events: int) -> str:
        """So many events, empty where nothing is an event.

        Example:
            >>> Outcome("", "", "", "death", "deaths").counted(1), Outcome("", "", "").counted(0)
            ('1 death', '')
        """
        return counted(events, self.event, self.events) if self.event else ""

    @property
    def few(self) -> str:
        """The noun for tables and panels."""
        return self.short or self.events


def outcome_of(given: EvidenceInput) -> Outcome:
    """The words that fit an evaluation."""
    evaluation = given.evaluation
    if evaluation.task == "survival":
        return _survival(given)
    if evaluation.task == "findings":
        return _findings(evaluation)
    if evaluation.task in OF_TASK:
        return OF_TASK[evaluation.task]
    return _classes(evaluation)


def _separating(one: str, other: str) -> tuple[str, str]:
    return f"separates {one} from {other}", f"separating {one} from {other}"


OF_TASK = {
    "regression": Outcome("measure the true value", "measures the true value", "measuring the true value"),
    "detection": Outcome(
        "find the lesions", "finds lesions", "finding lesions", "lesion", "lesions", "lesions"
    ),
    "segmentation": Outcome(
        "outline the region of interest",
        "outlines the region of interest",
        "outlining the region of interest",
    ),
}


def _findings(evaluation: Evaluation) -> Outcome:
    named = {row.of for row in evaluation.measures if row.of is not None and "average" not in row.of}
    count = counted(
        len({name for name in named if "=" not in name and name in _measured(evaluation)}), "finding"
    )
    does, doing = _separating("cases with a finding", f"those without, on average over {count},")
    event, events = "case with a finding", "cases with a finding"
    return Outcome(f"tell which of {count} are present", does, doing, event, events, "with a finding")


def _measured(evaluation: Evaluation) -> set[str | None]:
    return {row.of for row in evaluation.measures if row.measure == "auroc"}


def _classes(evaluation: Evaluation) -> Outcome:
    if evaluation.positive is not None and len(evaluation.classes) == 2:
        return _two_classes(evaluation, str(evaluation.positive))
    words = f"the {len(evaluation.classes)} classes apart"
    return Outcome(f"tell {words}", f"tells {words}", f"telling {words}")


def _two_classes(evaluation: Evaluation, positive: str) -> Outcome:
    negative = next(name for name in evaluation.classes if name != positive)
    if {positive.casefold(), negative.casefold()} in BARE:
        does, doing = _separating("positive cases", "negative ones")
        asked = "tell positive cases from negative ones"
        return Outcome(asked, does, doing, "positive case", "positive cases", "positive")
    does, doing = _separating(positive, negative)
    asked = f"tell {positive} from {negative}"
    return Outcome(asked, does, doing, f"case of {positive}", f"cases of {positive}", "positive")


def _survival(given: EvidenceInput) -> Outcome:
    evaluation = given.evaluation
    event = given.study.task.event if given.study is not None and given.study.task.kind == "survival" else ""
    horizon = f" within {horizon_in_words(evaluation.horizons_days[0])}" if evaluation.horizons_days else ""
    if event.casefold() in DEATHS:
        does, doing = _separating(f"patients who died{horizon}", "those who did not")
        return Outcome(f"tell who dies{horizon}", does, doing, "death", "deaths")
    named = f" ({event})" if event else ""
    does, doing = _separating(f"patients with the event{named}{horizon}", "those without")
    return Outcome(f"tell who has the event{named}{horizon}", does, doing, "event", "events")
