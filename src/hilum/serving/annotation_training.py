"""Courses of training in the database: begun, marked, scored, recorded."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from hilum.annotation.passes import TAKEN_OUT, TRAINING, Plan
from hilum.annotation.training import BASIC, COURSES, TrainingScore, score_course
from hilum.serving.annotation_flow import check_in, close_marking
from hilum.serving.annotation_store import (
    OPEN,
    SUBMITTED,
    Work,
    images_of,
    new_marking,
    now,
    plan_of,
    sizes_of,
    state_of,
)
from hilum.serving.annotation_tables import ATTEMPTS, CASES, MARKINGS, PROJECTS
from hilum.serving.failures import Refusal


def course_cases(connection: Connection, project: int, course: str) -> list[int]:
    """The cases of a course."""
    found = connection.execute(
        select(CASES.c.id).where(CASES.c.project == project, CASES.c.course == course).order_by(CASES.c.id)
    )
    return list(found.scalars())


def last_attempt(connection: Connection, person: int, project: int, course: str) -> RowMapping | None:
    """The best or the latest attempt of a person: a passed one before all others."""
    rows = connection.execute(
        select(ATTEMPTS)
        .where(ATTEMPTS.c.person == person, ATTEMPTS.c.project == project, ATTEMPTS.c.course == course)
        .order_by(ATTEMPTS.c.id.desc())
    ).mappings()
    found = list(rows)
    return next((one for one in found if one["passed"]), found[0] if found else None)


def begin_course(connection: Connection, person: int, project: int, course: str) -> int:
    """Give a person the cases of a course; an attempt that is open goes on.

    Raises:
        Refusal: the course has no case, was passed already, or the basic one must come first.
    """
    cases = course_cases(connection, project, course)
    if not cases:
        raise Refusal(409, f"the {course} course has no case yet: whoever leads the project chooses them")
    last = last_attempt(connection, person, project, course)
    if last is not None and last["passed"]:
        raise Refusal(409, f"the {course} course is passed already")
    if last is not None and last["ended"] is None:
        return int(last["id"])
    if course != BASIC and course_cases(connection, project, BASIC):
        first = last_attempt(connection, person, project, BASIC)
        if first is None or not first["passed"]:
            raise Refusal(409, "the basic course comes first")
    values = {"project": project, "person": person, "course": course, "begun": now(), "content": "{}"}
    made = connection.execute(insert(ATTEMPTS).values(**values)).inserted_primary_key
    assert made is not None
    for case in cases:
        new_marking(connection, case, TRAINING, person, course=made[0])
    return int(made[0])


def submit_training(
    connection: Connection, work: Work, revision: int, seconds: float | None
) -> TrainingScore | None:
    """Hand in a case of training; the score, once it was the last of the course."""
    check_in(connection, work, revision)
    close_marking(connection, int(work.marking["id"]), seconds)
    return end_attempt(connection, int(work.marking["course"]), work.plan)


def end_attempt(connection: Connection, attempt: int, plan: Plan) -> TrainingScore | None:
    """Score an attempt of which nothing is left to mark; None where something is, or nothing was marked."""
    left = connection.execute(
        select(MARKINGS.c.id).where(MARKINGS.c.course == attempt, MARKINGS.c.state == OPEN)
    ).first()
    if left is not None:
        return None
    done = select(MARKINGS.c.id).where(MARKINGS.c.course == attempt, MARKINGS.c.state == SUBMITTED)
    if connection.execute(done).first() is None:
        connection.execute(update(ATTEMPTS).where(ATTEMPTS.c.id == attempt).values(ended=now()))
        return None
    return _score(connection, attempt, plan)


def _score(connection: Connection, attempt: int, plan: Plan) -> TrainingScore:
    course = connection.execute(select(ATTEMPTS.c.course).where(ATTEMPTS.c.id == attempt)).scalar_one()
    rows = connection.execute(
        select(MARKINGS.c.id, CASES.c.accepted, CASES.c.images)
        .join(CASES, CASES.c.id == MARKINGS.c.case)
        .where(MARKINGS.c.course == attempt, MARKINGS.c.state == SUBMITTED)
        .order_by(MARKINGS.c.id)
    ).mappings()
    pairs = []
    for row in rows:
        sizes = sizes_of(images_of(dict(row)))
        answer = state_of(connection, row["accepted"], sizes)
        pairs.append((answer, state_of(connection, row["id"], sizes), sizes))
    found = score_course(course, pairs, plan.overlap)
    told = {"right": found.right, "findings": found.findings, "overlap": found.overlap}
    connection.execute(
        update(ATTEMPTS)
        .where(ATTEMPTS.c.id == attempt)
        .values(ended=now(), share=found.share, passed=int(found.passed), content=json.dumps(told))
    )
    return found


def courses_told(connection: Connection, person: int, project: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Where a person stands in the courses of a project."""
    plan = plan_of(project)
    told = []
    for course in COURSES:
        cases = course_cases(connection, project["id"], course)
        last = last_attempt(connection, person, project["id"], course)
        if not cases and last is None:
            continue
        open_ = last is not None and last["ended"] is None
        # An attempt whose cases were all taken out of the course ended without a score.
        none = last is None or (not open_ and last["share"] is None)
        state = (
            "none" if none or last is None else "open" if open_ else "passed" if last["passed"] else "failed"
        )
        mine = select(MARKINGS.c.id).where(
            MARKINGS.c.course == (last["id"] if last else 0), MARKINGS.c.state == OPEN
        )
        told.append(
            {
                "project": project["id"],
                "project_name": project["name"],
                "dataset": plan.code,
                "course": course,
                "cases": len(cases),
                "state": state,
                "score": last["share"] if last else None,
                "markings": list(connection.execute(mine.order_by(MARKINGS.c.id)).scalars()),
                "taken": last["ended"] if last else None,
            }
        )
    return told


def make_training_case(connection: Connection, project: int, name: str, course: str) -> None:
    """Use an accepted case for training: its marking is the known answer.

    Raises:
        Refusal: there is no such case, or it is not accepted.
    """
    row = connection.execute(
        select(CASES.c.id, CASES.c.accepted).where(
            CASES.c.project == project, CASES.c.name == name, CASES.c.stage != TAKEN_OUT
        )
    ).first()
    if row is None:
        raise Refusal(404, "the project has no such case")
    if row.accepted is None:
        raise Refusal(409, "only an accepted case has a known answer: choose one that is accepted")
    connection.execute(update(CASES).where(CASES.c.id == row.id).values(course=course))


def projects_seen(connection: Connection) -> list[dict[str, Any]]:
    """All projects, for courses."""
    return [dict(row) for row in connection.execute(select(PROJECTS).order_by(PROJECTS.c.id)).mappings()]
