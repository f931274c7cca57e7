"""Limits and warnings: each says what was found and what follows from it."""

from typing import Any

from hilum.reporting.alike import said_once
from hilum.reporting.inputs import EvidenceInput
from hilum.reporting.story import Story

LEVELS = {"serious": 0, "warning": 1, "note": 2}
# What may turn a result round or void it.
SERIOUS = frozenset({"reversed_direction", "part_name", "one_class", "unknown_cases", "margin_refused"})
# How something was done, rather than what is wrong.
NOTES = frozenset(
    {
        *("several_cases_of_a_patient", "patients_unknown", "repeated_training", "auroc_refused"),
        *("recalibrated_cohort", "smoothed_on_a_sample", "screened_at_random", "several_structures"),
        *("pooled_scores", "unpaired_range", "competing_events", "no_millimetres"),
    }
)


def limits(given: EvidenceInput, story: Story) -> list[dict[str, Any]]:
    """Findings of the cohort's check, warnings of readers and evaluation, what always holds; each text once.

    Returns:
        `level` (serious, warning, note), `texts` and `each`, the most serious first; texts of one kind stand
        together, in `texts` without saying alike things twice, in `each` whole.
    """
    found = [
        {"level": item.level, "code": item.code, "text": _sentence(item.text)}
        for item in (given.findings.items if given.findings is not None else ())
    ]
    found += [{"level": "warning", "code": w.code, "text": _sentence(w.text)} for w in given.warnings]
    found += [
        {"level": _level(w.code), "code": w.code, "text": _sentence(w.text)}
        for w in story.evaluation.warnings
    ]
    found += [
        {"level": "note", "code": f"always_{place}", "text": text}
        for place, text in enumerate(_always(story))
    ]
    together: dict[tuple[str, str], list[str]] = {}
    seen: set[str] = set()
    for item in found:
        if item["text"] not in seen:
            seen.add(item["text"])
            together.setdefault((item["level"], item["code"]), []).append(item["text"])
    groups = [
        {"level": level, "code": code, "texts": said_once(texts), "each": texts}
        for (level, code), texts in together.items()
    ]
    return sorted(groups, key=lambda group: LEVELS.get(str(group["level"]), 1))


def _always(story: Story) -> list[str]:
    """What holds for every study of this kind."""
    external = [part for part in story.parts if part not in {"test", "validation"}]
    text = []
    if not external:
        text.append(
            "All cases are from the source that the readers were judged on; results elsewhere may differ, "
            "and an external "
            "cohort would be needed to say how much."
        )
    plain = "Differences were tested one by one; p values are not adjusted for the number of comparisons"
    adjusted = any(row.method.endswith("holm") for row in story.evaluation.comparisons)
    more = ", except those that are said to be (Holm)" if adjusted else ""
    return [*text, f"{plain}{more}."]


def _level(code: str) -> str:
    return "serious" if code in SERIOUS else "note" if code in NOTES else "warning"


def _sentence(text: str) -> str:
    text = text.strip()
    ended = text if text.endswith((".", "!", "?")) else f"{text}."
    first = ended.split(" ", 1)[0]
    plain = first.isalpha() and first.islower()
    return ended[:1].upper() + ended[1:] if plain else ended
