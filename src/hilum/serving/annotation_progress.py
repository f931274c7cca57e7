"""How far a project is, and each of its people."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, case, func, select

from hilum.annotation.passes import STAGES, TAKEN_OUT
from hilum.serving.annotation_people import names_of, per_day_of, team_of
from hilum.serving.annotation_store import OPEN, SUBMITTED, WITHDRAWN, plan_of
from hilum.serving.annotation_tables import AGREEMENTS, CASES, MARKINGS, PROJECTS


def stages_of(connection: Connection, project: int) -> dict[str, int]:
    """How many cases stand at each stage."""
    return stages_and_images(connection, project)[0]


def stages_and_images(connection: Connection, project: int) -> tuple[dict[str, int], int]:
    """How many cases stand at each stage, and how many images they have together."""
    rows = connection.execute(
        select(CASES.c.stage, func.count(), func.sum(CASES.c.pictures))
        .where(CASES.c.project == project)
        .group_by(CASES.c.stage)
    ).all()
    counts = Counter({stage: number for stage, number, _ in rows})
    return {stage: counts[stage] for stage in (*STAGES, TAKEN_OUT)}, sum(int(images) for _, _, images in rows)


def left_today(connection: Connection, person: int) -> int:
    """How many open cases a person has yet to mark today: all, or up to the project's number a day."""
    mine = (MARKINGS.c.person == person) & (MARKINGS.c.state == OPEN)
    waiting = connection.execute(select(func.count()).select_from(MARKINGS).where(mine)).scalar_one()
    limited = {
        row["id"]: per_day_of(row)
        for row in connection.execute(select(PROJECTS)).mappings()
        if per_day_of(row)
    }
    if not waiting or not limited:
        return waiting
    open_there = _counted(connection, mine, limited)
    today = datetime.now(UTC).date().isoformat()
    done = (MARKINGS.c.person == person) & (MARKINGS.c.submitted >= today)
    done_there = _counted(connection, done, limited)
    return waiting - sum(
        number - _rest(number, done_there.get(project, 0), limited[project])
        for project, number in open_there.items()
    )


def _counted(connection: Connection, which: ColumnElement[bool], projects: Iterable[int]) -> dict[int, int]:
    """How many markings there are in each of some projects."""
    rows = connection.execute(
        select(CASES.c.project, func.count())
        .join(MARKINGS, CASES.c.id == MARKINGS.c.case)
        .where(which, CASES.c.project.in_(list(projects)))
        .group_by(CASES.c.project)
    )
    return {project: number for project, number in rows}  # noqa: C416  # rows are no pairs to `dict`


def _rest(waiting: int, done: int, per_day: int) -> int:
    """Of the open cases, those that belong to today."""
    return min(waiting, max(per_day - done, 0)) if per_day else waiting


def progress_told(connection: Connection, project: RowMapping) -> list[dict[str, Any]]:
    """Each person of a project, by the stage worked at."""
    grouped = {(row["person"], row["stage"]): row for row in _work_of(connection, project["id"])}
    there = {person for person, _ in grouped}
    idle = [(person, "") for person in team_of(project) if person not in there]
    names, shares = names_of(connection), _shares(connection, project["id"])
    seconds = _seconds(connection, project["id"])
    marking, per_day = plan_of(project).marking_stage, per_day_of(project)
    told = []
    for person, stage in sorted([*grouped, *idle]):
        found = grouped.get((person, stage), _NOTHING)
        mine = shares.get(person, []) if stage == marking else []
        spent = seconds.get((person, stage), [])
        waiting = found["given"] - found["done"]
        told.append(
            {
                "person": person,
                "name": names.get(person, ""),
                "stage": stage,
                "done": found["done"],
                "open": waiting,
                "done_today": found["done_today"],
                "left_today": _rest(waiting, found["done_today"], per_day),
                "median_seconds": float(median(spent)) if spent else None,
                "agreement": sum(mine) / len(mine) if mine else None,
                "sent_back": found["sent_back"],
            }
        )
    return told


_NOTHING: Mapping[str, int] = {"given": 0, "done": 0, "done_today": 0, "sent_back": 0}


def _of_project(project: int) -> ColumnElement[bool]:
    """Markings of people for a project's cases, those of courses left out."""
    return (CASES.c.project == project) & MARKINGS.c.course.is_(None) & MARKINGS.c.person.is_not(None)


def _work_of(connection: Connection, project: int) -> Iterable[RowMapping]:
    """How much each person was given and did, by the stage."""
    done = MARKINGS.c.state == SUBMITTED
    today = datetime.now(UTC).date().isoformat()
    return connection.execute(
        select(
            MARKINGS.c.person,
            MARKINGS.c.stage,
            func.count().label("given"),
            _how_many(done).label("done"),
            _how_many(done & (MARKINGS.c.submitted >= today)).label("done_today"),
            _how_many(MARKINGS.c.round > 1).label("sent_back"),
        )
        .join(CASES, CASES.c.id == MARKINGS.c.case)
        .where(_of_project(project), MARKINGS.c.state != WITHDRAWN)
        .group_by(MARKINGS.c.person, MARKINGS.c.stage)
    ).mappings()


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _seconds(connection: Connection, project: int) -> dict[tuple[int, str], list[float]]:
    """How long each marking took that was handed in, by person and stage."""
    rows = connection.execute(
        select(MARKINGS.c.person, MARKINGS.c.stage, MARKINGS.c.seconds)
        .join(CASES, CASES.c.id == MARKINGS.c.case)
        .where(_of_project(project), MARKINGS.c.state == SUBMITTED, MARKINGS.c.seconds.is_not(None))
    )
    found: dict[tuple[int, str], list[float]] = defaultdict(list)
    for person, stage, seconds in rows:
        found[person, stage].append(seconds)
    return found


def _shares(connection: Connection, project: int) -> dict[int, list[float]]:
    """By whoever made the marking: its agreement with the opinions, in every check 2."""
    rows = connection.execute(
        select(MARKINGS.c.person, AGREEMENTS.c.share)
        .join(MARKINGS, MARKINGS.c.id == AGREEMENTS.c.marking)
        .join(CASES, CASES.c.id == AGREEMENTS.c.case)
        .where(CASES.c.project == project)
    )
    found: dict[int, list[float]] = defaultdict(list)
    for person, share in rows:
        if person is not None:
            found[person].append(share)
    return found
