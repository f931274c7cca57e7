"""What follows when a marking is handed in: check 1, check 2, back, adjudication, accepted."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection, insert, select, update

from hilum.annotation.defects import Defect
from hilum.annotation.lesion import Marking
from hilum.annotation.marking_check import marking_defects
from hilum.annotation.passes import ACCEPTED, ADJUDICATION, OPINION, Verdict, verdict
from hilum.serving.annotation_people import assign_case
from hilum.serving.annotation_store import (
    OPEN,
    SUBMITTED,
    WITHDRAWN,
    Work,
    markings_of,
    new_marking,
    now,
    seed,
    state_of,
)
from hilum.serving.annotation_tables import AGREEMENTS, CASES, CHECKS, MARKINGS, PROJECTS
from hilum.serving.failures import Refusal


@dataclass(frozen=True)
class Submission:
    """What came of handing in.

    Attributes:
        defects: of check 1; with any, nothing was handed in.
        stage: of the case afterwards.
        sentence: what follows.
    """

    defects: tuple[Defect, ...]
    stage: str
    sentence: str


def submit_marking(connection: Connection, work: Work, revision: int, seconds: float | None) -> Submission:
    """Hand in a marking of a case that is no training.

    Args:
        connection: in a transaction that writes.
        work: the marking.
        revision: the last one that the sender knows.
        seconds: how long the person worked on it.

    Raises:
        Refusal: it was handed in already, or the sender does not know all of it.
    """
    marking = check_in(connection, work, revision)
    defects = marking_defects(work.plan.code, marking, work.sizes, work.plan.tools(work.stage))
    _note_check(connection, work, defects)
    if defects:
        return Submission(tuple(defects), str(work.case["stage"]), "check 1 found what must be mended first")
    close_marking(connection, int(work.marking["id"]), seconds)
    return _advance(connection, work)


def check_in(connection: Connection, work: Work, revision: int) -> Marking:
    """The state of an open marking that its sender knows whole.

    Raises:
        Refusal: it was handed in already, or the sender does not know all of it.
    """
    state, current = connection.execute(
        select(MARKINGS.c.state, MARKINGS.c.revision).where(MARKINGS.c.id == work.marking["id"])
    ).one()
    if state != OPEN:
        raise Refusal(409, "this marking was handed in already")
    if current != revision:
        raise Refusal(
            409, "the case was changed elsewhere since, or a stroke is not saved yet: look at it again"
        )
    return state_of(connection, int(work.marking["id"]), work.sizes)


def close_marking(connection: Connection, marking: int, seconds: float | None) -> None:
    """Note that a marking is handed in."""
    values = {"state": SUBMITTED, "submitted": now(), "seconds": seconds}
    connection.execute(update(MARKINGS).where(MARKINGS.c.id == marking).values(**values))


def _note_check(connection: Connection, work: Work, defects: list[Defect]) -> None:
    told = json.dumps([one.to_dict() for one in defects], ensure_ascii=True)
    row = {"case": work.case["id"], "marking": work.marking["id"], "round": work.marking["round"]}
    connection.execute(insert(CHECKS).values(**row, at=now(), defects=told))


def _advance(connection: Connection, work: Work) -> Submission:
    plan, stage, case = work.plan, work.stage, int(work.case["id"])
    if stage == ADJUDICATION:
        return _accept(connection, case, int(work.marking["id"]), "the adjudicated marking is the result")
    if stage not in (OPINION, plan.marking_stage):
        return _go_on(connection, work, plan.after(stage), "the next pass follows")
    if not plan.opinions:
        return _accept(connection, case, int(work.marking["id"]), "check 1 found nothing: accepted")
    markings = [one for one in markings_of(connection, case) if one["state"] != WITHDRAWN]
    opinions = [one for one in markings if one["stage"] == OPINION and one["state"] == SUBMITTED]
    marked = [one for one in markings if one["stage"] == plan.marking_stage]
    if marked and marked[-1]["state"] != SUBMITTED:
        return Submission((), str(work.case["stage"]), "the marking was opened again and is awaited")
    if len(opinions) == plan.opinions:
        return _second_check(connection, work)
    if stage == OPINION:
        return Submission((), OPINION, "the other opinion is awaited")
    return _go_on(connection, work, OPINION, "two people look at it blind")


def _go_on(connection: Connection, work: Work, stage: str, sentence: str) -> Submission:
    case = int(work.case["id"])
    connection.execute(update(CASES).where(CASES.c.id == case).values(stage=stage))
    project = connection.execute(select(PROJECTS).where(PROJECTS.c.id == work.project)).mappings().one()
    waits = assign_case(connection, project, work.plan, case)
    return Submission((), stage, f"{sentence}; {waits}" if waits else sentence)


def _accept(connection: Connection, case: int, marking: int, sentence: str) -> Submission:
    connection.execute(update(CASES).where(CASES.c.id == case).values(stage=ACCEPTED, accepted=marking))
    return Submission((), ACCEPTED, sentence)


def _second_check(connection: Connection, work: Work) -> Submission:
    """Check 2, as soon as both opinions are there."""
    case, sizes = int(work.case["id"]), work.sizes
    markings = markings_of(connection, case)
    marked = [
        one for one in markings if one["stage"] == work.plan.marking_stage and one["state"] == SUBMITTED
    ][-1]
    opinions = [one for one in markings if one["stage"] == OPINION and one["state"] == SUBMITTED]
    states = [state_of(connection, one["id"], sizes) for one in (marked, *opinions)]
    found = verdict(work.plan, states[0], states[1:], sizes, marked["round"])
    _note_agreement(connection, marked, [one["id"] for one in opinions], found)
    if found.stage == ACCEPTED:
        return _accept(connection, case, marked["id"], found.sentence)
    if found.stage == ADJUDICATION:
        return _go_on(connection, work, ADJUDICATION, found.sentence)
    turn = marked["round"] + 1
    connection.execute(update(CASES).where(CASES.c.id == case).values(stage=found.stage, round=turn))
    if any(one["round"] == turn and one["stage"] == found.stage for one in markings):
        # It was sent back before, and taken back when an opinion was opened again.
        return _go_on(connection, work, found.stage, found.sentence)
    again = new_marking(connection, case, found.stage, marked["person"], turn=turn)
    seed(connection, again, [replace(one, deleted=False) for one in states[0].lesions if not one.deleted])
    return Submission((), found.stage, found.sentence)


def _note_agreement(connection: Connection, marked: Any, opinions: list[int], found: Verdict) -> None:
    content: Mapping[str, Any] = {
        "sentence": found.sentence,
        "opinions": opinions,
        "between": [asdict(one) for one in found.between.findings],
        "of_marking": [[asdict(one) for one in agreement.findings] for agreement in found.of_marking],
    }
    connection.execute(
        insert(AGREEMENTS).values(
            case=marked["case"],
            round=marked["round"],
            at=now(),
            stage=found.stage,
            marking=marked["id"],
            share=found.share_of_marking,
            content=json.dumps(content, ensure_ascii=True),
        )
    )
