"""How far a project is, and each of its people."""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from statistics import median
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from hilum.annotation.passes import STAGES
from hilum.serving.annotation_people import names_of, per_day_of, team_of
from hilum.serving.annotation_store import OPEN, SUBMITTED, plan_of
from hilum.serving.annotation_tables import AGREEMENTS, CASES, MARKINGS, PROJECTS


def stages_of(connection: Connection, project: int) -> dict[str, int]:
    """How many cases stand at each stage."""
    rows = connection.execute(
        select(CASES.c.stage, func.count()).where(CASES.c.project == project).group_by(CASES.c.stage)
    )
    counts: Counter[str] = Counter({stage: number for stage, number in rows})  # noqa: C416  # rows are no pairs to `dict`
    return {stage: counts[stage] for stage in STAGES}


def left_today(connection: Connection, person: int) -> int:
    """How many open cases a person has yet to mark today: all, or up to the project's number a day."""
    today = datetime.now(UTC).date().isoformat()
    rows = connection.execute(
        select(MARKINGS.c.state, MARKINGS.c.submitted, PROJECTS.c.id, PROJECTS.c.team)
        .join(CASES, CASES.c.id == MARKINGS.c.case)
        .join(PROJECTS, PROJECTS.c.id == CASES.c.project)
        .where(MARKINGS.c.person == person)
        .where((MARKINGS.c.state == OPEN) | (MARKINGS.c.submitted >= today))
    ).mappings()
    of_projects: dict[int, list[RowMapping]] = defaultdict(list)
    for row in rows:
        of_projects[row["id"]].append(row)
    return sum(_left(found, per_day_of(found[0])) for found in of_projects.values())


def _left(rows: list[RowMapping], per_day: int) -> int:
    waiting = sum(row["state"] == OPEN for row in rows)
    done = len(rows) - waiting
    return _rest(waiting, done, per_day)


def _rest(waiting: int, done: int, per_day: int) -> int:
    """Of the open cases, those that belong to today."""
    return min(waiting, max(per_day - done, 0)) if per_day else waiting


def progress_told(connection: Connection, project: RowMapping) -> list[dict[str, Any]]:
    """Each person of a project, by the stage worked at."""
    today = datetime.now(UTC).date().isoformat()
    rows = connection.execute(
        select(MARKINGS, CASES.c.project)
        .join(CASES, CASES.c.id == MARKINGS.c.case)
        .where(CASES.c.project == project["id"], MARKINGS.c.course.is_(None), MARKINGS.c.person.is_not(None))
    ).mappings()
    grouped: dict[tuple[int, str], list[RowMapping]] = defaultdict(list)
    for row in rows:
        grouped[row["person"], row["stage"]].append(row)
    for person in team_of(project):
        if not any(one == person for one, _ in grouped):
            grouped[person, ""] = []
    names = names_of(connection)
    shares = _shares(connection, project["id"])
    code = plan_of(project).marking_stage
    told = []
    for (person, stage), found in sorted(grouped.items()):
        done = [row for row in found if row["state"] == SUBMITTED]
        seconds = [row["seconds"] for row in done if row["seconds"] is not None]
        mine = shares.get(person, []) if stage == code else []
        done_today = sum(row["submitted"] >= today for row in done)
        waiting = len(found) - len(done)
        told.append(
            {
                "person": person,
                "name": names.get(person, ""),
                "stage": stage,
                "done": len(done),
                "open": waiting,
                "done_today": done_today,
                "left_today": _rest(waiting, done_today, per_day_of(project)),
                "median_seconds": float(median(seconds)) if seconds else None,
                "agreement": sum(mine) / len(mine) if mine else None,
                "sent_back": sum(row["round"] > 1 for row in found),
            }
        )
    return told


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
