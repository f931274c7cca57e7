"""Projects of annotation: made from the archive, given to people, their progress, checks and agreement."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from sqlalchemy import func, select

from hilum.annotation.passes import Plan
from hilum.annotation.shapes import shape_from_dict
from hilum.serving import annotation_projects as projects
from hilum.serving import annotation_steps as steps
from hilum.serving.access.asking import Person, asks, asks_any
from hilum.serving.access.rights import Right
from hilum.serving.annotation_models import Stage
from hilum.serving.annotation_people import names_of
from hilum.serving.annotation_progress import progress_told, stages_of
from hilum.serving.annotation_project_models import (
    Agreements,
    AssignAsked,
    Assigned,
    CaseHistory,
    CasePage,
    CheckPage,
    Imported,
    NewProject,
    Progress,
    ProjectModel,
    ProjectPage,
    ProposalsAsked,
    StepAsked,
    StepTaken,
)
from hilum.serving.annotation_proposals import Proposed, propose
from hilum.serving.annotation_store import OPEN, WITHDRAWN
from hilum.serving.annotation_tables import CASES, CHECKS, MARKINGS, PROJECTS
from hilum.serving.bodies import largest_body
from hilum.serving.failures import Refusal
from hilum.serving.paging import AfterNumber, Limit
from hilum.serving.state import Serving, serving

router = APIRouter(prefix="/api/annotation/projects", tags=["annotation"])

Leader = Annotated[Person, Depends(asks(Right.assign_marking))]
Looker = Annotated[Person, Depends(asks_any(Right.assign_marking, Right.see_markings))]
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="The project's number.")]
CaseName = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,40}$", description="The case's name.")]
MOST_IMAGES = 20_000
"""Images of a project that is made while a page waits."""


@router.get("")
def list_projects(
    request: Request, _person: Looker, after: AfterNumber = 0, limit: Limit = 100
) -> ProjectPage:
    """List the projects of annotation."""
    with serving(request).reading() as connection:
        query = select(PROJECTS).where(PROJECTS.c.id > after).order_by(PROJECTS.c.id).limit(limit + 1)
        rows = list(connection.execute(query).mappings())
        items = [projects.project_told(connection, row) for row in rows[:limit]]
        total = connection.execute(select(func.count()).select_from(PROJECTS)).scalar_one()
    following = rows[limit - 1]["id"] if len(rows) > limit else None
    return ProjectPage.model_validate({"items": items, "next": following, "total": total})


@router.post("", status_code=201)
def make_project(request: Request, person: Leader, asked: NewProject) -> ProjectModel:
    """Make a project of the examinations of the archive that meet the criteria."""
    from hilum.annotation.placing import chosen_images, pictures_of, place_cases
    from hilum.archive import open_archive

    here = serving(request)
    archive = open_archive(here.workspace)
    chosen = chosen_images(archive, asked.dataset, asked.include)
    studies = chosen["study"].drop_duplicates()[: asked.most]
    if pictures_of(chosen[chosen["study"].isin(set(studies))]) > MOST_IMAGES:
        raise Refusal(
            422,
            f"the project would have more than {MOST_IMAGES} images: choose fewer cases, or make it with "
            "`hilum annotate projects --make`",
        )
    cases = place_cases(archive, asked.dataset, chosen, asked.most)
    plan = plan_asked(asked, accounts=here.settings.accounts)
    with here.writing() as connection:
        number = projects.make_project(
            connection, asked.name.strip(), plan, cases, maker=person.id, per_day=asked.per_day
        )
        here.audit.record(person.id, "annotation_made", f"annotation/{number}", {"cases": len(cases)})
        told = projects.project_told(connection, projects.find_project(connection, number))
    return ProjectModel.model_validate(told)


def plan_asked(asked: NewProject, *, accounts: bool) -> Plan:
    """How the cases go; without accounts there is one person, who needs no second opinion and no course."""
    opinions = asked.opinions if asked.opinions is not None else 2 if accounts else 0
    training = asked.training_needed if asked.training_needed is not None else accounts
    return Plan(
        asked.dataset,
        first_pass=asked.first_pass,
        opinions=opinions,
        opinion_by=asked.opinion_by,
        overlap=asked.overlap,
        training_needed=training,
    )


@router.get("/{project}")
def read_project(request: Request, _person: Looker, project: Number) -> ProjectModel:
    """Tell of a project."""
    with serving(request).reading() as connection:
        row = projects.find_project(connection, project)
        return ProjectModel.model_validate(projects.project_told(connection, row))


@router.get("/{project}/cases")
def list_cases(
    request: Request,
    person: Looker,
    project: Number,
    stage: Annotated[Stage | None, Query(description="Only those.")] = None,
    after: AfterNumber = 0,
    limit: Limit = 100,
) -> CasePage:
    """List the cases of a project with who marked them."""
    here = serving(request)
    with here.reading() as connection:
        projects.find_project(connection, project)
        items, following, total = projects.case_page(connection, project, stage, after, limit)
        steps.say_what_can_be_reopened(connection, project, items, person)
    here.audit.record(person.id, "annotation_seen", f"annotation/{project}")
    return CasePage.model_validate({"items": items, "next": following, "total": total})


@router.get("/{project}/cases/{case}/history")
def read_case_history(request: Request, person: Looker, project: Number, case: CaseName) -> CaseHistory:
    """Tell what became of a case: handed in, checked, opened again, taken out, put back, and why."""
    here = serving(request)
    with here.reading() as connection:
        projects.find_project(connection, project)
        items = steps.case_history(connection, project, case, names_of(connection))
    here.audit.record(person.id, "annotation_seen", f"annotation/{project}/{case}")
    return CaseHistory.model_validate({"case": case, "items": items})


@router.post("/{project}/cases/{case}/take-out")
def take_case_out(
    request: Request, person: Leader, project: Number, case: CaseName, asked: StepAsked
) -> StepTaken:
    """Take a case out of the project; all that was done with it is kept."""
    here = serving(request)
    with here.writing() as connection:
        projects.find_project(connection, project)
        steps.take_out(connection, project, case, person, asked.reason)
        here.audit.record(person.id, "case_taken_out", f"annotation/{project}/{case}")
    return StepTaken(case=case, stage="taken_out", sentence="")


@router.post("/{project}/cases/{case}/put-back")
def put_case_back(
    request: Request, person: Leader, project: Number, case: CaseName, asked: StepAsked
) -> StepTaken:
    """Put a case back that was taken out, to where it stood."""
    here = serving(request)
    with here.writing() as connection:
        projects.find_project(connection, project)
        waits = steps.put_back(connection, project, case, person, asked.reason)
        here.audit.record(person.id, "case_put_back", f"annotation/{project}/{case}")
        stage = connection.execute(
            select(CASES.c.stage).where(CASES.c.project == project, CASES.c.name == case)
        ).scalar_one()
    return StepTaken(case=case, stage=stage, sentence=waits)


@router.post("/{project}/assign")
def assign_cases(request: Request, person: Leader, project: Number, asked: AssignAsked) -> Assigned:
    """Give the cases that wait to the people of the team, evenly."""
    here = serving(request)
    with here.writing() as connection:
        people = asked.people
        if people is None and not here.settings.accounts:
            people = [person.id]
        told = projects.give_work(connection, project, people, asked.per_day, asked.most)
        detail = {"assigned": told["assigned"], "waiting": len(told["waiting"])}
        here.audit.record(person.id, "annotation_assigned", f"annotation/{project}", detail)
    return Assigned.model_validate(told)


@router.get("/{project}/progress")
def read_progress(request: Request, _person: Looker, project: Number) -> Progress:
    """Tell how far a project is, and each of its people."""
    with serving(request).reading() as connection:
        row = projects.find_project(connection, project)
        told = {"stages": stages_of(connection, project), "people": progress_told(connection, row)}
    return Progress.model_validate(told)


@router.get("/{project}/agreements")
def read_agreements(
    request: Request, person: Annotated[Person, Depends(asks(Right.see_markings))], project: Number
) -> Agreements:
    """Tell how far people agree, finding by finding, and each annotator with the opinions."""
    here = serving(request)
    with here.reading() as connection:
        row = projects.find_project(connection, project)
        waiting = MARKINGS.c.state.in_((OPEN, WITHDRAWN))
        blind = select(MARKINGS.c.case).where(MARKINGS.c.person == person.id, waiting)
        told = projects.agreements_told(connection, row, set(connection.execute(blind).scalars()))
    here.audit.record(person.id, "agreement_seen", f"annotation/{project}")
    return Agreements.model_validate(told)


@router.get("/{project}/checks")
def list_checks(
    request: Request, _person: Looker, project: Number, after: AfterNumber = 0, limit: Limit = 100
) -> CheckPage:
    """List what check 1 found in markings that were to be handed in."""
    with serving(request).reading() as connection:
        projects.find_project(connection, project)
        where = CASES.c.project == project
        joined = select(CHECKS, CASES.c.name).join(CASES, CASES.c.id == CHECKS.c.case).where(where)
        query = joined.where(CHECKS.c.id > after).order_by(CHECKS.c.id).limit(limit + 1)
        rows = list(connection.execute(query).mappings())
        total = connection.execute(select(func.count()).select_from(joined.subquery())).scalar_one()
    items = [_check(row) for row in rows[:limit]]
    following = rows[limit - 1]["id"] if len(rows) > limit else None
    return CheckPage.model_validate({"items": items, "next": following, "total": total})


def _check(row: Mapping[Any, Any]) -> dict[str, Any]:
    told = {name: row[name] for name in ("id", "round", "at")}
    return told | {"case": row["name"], "defects": json.loads(row["defects"])}


@router.post("/{project}/proposals", status_code=201, openapi_extra=largest_body(50_000_000))
def propose_lesions(request: Request, person: Leader, project: Number, asked: ProposalsAsked) -> Imported:
    """Add what a model found, marked as proposals until a person accepts or declines them."""
    here = serving(request)
    shapes = [
        Proposed(
            one.image,
            shape_from_dict(one.shape.model_dump()),
            one.category,
            one.score,
            one.lesion,
            one.frame,
        )
        for one in asked.lesions
    ]
    with here.writing() as connection:
        projects.find_project(connection, project)
        taken = propose(connection, project, asked.source, shapes)
        note_proposals(here, person, project, taken.lesions)
    return Imported.model_validate(vars(taken))


def note_proposals(here: Serving, person: Person, project: int, lesions: int) -> None:
    """Record in the audit log that proposals came in."""
    here.audit.record(person.id, "lesions_proposed", f"annotation/{project}", {"lesions": lesions})
