"""What people decide about a case beside marking it: open again, take out, put back; with reasons."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from hilum.annotation.passes import ACCEPTED, ADJUDICATION, TAKEN_OUT, TRAINING
from hilum.annotation.reopening import CaseMarking, built_on, why_not_reopened
from hilum.serving.access.person import Person
from hilum.serving.access.rights import Right
from hilum.serving.annotation_people import assign_case
from hilum.serving.annotation_store import (
    OPEN,
    SUBMITTED,
    WITHDRAWN,
    Work,
    markings_of,
    now,
    plan_of,
)
from hilum.serving.annotation_tables import AGREEMENTS, CASES, CHECKS, MARKINGS, PROJECTS, STEPS
from hilum.serving.failures import Refusal

REOPENED, OUT, BACK, OUT_OF_COURSE = "reopened", "taken_out", "put_back", "out_of_course"


def leads(person: Person, markings: Sequence[Mapping[str, Any] | RowMapping]) -> bool:
    """Whether a person gives the work out, or adjudicates this case."""
    if person.may(Right.assign_marking):
        return True
    mine = [one for one in markings if one["person"] == person.id and one["stage"] == ADJUDICATION]
    return bool(mine) and person.may(Right.adjudicate)


def why_closed(connection: Connection, work: Work, person: Person) -> str | None:
    """Why a person cannot open a marking again; None where he can.

    Raises:
        Refusal: it is not his, and he does not lead.
    """
    rows = markings_of(connection, int(work.case["id"]))
    leading = leads(person, rows)
    if not leading and work.marking["person"] != person.id:
        raise Refusal(404, "there is no such case among yours: choose one of your list")
    if work.case["stage"] == TAKEN_OUT:
        return "this case was taken out of the project: put it back first"
    others = [_told(one) for one in rows]
    agreed = select(AGREEMENTS.c.id).where(
        AGREEMENTS.c.case == work.case["id"], AGREEMENTS.c.round >= work.marking["round"]
    )
    return why_not_reopened(
        work.plan,
        _told(work.marking),
        others,
        leads=leading,
        checked=connection.execute(agreed).first() is not None,
        in_course=bool(work.case["course"]) and work.stage != TRAINING,
    )


def can_reopen(connection: Connection, work: Work, person: Person) -> bool:
    """Whether a person can open a marking again."""
    try:
        return work.marking["state"] == SUBMITTED and why_closed(connection, work, person) is None
    except Refusal:
        return False


def say_what_can_be_reopened(
    connection: Connection, project: int, items: Sequence[dict[str, Any]], person: Person
) -> None:
    """Say of each marking of a page of cases whether whoever asks can open it again."""
    query = (
        select(CASES.c.name, func.max(AGREEMENTS.c.round))
        .join(AGREEMENTS, AGREEMENTS.c.case == CASES.c.id)
        .where(CASES.c.project == project, CASES.c.name.in_([item["case"] for item in items]))
        .group_by(CASES.c.name)
    )
    checked: dict[str, int] = {name: last for name, last in connection.execute(query)}  # noqa: C416
    plan = plan_of(connection.execute(select(PROJECTS).where(PROJECTS.c.id == project)).mappings().one())
    for item in items:
        rows = item["markings"]
        leading = leads(person, rows)
        others = [_told({**row, "id": row["marking"]}) for row in rows]
        for row, marking in zip(rows, others, strict=True):
            why = why_not_reopened(
                plan,
                marking,
                others,
                leads=leading,
                checked=checked.get(item["case"], 0) >= marking.round,
                in_course=bool(item["course"]),
            )
            mine = leading or marking.person == person.id
            row["can_reopen"] = mine and why is None and item["stage"] != TAKEN_OUT


def reopen(connection: Connection, work: Work, person: Person, reason: str) -> str:
    """Open a marking that was handed in; what was given out because of it is taken back for now.

    Args:
        connection: in a transaction that writes.
        work: the marking.
        person: who asks.
        reason: why, in his words.

    Returns:
        What follows, in a sentence.

    Raises:
        Refusal: it may not be opened.
    """
    why = why_closed(connection, work, person)
    if why is not None:
        raise Refusal(409, why)
    case, marking = int(work.case["id"]), _told(work.marking)
    others = [_told(one) for one in markings_of(connection, case)]
    taken = [one.id for one in built_on(work.plan, marking, others) if one.state == OPEN]
    before = {"stage": work.case["stage"], "round": work.case["round"], "accepted": work.case["accepted"]}
    kept = {**before, "revision": work.marking["revision"], "withdrawn": taken}
    kept["submitted"] = work.marking["submitted"]
    _note(connection, case, person, REOPENED, reason=reason, before=kept, marking=marking.id)
    _set_state(connection, taken, WITHDRAWN)
    _set_state(connection, [marking.id], OPEN)
    values = {"stage": marking.stage, "round": marking.round, "accepted": None}
    connection.execute(update(CASES).where(CASES.c.id == case).values(**values))
    return "the marking is open again for whoever made it"


def take_out(connection: Connection, project: int, name: str, person: Person, reason: str) -> None:
    """Take a case out of its project: it is worked at and given out no more, and all that was done is kept.

    Raises:
        Refusal: there is no such case, it is out already, or it serves for training.
    """
    row = _case(connection, project, name)
    if row["stage"] == TAKEN_OUT:
        raise Refusal(409, "this case was taken out already")
    if row["course"]:
        raise Refusal(409, "this case serves for training: take it out of the course first")
    found = [one["id"] for one in markings_of(connection, row["id"]) if one["state"] == OPEN]
    before = {"stage": row["stage"], "withdrawn": found}
    _note(connection, row["id"], person, OUT, reason=reason, before=before)
    _set_state(connection, found, WITHDRAWN)
    connection.execute(update(CASES).where(CASES.c.id == row["id"]).values(stage=TAKEN_OUT))


def put_back(connection: Connection, project: int, name: str, person: Person, reason: str) -> str:
    """Put a case back to where it stood; whoever was working at it goes on.

    Returns:
        Why it waits; empty where it does not.

    Raises:
        Refusal: there is no such case, or it is not out.
    """
    row = _case(connection, project, name)
    if row["stage"] != TAKEN_OUT:
        raise Refusal(409, "this case is in the project")
    told = connection.execute(
        select(STEPS.c.content)
        .where(STEPS.c.case == row["id"], STEPS.c.what == OUT)
        .order_by(STEPS.c.id.desc())
        .limit(1)
    ).scalar_one()
    before = json.loads(told)
    _note(connection, row["id"], person, BACK, reason=reason, before={"stage": TAKEN_OUT})
    connection.execute(update(CASES).where(CASES.c.id == row["id"]).values(stage=before["stage"]))
    _set_state(connection, before["withdrawn"], OPEN)
    if before["stage"] == ACCEPTED:
        return ""
    found = connection.execute(select(PROJECTS).where(PROJECTS.c.id == project)).mappings().one()
    return assign_case(connection, found, plan_of(found), row["id"]) or ""


def out_of_course(connection: Connection, project: int, name: str, person: Person, reason: str) -> list[int]:
    """Take a case out of its course; open attempts go on without it.

    Returns:
        The attempts that had it still to mark.

    Raises:
        Refusal: there is no such case, or it is in no course.
    """
    row = _case(connection, project, name)
    if not row["course"]:
        raise Refusal(409, "this case serves in no course")
    query = select(MARKINGS.c.id, MARKINGS.c.course).where(
        MARKINGS.c.case == row["id"], MARKINGS.c.stage == TRAINING, MARKINGS.c.state == OPEN
    )
    waiting = list(connection.execute(query).mappings())
    found = [one["id"] for one in waiting]
    kept = {"course": row["course"], "withdrawn": found}
    _note(connection, row["id"], person, OUT_OF_COURSE, reason=reason, before=kept)
    _set_state(connection, found, WITHDRAWN)
    connection.execute(update(CASES).where(CASES.c.id == row["id"]).values(course=""))
    return sorted({one["course"] for one in waiting})


def _note(connection: Connection, case: int, person: Person, what: str, **told: Any) -> None:
    """Write down what was decided: the reason, the marking, where the case stood; lines are only added."""
    values = {"case": case, "marking": told.get("marking"), "person": person.id, "at": now(), "what": what}
    values |= {
        "reason": str(told["reason"]).strip(),
        "content": json.dumps(told["before"], ensure_ascii=True),
    }
    connection.execute(insert(STEPS).values(**values))


def case_history(connection: Connection, project: int, name: str, names: Mapping[int, str]) -> list[Any]:
    """What became of a case, the oldest first: handed in, checked, opened again, taken out, put back.

    Raises:
        Refusal: there is no such case.
    """
    case = _case(connection, project, name)["id"]
    markings = {one["id"]: one for one in markings_of(connection, case)}
    found = [
        _line(
            row["at"], row["what"], names.get(row["person"], ""), row["reason"], markings.get(row["marking"])
        )
        for row in connection.execute(select(STEPS).where(STEPS.c.case == case)).mappings()
    ]
    for row in connection.execute(select(CHECKS).where(CHECKS.c.case == case)).mappings():
        marking = markings.get(row["marking"])
        count = len(json.loads(row["defects"]))
        what = "check_failed" if count else "handed_in"
        who = names.get(marking["person"], "") if marking else ""
        found.append(_line(row["at"], what, who, f"{count} defects" if count else "", marking))
    for row in connection.execute(select(AGREEMENTS).where(AGREEMENTS.c.case == case)).mappings():
        told = json.loads(row["content"])["sentence"]
        found.append(_line(row["at"], "check_two", "", told, markings.get(row["marking"])))
    return sorted(found, key=lambda one: str(one["at"]))


def _line(at: str, what: str, who: str, reason: str, marking: RowMapping | None) -> dict[str, Any]:
    of_marking = {name: marking[name] if marking else None for name in ("id", "stage", "round")}
    told = {"at": at, "what": what, "name": who, "reason": reason, "marking": of_marking.pop("id")}
    return told | of_marking


def _case(connection: Connection, project: int, name: str) -> RowMapping:
    columns = (CASES.c.id, CASES.c.stage, CASES.c.course, CASES.c.accepted)
    query = select(*columns).where(CASES.c.project == project, CASES.c.name == name)
    found = connection.execute(query).mappings().first()
    if found is None:
        raise Refusal(404, "the project has no such case")
    return found


def _set_state(connection: Connection, markings: Sequence[int], state: str) -> None:
    values: dict[str, Any] = {"state": state}
    if state == OPEN:
        values["submitted"] = None
    if markings:
        connection.execute(update(MARKINGS).where(MARKINGS.c.id.in_(markings)).values(**values))


def _told(row: Mapping[str, Any] | RowMapping) -> CaseMarking:
    return CaseMarking(*(row[name] for name in ("id", "stage", "round", "person", "state")))
