"""Projects of annotation in the database: made from the archive, given to people, looked at."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from hilum.annotation.agreement import PASSING_SHARE, Agreement, Finding, summarise
from hilum.annotation.passes import ACCEPTED, TAKEN_OUT, Plan
from hilum.annotation.placing import PlacedCase
from hilum.serving.access.people import PEOPLE
from hilum.serving.annotation_people import assign_case, names_of, per_day_of, team_of
from hilum.serving.annotation_progress import stages_and_images
from hilum.serving.annotation_store import WITHDRAWN, images_to_json, now, plan_of
from hilum.serving.annotation_tables import AGREEMENTS, CASES, MARKINGS, PROJECTS
from hilum.serving.annotation_views import finding_told
from hilum.serving.failures import Refusal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hilum.evaluation import Estimate

    Flags = NDArray[np.bool_]


def make_project(
    connection: Connection,
    name: str,
    plan: Plan,
    cases: Sequence[PlacedCase],
    *,
    maker: int | None = None,
    per_day: int = 0,
) -> int:
    """Make a project with its cases.

    Raises:
        Refusal: there is a project of that name.
    """
    if connection.execute(select(PROJECTS.c.id).where(PROJECTS.c.name == name)).first() is not None:
        raise Refusal(409, "there is a project of this name already: choose another")
    team = json.dumps({"people": [], "per_day": per_day})
    row = {"name": name, "code": plan.code, "plan": json.dumps(asdict(plan)), "team": team}
    made = connection.execute(insert(PROJECTS).values(**row, made=now(), maker=maker)).inserted_primary_key
    assert made is not None
    rows = [
        {
            "project": made[0],
            "name": f"C{number:04d}",
            "patient": case.patient,
            "study": case.study,
            "stage": plan.stages[0],
            "round": 1,
            "course": "",
            "pictures": len(case.images),
            "images": images_to_json(case.images),
            "proposals": "[]",
        }
        for number, case in enumerate(cases, 1)
    ]
    connection.execute(insert(CASES), rows)
    return int(made[0])


def find_project(connection: Connection, number: int) -> RowMapping:
    """A project by its number.

    Raises:
        Refusal: there is none.
    """
    found = None
    if 0 < number < 2**31:
        found = connection.execute(select(PROJECTS).where(PROJECTS.c.id == number)).mappings().first()
    if found is None:
        raise Refusal(404, "there is no such annotation project")
    return found


def project_told(connection: Connection, row: RowMapping) -> dict[str, Any]:
    """A project as `ProjectModel`."""
    plan = plan_of(row)
    stages, images = stages_and_images(connection, row["id"])
    return {
        "project": row["id"],
        "name": row["name"],
        "dataset": plan.code,
        "made": row["made"],
        "cases": sum(stages.values()),
        "images": images,
        "stages": stages,
        **{name: getattr(plan, name) for name in _PLAN},
        "per_day": per_day_of(row),
        "people": team_of(row),
    }


_PLAN = ("first_pass", "opinions", "opinion_by", "overlap", "training_needed")


def give_work(
    connection: Connection, project: int, people: Sequence[int] | None, per_day: int | None, most: int | None
) -> dict[str, Any]:
    """Set a project's team, and give its waiting cases to those who have the least.

    Raises:
        Refusal: somebody of the team has no account.
    """
    row = find_project(connection, project)
    if people is not None:
        known = set(connection.execute(select(PEOPLE.c.id).where(PEOPLE.c.id.in_(people))).scalars())
        if known != set(people):
            raise Refusal(422, "somebody of the team has no account: choose people of the list")
    team = {"people": team_of(row) if people is None else sorted(set(people))}
    team["per_day"] = per_day_of(row) if per_day is None else per_day  # type: ignore[assignment]
    connection.execute(update(PROJECTS).where(PROJECTS.c.id == project).values(team=json.dumps(team)))
    row = find_project(connection, project)
    plan = plan_of(row)
    assigned, waiting = 0, []
    for case in _without_work(connection, project, plan):
        if most is not None and assigned >= most:
            break
        why = assign_case(connection, row, plan, case["id"])
        if why is None:
            assigned += 1
        else:
            waiting.append({"case": case["name"], "stage": case["stage"], "sentence": why})
    return {"assigned": assigned, "waiting": waiting[:200]}


def _without_work(connection: Connection, project: int, plan: Plan) -> list[RowMapping]:
    """Cases that are at a stage for which fewer people were given work than it needs."""
    given: dict[tuple[int, str, int], int] = defaultdict(int)
    counted = select(MARKINGS.c.case, MARKINGS.c.stage, MARKINGS.c.round).join(
        CASES, CASES.c.id == MARKINGS.c.case
    )
    here = counted.where(CASES.c.project == project, MARKINGS.c.state != WITHDRAWN)
    for case, stage, turn in connection.execute(here):
        given[case, stage, turn if stage != "opinion" else 0] += 1
    rows = connection.execute(
        select(CASES.c.id, CASES.c.name, CASES.c.stage, CASES.c.round)
        .where(CASES.c.project == project, CASES.c.stage.not_in((ACCEPTED, TAKEN_OUT)))
        .order_by(CASES.c.id)
    ).mappings()
    found = []
    for row in rows:
        opinion = row["stage"] == "opinion"
        needed = plan.opinions if opinion else 1
        if given[row["id"], row["stage"], 0 if opinion else row["round"]] < needed:
            found.append(row)
    return found


def case_page(
    connection: Connection, project: int, stage: str | None, after: int, limit: int
) -> tuple[list[dict[str, Any]], int | None, int]:
    """Cases of a project with who marked them: rows, next cursor, how many there are."""
    where = [CASES.c.project == project] + ([CASES.c.stage == stage] if stage else [])
    total = connection.execute(select(func.count()).select_from(CASES).where(*where)).scalar_one()
    columns = (c for c in CASES.c if c.name not in ("images", "proposals"))
    chosen = select(*columns).where(*where, CASES.c.id > after).order_by(CASES.c.id).limit(limit + 1)
    rows = list(connection.execute(chosen).mappings())
    by_case = _markings(connection, [row["id"] for row in rows[:limit]])
    items = [
        {
            "case": row["name"],
            "patient": row["patient"],
            "stage": row["stage"],
            "round": row["round"],
            "images": row["pictures"],
            "course": row["course"],
            "accepted": row["accepted"],
            "markings": by_case[row["id"]],
        }
        for row in rows[:limit]
    ]
    return items, rows[limit - 1]["id"] if len(rows) > limit else None, total


def _markings(connection: Connection, cases: list[int]) -> Mapping[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = connection.execute(
        select(MARKINGS, PEOPLE.c.name)
        .outerjoin(PEOPLE, PEOPLE.c.id == MARKINGS.c.person)
        .where(MARKINGS.c.case.in_(cases), MARKINGS.c.course.is_(None))
        .order_by(MARKINGS.c.id)
    ).mappings()
    for row in rows:
        told = {name: row[name] for name in ("stage", "round", "person", "state", "submitted")}
        found[row["case"]].append({"marking": row["id"], "name": row["name"] or "", **told})
    return found


def agreements_told(connection: Connection, project: RowMapping, hidden: set[int]) -> dict[str, Any]:
    """Check 2 of a project; cases that wait to be marked blind by whoever asks are left out."""
    rows = connection.execute(
        select(AGREEMENTS, CASES.c.name, CASES.c.patient, MARKINGS.c.person)
        .join(CASES, CASES.c.id == AGREEMENTS.c.case)
        .join(MARKINGS, MARKINGS.c.id == AGREEMENTS.c.marking)
        .where(CASES.c.project == project["id"])
        .order_by(AGREEMENTS.c.id)
    ).mappings()
    found = [(row, json.loads(row["content"])) for row in rows if row["case"] not in hidden]
    between = {row["case"]: (row["patient"], _agreement(told["between"])) for row, told in found}
    summary = summarise(plan_of(project).code, list(between.values()))
    names = names_of(connection)
    return {
        "cases": summary.cases,
        "findings": summary.findings,
        "share": _estimate(summary.share),
        "kappa_class": _estimate(summary.kappa_class),
        "kappa_case": _estimate(summary.kappa_case),
        "mean_overlap": summary.mean_overlap,
        "mean_dice": summary.mean_dice,
        "passing": PASSING_SHARE,
        "items": [_item(row, told) for row, told in found][-200:],
        "by_annotator": _by_annotator(found, names),
    }


def _item(row: RowMapping, told: Mapping[str, Any]) -> dict[str, Any]:
    between = _agreement(told["between"])
    return {
        **{name: row[name] for name in ("round", "at", "stage", "share")},
        "case": row["name"],
        "sentence": told["sentence"],
        "between": between.share,
        "findings": [finding_told(one) for one in between.findings],
    }


def _by_annotator(
    found: Sequence[tuple[RowMapping, Mapping[str, Any]]], names: Mapping[int, str]
) -> list[Any]:
    """Findings of all checks of a person, with the patients they belong to."""
    import numpy as np

    from hilum.evaluation import Estimate, share_of_cases

    by_person: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    cases: dict[int, set[int]] = defaultdict(set)
    for row, told in found:
        if row["person"] is None:
            continue
        cases[row["person"]].add(row["case"])
        for findings in told["of_marking"]:
            by_person[row["person"]] += [
                (row["patient"], one.agrees) for one in _agreement(findings).findings
            ]
    shown = []
    for person in sorted(cases):
        pairs = by_person[person]
        codes = {patient: number for number, patient in enumerate(dict.fromkeys(name for name, _ in pairs))}
        agree = np.array([one for _, one in pairs], dtype=np.bool_)
        patients = np.array([codes[name] for name, _ in pairs], dtype=np.int64)
        share = share_of_cases(agree, patients) if pairs else Estimate(None)
        told = {"person": person, "name": names.get(person, ""), "cases": len(cases[person])}
        shown.append(told | {"share": _estimate(share)})
    return shown


def _agreement(findings: Sequence[Mapping[str, Any]]) -> Agreement:
    return Agreement(tuple(Finding(**one) for one in findings))


def _estimate(estimate: "Estimate") -> dict[str, float | None]:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}
