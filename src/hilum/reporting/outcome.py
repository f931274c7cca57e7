"""Words for what is to be told, by task."""

from dataclasses import dataclass

from hilum.evaluation import Evaluation
from hilum.reporting.format import counted, days
from hilum.reporting.inputs import EvidenceInput

DEATHS = frozenset({"died", "death", "dead", "deceased", "mortality", "사망"})


@dataclass(frozen=True)
class Outcome:
    """Words for what is to be told.

    Attributes:
        told: As in "can tell … ": `who dies within 30 days`.
        separates: As in "separates …": `patients who died within 30 days from those who did not`.
        event: Singular noun of the event.
        events: Plural noun of the events.
        verb: What a good reader does: separates, measures, finds, outlines.
    """

    told: str
    separates: str
    event: str
    events: str
    verb: str = "separates"


def outcome_of(given: EvidenceInput) -> Outcome:
    """The words that fit an evaluation."""
    evaluation = given.evaluation
    if evaluation.task == "survival":
        return _survival(given)
    if evaluation.task == "regression":
        return Outcome("the true number", "the true number", "case", "cases", "measures")
    if evaluation.task == "detection":
        return Outcome("where the lesions are", "lesions", "lesion", "lesions", "finds")
    if evaluation.task == "segmentation":
        return Outcome("the true outline", "the structure", "case", "cases", "outlines")
    if evaluation.task == "findings":
        return _findings(evaluation)
    return _classes(evaluation)


def _findings(evaluation: Evaluation) -> Outcome:
    named = {row.of for row in evaluation.measures if row.of is not None and "average" not in row.of}
    count = counted(len({name for name in named if "=" not in name}), "finding")
    words = f"which of {count} are present"
    return Outcome(words, f"films with and without a finding, on average over {count},", "case", "cases")


def _classes(evaluation: Evaluation) -> Outcome:
    if evaluation.positive is not None and len(evaluation.classes) == 2:
        negative = next(name for name in evaluation.classes if name != evaluation.positive)
        words = f"{evaluation.positive} from {negative}"
        return Outcome(words, words, f"case of {evaluation.positive}", f"cases of {evaluation.positive}")
    words = f"the {len(evaluation.classes)} classes apart"
    return Outcome(words, words, "case", "cases")


def _survival(given: EvidenceInput) -> Outcome:
    evaluation = given.evaluation
    event = given.study.task.event if given.study is not None and given.study.task.kind == "survival" else ""
    horizon = f" within {days(evaluation.horizons_days[0])}" if evaluation.horizons_days else ""
    if event.casefold() in DEATHS:
        return Outcome(
            f"who dies{horizon}", f"patients who died{horizon} from those who did not", "death", "deaths"
        )
    named = f" ({event})" if event else ""
    return Outcome(
        f"who has the event{named}{horizon}",
        f"patients with the event{named}{horizon} from those without",
        "event",
        "events",
    )
