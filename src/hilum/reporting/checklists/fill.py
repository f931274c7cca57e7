"""Filling checklists from the evidence: what the report answers, what only its authors can write."""

from typing import Any

from hilum.reporting.checklists.claim import CLAIM
from hilum.reporting.checklists.model import Checklist, Evidence, Item
from hilum.reporting.checklists.probast_ai import PROBAST_AI
from hilum.reporting.checklists.stard_ai import STARD_AI
from hilum.reporting.checklists.tripod_ai import TRIPOD_AI

CHECKLISTS = (TRIPOD_AI, CLAIM, STARD_AI, PROBAST_AI)
PLACES = {
    "": "head of this report",
    "cohort": "Cohort",
    "results": "Readers compared",
    "discrimination": "Discrimination and calibration",
    "subgroups": "Subgroups",
    "examples": "Examples, right and wrong",
    "methods": "Methods as run",
    "limits": "Limits and warnings",
    "provenance": "Provenance",
}
OPEN = "open: to be written by the authors"
TO_JUDGE = "open: for the assessor"


def fill_checklists(evidence: Evidence) -> list[dict[str, Any]]:
    """Every checklist with what the evidence answers, as plain data.

    An item is `answered`, answered in `part` (then `missing` says what the authors must add) or `open`.
    Nothing is filled in that the evidence does not hold.

    Args:
        evidence: As `build_evidence` made it.

    Returns:
        `key`, `title`, `scope`, `citation`, `judged`, `answered`, `part`, `open`, `total`, `count` (the
        sentence with these numbers) and `sections` of `items` each: `number`, `topic`, `state`, `answer`,
        `missing`, `place` (an identifier of the page, or empty) and `where` (its heading).
    """
    return [_filled(checklist, evidence) for checklist in CHECKLISTS]


def _filled(checklist: Checklist, evidence: Evidence) -> dict[str, Any]:
    sections: list[dict[str, Any]] = [
        {"title": section.title, "items": [_item(item, evidence, checklist.judged) for item in section.items]}
        for section in checklist.sections
    ]
    states = [item["state"] for section in sections for item in section["items"]]
    numbers = {state: states.count(state) for state in ("answered", "part", "open")}
    return {
        "key": checklist.key,
        "title": checklist.title,
        "scope": checklist.scope,
        "citation": checklist.citation,
        "judged": checklist.judged,
        **numbers,
        "total": len(states),
        "count": counting_line(numbers, len(states), judged=checklist.judged),
        "sections": sections,
    }


def _item(item: Item, evidence: Evidence, judged: bool) -> dict[str, Any]:  # noqa: FBT001  # a checklist's own
    found = item.answer(evidence) if item.answer is not None else None
    if found is None:
        told = {"state": "open", "answer": TO_JUDGE if judged else OPEN}
        return {"number": item.number, "topic": item.topic, **told, "missing": "", "place": "", "where": ""}
    missing = "; ".join(text for text in (found.missing, item.missing) if text)
    return {
        "number": item.number,
        "topic": item.topic,
        "state": "part" if missing else "answered",
        "answer": found.text,
        "missing": missing,
        "place": found.place,
        "where": PLACES[found.place],
    }


def counting_line(numbers: dict[str, int], total: int, *, judged: bool = False) -> str:
    """How many items the report answers, as a sentence.

    Example:
        >>> counting_line({"answered": 17, "part": 5, "open": 30}, 52)
        '17 of 52 answered by this report, 5 in part, 30 open.'
        >>> counting_line({"answered": 0, "part": 9, "open": 25}, 34, judged=True)
        'Facts for 9 of 34 questions are in this report; every judgement is left to the assessor.'
    """
    if judged:
        facts = numbers["answered"] + numbers["part"]
        held = f"Facts for {facts} of {total} questions are in this report"
        return f"{held}; every judgement is left to the assessor."
    part = f"{numbers['part']} in part, " if numbers["part"] else ""
    return f"{numbers['answered']} of {total} answered by this report, {part}{numbers['open']} open."
