"""Lesions from a model or from files: they wait in the record until a person accepts or declines them."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, RowMapping, select, update

from hilum.annotation.categories import category_of
from hilum.annotation.lesion import Lesion, Proposal, lesion_from_dict, lesion_to_dict
from hilum.annotation.passes import ACCEPTED, TAKEN_OUT, Plan
from hilum.annotation.shapes import Shape, must_lie_in
from hilum.serving.annotation_store import (
    OPEN,
    SUBMITTED,
    WITHDRAWN,
    images_of,
    new_marking,
    now,
    plan_of,
    seed,
    sizes_of,
)
from hilum.serving.annotation_tables import CASES, MARKINGS, PROJECTS


@dataclass(frozen=True)
class Proposed:
    """A shape that is proposed in an image.

    Attributes:
        image: path in the archive, SOP Instance UID, or the guideline's name of the image.
        shape: in that image.
        category: of the lesion; None where it is not said.
        score: of the model.
        lesion: shapes of a case with the same name are one lesion; empty for one of its own.
        frame: number of the frame in the file, from 1; 0 where the file has one.
    """

    image: str
    shape: Shape
    category: int | None = None
    score: float | None = None
    lesion: str = ""
    frame: int = 0


@dataclass(frozen=True)
class ProposalsTaken:
    """What became of proposals.

    Attributes:
        lesions: how many came in.
        images: in how many images.
        cases: in how many cases.
        notes: what was left out, and why.
    """

    lesions: int
    images: int
    cases: int
    notes: tuple[str, ...]


def propose(connection: Connection, project: int, source: str, shapes: Sequence[Proposed]) -> ProposalsTaken:
    """Add proposals to the cases of a project.

    They are put at the beginning of every marking of the pass that draws the result, now and later; blind
    opinions never see them. What was handed in already stays as it is.

    Args:
        connection: in a transaction that writes.
        project: number of the project.
        source: the model or file.
        shapes: what is proposed.

    Raises:
        ShapeError: a shape leaves its image.
        HilumError: a category does not exist.
    """
    plan, placed, notes = _placed(connection, project, shapes)
    lesions_taken = images_taken = 0
    for row, here in placed:
        known = [lesion_from_dict(one) for one in json.loads(row["proposals"])]
        lesions = _lesions(here, source, f"p{len(known)}")
        told = json.dumps([lesion_to_dict(one) for one in (*known, *lesions)], ensure_ascii=True)
        connection.execute(update(CASES).where(CASES.c.id == row["id"]).values(proposals=told))
        late = _into_open(connection, row["id"], plan.marking_stage, lesions)
        if not late and row["stage"] not in (plan.stages[0], plan.marking_stage):
            notes.append(f"{row['name']} was marked already, so its proposals are kept and shown to nobody")
        lesions_taken += len(lesions)
        images_taken += len({place for place, _ in here})
    return ProposalsTaken(lesions_taken, images_taken, len(placed), tuple(notes))


def take_results(
    connection: Connection, project: int, source: str, shapes: Sequence[Proposed]
) -> ProposalsTaken:
    """Take what was marked elsewhere as the result of cases in which nobody handed anything in yet.

    The marking belongs to no person and is as append-only as all others; such cases serve for training.

    Args:
        connection: in a transaction that writes.
        project: number of the project.
        source: where it comes from, kept in the comment of every lesion.
        shapes: what was marked.

    Raises:
        ShapeError: a shape leaves its image.
        HilumError: a category does not exist.
    """
    plan, placed, notes = _placed(connection, project, shapes)
    taken = [0, 0, 0]
    for row, here in placed:
        if connection.execute(select(MARKINGS.c.id).where(MARKINGS.c.case == row["id"])).first() is not None:
            notes.append(f"{row['name']} was given to somebody already, so the result was not taken")
            continue
        lesions = [replace(one, proposal=None, comment=source) for one in _lesions(here, source, "r")]
        defects = [one for one in lesions if one.category is None]
        if defects:
            notes.append(f"{row['name']} has {len(defects)} lesions without a category, so it was not taken")
            continue
        marking = new_marking(connection, row["id"], plan.marking_stage, None)
        seed(connection, marking, lesions)
        done = {"state": SUBMITTED, "submitted": now()}
        connection.execute(update(MARKINGS).where(MARKINGS.c.id == marking).values(**done))
        result = {"stage": ACCEPTED, "accepted": marking}
        connection.execute(update(CASES).where(CASES.c.id == row["id"]).values(**result))
        taken = [taken[0] + len(lesions), taken[1] + len({place for place, _ in here}), taken[2] + 1]
    return ProposalsTaken(taken[0], taken[1], taken[2], tuple(notes))


_Placed = list[tuple[RowMapping, list[tuple[int, Proposed]]]]


def _placed(
    connection: Connection, project: int, shapes: Sequence[Proposed]
) -> tuple[Plan, _Placed, list[str]]:
    """The cases that shapes belong to, each with its shapes by image; and what belongs to none."""
    plan = plan_of(connection.execute(select(PROJECTS).where(PROJECTS.c.id == project)).mappings().one())
    rows = connection.execute(
        select(CASES.c.id, CASES.c.name, CASES.c.images, CASES.c.proposals, CASES.c.stage)
        .where(CASES.c.project == project, CASES.c.stage != TAKEN_OUT)
        .order_by(CASES.c.id)
    ).mappings()
    waiting = _by_image(shapes)
    found: set[str] = set()
    placed: _Placed = []
    for row in rows:
        images = images_of(dict(row))
        sizes = sizes_of(images)
        here: list[tuple[int, Proposed]] = []
        for place, image in enumerate(images):
            names = {
                image.image,
                image.instance,
                image.facts.name,
                f"{image.facts.name}.dcm",
            } & waiting.keys()
            found |= names
            meant = [one for known in sorted(names) for one in waiting[known]]
            frames = (image.frame,) if image.frame else (0, 1)
            here += [(place, one) for one in meant if one.frame in frames]
        for place, one in here:
            must_lie_in(one.shape, *sizes[place])
            if one.category is not None:
                category_of(plan.code, one.category)
        if here:
            placed.append((row, here))
    unknown = len(set(waiting) - found)
    taken = {id(one) for _, here in placed for _, one in here}
    lost = sum(id(one) not in taken for name in found for one in waiting[name])
    notes = [f"{unknown} images are not in the project, so their lesions were left out"] if unknown else []
    if lost:
        notes.append(f"{lost} lesions name no frame that their image has, so they were left out")
    return plan, placed, notes


def _by_image(shapes: Sequence[Proposed]) -> Mapping[str, list[Proposed]]:
    found: dict[str, list[Proposed]] = defaultdict(list)
    for one in shapes:
        found[one.image].append(one)
    return found


def _lesions(here: Sequence[tuple[int, Proposed]], source: str, mark: str) -> list[Lesion]:
    groups: dict[str, list[tuple[int, Proposed]]] = defaultdict(list)
    for number, (place, one) in enumerate(here):
        taken = any(other == place for other, _ in groups.get(one.lesion, ()))
        groups[one.lesion if one.lesion and not taken else f"-{number}"].append((place, one))
    made = []
    for number, group in enumerate(groups.values(), 1):
        scores = [one.score for _, one in group if one.score is not None]
        made.append(
            Lesion(
                f"{mark}-{number}",
                number,
                group[0][1].category,
                {place: one.shape for place, one in group},
                proposal=Proposal(source, max(scores) if scores else None),
            )
        )
    return made


def _into_open(connection: Connection, case: int, stage: str, lesions: Sequence[Lesion]) -> bool:
    """Put proposals into the markings that are open; false where none is."""
    query = select(MARKINGS.c.id).where(
        MARKINGS.c.case == case,
        MARKINGS.c.stage == stage,
        MARKINGS.c.state.in_((OPEN, WITHDRAWN)),
        MARKINGS.c.course.is_(None),
    )
    opened = list(connection.execute(query).scalars())
    for marking in opened:
        seed(connection, marking, lesions)
    return bool(opened)


def proposals_of(connection: Connection, case: int) -> list[Lesion]:
    """What was proposed in a case."""
    told = connection.execute(select(CASES.c.proposals).where(CASES.c.id == case)).scalar_one()
    return [lesion_from_dict(one) for one in json.loads(told)]
