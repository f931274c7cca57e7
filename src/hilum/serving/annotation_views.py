"""A case as the person sees who marks it: images, lesions, and of others only what that pass may see."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from hilum.annotation.agreement import Finding, compare
from hilum.annotation.categories import ATTRIBUTES, categories_of
from hilum.annotation.history import Event, event_to_dict, next_redo, next_undo
from hilum.annotation.lesion import Lesion, Marking, lesion_to_dict
from hilum.annotation.passes import ADJUDICATION, FIRST, OPINION, SECOND, TRAINING, Plan
from hilum.serving.annotation_snapshots import events_of, replayed
from hilum.serving.annotation_store import SUBMITTED, WITHDRAWN, Work, markings_of, state_of
from hilum.serving.annotation_tables import ATTEMPTS, CASES, MARKINGS, PROJECTS

PREFIX = "/api/annotation/markings"


def tools_of(plan: Plan, stage: str) -> tuple[str, ...]:
    """The kinds of shapes that count; training is done as the pass that it trains for."""
    return plan.tools(plan.marking_stage if stage == TRAINING else stage)


def sentence_of(plan: Plan, stage: str) -> str:
    """What is to be done."""
    if stage == TRAINING:
        return (
            f"Training: {plan.sentence(plan.marking_stage)[0].lower()}{plan.sentence(plan.marking_stage)[1:]}"
        )
    return plan.sentence(stage)


def marking_told(connection: Connection, work: Work) -> dict[str, Any]:
    """Everything of `MarkingModel`."""
    found, events, since = replayed(connection, int(work.marking["id"]), work.sizes)
    state = found.marking
    plan, stage = work.plan, work.stage
    return {
        "marking": work.marking["id"],
        "project": work.project,
        "project_name": work.project_name,
        "dataset": plan.code,
        "case": work.case["name"],
        "stage": stage,
        "round": work.marking["round"],
        "state": work.marking["state"],
        "revision": work.marking["revision"],
        "sentence": sentence_of(plan, stage),
        "tools": list(tools_of(plan, stage)),
        "categories": [
            {**{name: getattr(one, name) for name in _CATEGORY}, "label": one.label}
            for one in categories_of(plan.code)
        ],
        "attributes": [{"name": one.name, "choices": list(one.choices)} for one in ATTRIBUTES[plan.code]],
        "series": _series(work),
        "lesions": [lesion_to_dict(lesion) for lesion in state.lesions],
        "label": state.label,
        "comment": state.comment,
        "undone": sorted(found.undone),
        **_turning(connection, work, events, since),
        **_of_others(connection, work),
    }


def _turning(connection: Connection, work: Work, events: Sequence[Event], since: int) -> dict[str, Any]:
    """What can be undone and redone; where the events since a snapshot do not tell, all of them are asked."""
    undo = next_undo(events)
    done = any(event.kind not in ("undone", "redone") for event in events)
    if since and (undo is None or not done):
        events = [event for _, event in events_of(connection, int(work.marking["id"]))]
        undo = next_undo(events)
    return {"can_undo": undo, "can_redo": next_redo(events)}


_CATEGORY = ("id", "name", "group", "group_name", "english", "colour", "key")


def _series(work: Work) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for number, image in enumerate(work.images):
        series = found.setdefault(
            image.series,
            {
                "series": len(found),
                "modality": image.modality,
                "description": image.description,
                "rows": image.facts.height,
                "columns": image.facts.width,
                "images": [],
            },
        )
        series["images"].append(
            {
                "image": number,
                "number": int(image.facts.image),
                "rows": image.facts.height,
                "columns": image.facts.width,
                "frame": image.frame,
                "position": list(image.position) if image.position else None,
                "url": f"{PREFIX}/{work.marking['id']}/images/{number}",
            }
        )
    return list(found.values())


def _of_others(connection: Connection, work: Work) -> dict[str, Any]:
    """What this pass may see of others: the second the lines of the first, the adjudicator all opinions."""
    nothing: dict[str, Any] = {"earlier": [], "opinions": [], "differences": []}
    if work.stage not in (SECOND, ADJUDICATION):
        return nothing
    done = [one for one in markings_of(connection, int(work.case["id"])) if one["state"] == SUBMITTED]
    if work.stage == SECOND:
        lines = [one for one in done if one["stage"] == FIRST][-1:]
        earlier = [_lesions(state_of(connection, one["id"], work.sizes)) for one in lines]
        return nothing | {"earlier": [{"stage": FIRST, "lesions": lesions} for lesions in earlier]}
    opinions = [one for one in done if one["stage"] == OPINION]
    opinions += [one for one in done if one["stage"] == work.plan.marking_stage][-1:]
    opinions.sort(key=lambda one: hashlib.sha256(f"{work.case['id']} {one['id']}".encode()).digest())
    states = [state_of(connection, one["id"], work.sizes) for one in opinions]
    names = [f"opinion {letter}" for letter, _ in zip("ABC", states, strict=False)]
    told = [
        {"name": name, "label": state.label, "comment": state.comment, "lesions": _lesions(state)}
        for name, state in zip(names, states, strict=True)
    ]
    return nothing | {"opinions": told, "differences": _differences(work, names, states)}


def _lesions(state: Marking) -> list[dict[str, Any]]:
    return [lesion_to_dict(lesion) for lesion in state.counted]


def _differences(work: Work, names: Sequence[str], states: Sequence[Marking]) -> list[dict[str, Any]]:
    told = []
    for one in range(len(states)):
        for other in range(one + 1, len(states)):
            found = compare(states[one], states[other], work.sizes, work.plan.overlap)
            told.append(
                {
                    "opinions": (names[one], names[other]),
                    "share": found.share,
                    "findings": [finding_told(finding) for finding in found.findings],
                }
            )
    return told


def finding_told(finding: Finding) -> dict[str, Any]:
    """A finding as JSON."""
    same = finding.matched and finding.first_category == finding.second_category
    return {**vars(finding), "same_class": same, "agree": finding.agrees}


def event_told(revision: int, event: Event, received: str = "") -> dict[str, Any]:
    """An event of the record as `StoredEvent`."""
    told = event_to_dict(event)
    text = told.pop("text", None)
    name = "label" if event.kind == "label_set" else "comment"
    return {**told, name: text, "revision": revision, "received": received}


def work_page(
    connection: Connection, person: int, state: str | None, after: int, limit: int
) -> tuple[list[dict[str, Any]], int | None, int]:
    """A person's markings, the oldest first: rows, next cursor, how many there are."""
    mine = [MARKINGS.c.person == person, MARKINGS.c.state != WITHDRAWN]
    if state is not None:
        mine.append(MARKINGS.c.state == state)
    total = connection.execute(select(func.count()).select_from(MARKINGS).where(*mine)).scalar_one()
    rows = connection.execute(
        select(
            MARKINGS,
            CASES.c.name.label("case_name"),
            CASES.c.pictures,
            PROJECTS.c.id.label("project"),
            PROJECTS.c.name.label("project_name"),
            PROJECTS.c.plan,
            ATTEMPTS.c.course.label("training"),
        )
        .join(CASES, CASES.c.id == MARKINGS.c.case)
        .join(PROJECTS, PROJECTS.c.id == CASES.c.project)
        .outerjoin(ATTEMPTS, ATTEMPTS.c.id == MARKINGS.c.course)
        .where(*mine, MARKINGS.c.id > after)
        .order_by(MARKINGS.c.id)
        .limit(limit + 1)
    ).mappings()
    found = [_work_row(dict(row)) for row in rows]
    return found[:limit], found[limit - 1]["marking"] if len(found) > limit else None, total


def _work_row(row: Mapping[str, Any]) -> dict[str, Any]:
    plan = Plan(**json.loads(row["plan"]))
    return {
        "marking": row["id"],
        "project": row["project"],
        "project_name": row["project_name"],
        "dataset": plan.code,
        "case": row["case_name"],
        "stage": row["stage"],
        "round": row["round"],
        "state": row["state"],
        "images": row["pictures"],
        "revision": row["revision"],
        "course": row["training"] or "",
        "back": row["round"] > 1 and row["stage"] == plan.marking_stage,
        "sentence": sentence_of(plan, row["stage"]),
        "submitted": row["submitted"],
    }


def lesion_named(state: Marking, name: str) -> Lesion | None:
    """A lesion of a marking; None where there is none of that name."""
    return next((one for one in state.lesions if one.id == name and not one.deleted), None)
