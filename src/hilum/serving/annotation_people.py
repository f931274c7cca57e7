"""Who is given which case: the people of a project, what they may do and what waits at them."""

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update

from hilum.annotation.passes import ADJUDICATION, OPINION, Candidate, Plan, choose_person
from hilum.annotation.training import COURSES
from hilum.serving.access.people import PEOPLE, person_of
from hilum.serving.annotation_proposals import proposals_of
from hilum.serving.annotation_store import OPEN, WITHDRAWN, markings_of, new_marking, seed
from hilum.serving.annotation_tables import ATTEMPTS, CASES, MARKINGS, PROJECTS


def team_of(project: Mapping[str, Any] | RowMapping) -> list[int]:
    """The people who are given work of a project."""
    return [int(one) for one in json.loads(project["team"])["people"]]


def per_day_of(project: Mapping[str, Any] | RowMapping) -> int:
    """How many cases a person shall mark a day; 0 where nothing was said."""
    return int(json.loads(project["team"]).get("per_day", 0))


def names_of(connection: Connection) -> dict[int, str]:
    """The names of all accounts, by their numbers."""
    return {number: name for number, name in connection.execute(select(PEOPLE.c.id, PEOPLE.c.name))}  # noqa: C416


def trained(connection: Connection, person: int, code: str) -> bool:
    """Whether a person passed both courses of a data set, in any project."""
    found = connection.execute(
        select(ATTEMPTS.c.course)
        .join(PROJECTS, PROJECTS.c.id == ATTEMPTS.c.project)
        .where(ATTEMPTS.c.person == person, ATTEMPTS.c.passed == 1, PROJECTS.c.code == code)
    )
    return set(found.scalars()) >= set(COURSES)


def candidates(connection: Connection, people: list[int], code: str) -> list[Candidate]:
    """The people of a project as they could be given work; closed accounts are left out."""
    rows = connection.execute(select(PEOPLE).where(PEOPLE.c.id.in_(people), PEOPLE.c.disabled.is_(False)))
    counts: dict[tuple[int, str], int] = defaultdict(int)
    for person, state, count in connection.execute(
        select(MARKINGS.c.person, MARKINGS.c.state, func.count())
        .where(MARKINGS.c.person.in_(people))
        .group_by(MARKINGS.c.person, MARKINGS.c.state)
    ):
        counts[person, state] = count
    found = []
    for row in rows.mappings():
        person = person_of(row)
        waiting = counts[person.id, OPEN]
        given = sum(count for (one, _), count in counts.items() if one == person.id)
        rights = frozenset(str(right) for right in person.rights)
        found.append(Candidate(person.id, rights, waiting, given, trained(connection, person.id, code)))
    return found


def assign_case(
    connection: Connection, project: Mapping[str, Any] | RowMapping, plan: Plan, case: int
) -> str | None:
    """Give a case to whom its stage needs, as far as somebody is there.

    Returns:
        Why it waits; None where it does not.
    """
    row = connection.execute(select(CASES.c.stage, CASES.c.round).where(CASES.c.id == case)).one()
    stage, turn = row
    markings = markings_of(connection, case)
    done_by: dict[str, set[int]] = defaultdict(set)
    for marking in markings:
        if marking["person"] is not None:
            done_by[marking["stage"]].add(marking["person"])
    # Opinions are drawn blind once; they hold for every round of the marking.
    there = [one for one in markings if one["stage"] == stage and (stage == OPINION or one["round"] == turn)]
    again = [one["id"] for one in there if one["state"] == WITHDRAWN]
    if again:
        # Taken back when something before was opened again: whoever worked at it goes on with what was drawn.
        connection.execute(update(MARKINGS).where(MARKINGS.c.id.in_(again)).values(state=OPEN))
    needed = plan.opinions if stage == OPINION else 1
    people = candidates(connection, team_of(project), plan.code)
    for _ in range(needed - len(there)):
        person = choose_person(plan, stage, people, done_by)
        if person is None:
            return _why(plan, stage)
        made = new_marking(connection, case, stage, person, turn=turn)
        if stage == plan.marking_stage:
            seed(connection, made, proposals_of(connection, case))
        done_by[stage].add(person)
    return None


def _why(plan: Plan, stage: str) -> str:
    if stage == ADJUDICATION:
        return "no adjudicator of the team had no part in the case: add one to the team"
    if stage == OPINION:
        return "a second person who may give a blind opinion is missing: add one to the team"
    if plan.right(stage) == "mark_lesions" and plan.training_needed:
        return "nobody of the team passed basic and advanced course: train somebody"
    return "nobody of the team may do this pass: add somebody with the right role"
