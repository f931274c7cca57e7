"""Training of annotators: courses of cases whose answer is known."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy import select

from hilum.annotation.training import MARKS
from hilum.serving import annotation_training as training
from hilum.serving.access.asking import Person, asks, asks_any
from hilum.serving.access.people import PEOPLE
from hilum.serving.access.rights import Right
from hilum.serving.annotation_project_models import (
    Attempts,
    CourseAsked,
    CourseModel,
    Courses,
    StepAsked,
    TrainingCaseAsked,
)
from hilum.serving.annotation_projects import find_project
from hilum.serving.annotation_steps import out_of_course
from hilum.serving.annotation_store import plan_of
from hilum.serving.annotation_tables import ATTEMPTS
from hilum.serving.routes.annotation import CaseName
from hilum.serving.state import serving

router = APIRouter(prefix="/api/annotation", tags=["annotation"])

Learner = Annotated[Person, Depends(asks_any(Right.mark_lesions, Right.mark_first))]
Leader = Annotated[Person, Depends(asks(Right.assign_marking))]
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="The project's number.")]


@router.get("/training")
def list_courses(request: Request, person: Learner) -> Courses:
    """List the courses that whoever asks can take, and how they went."""
    with serving(request).reading() as connection:
        told = [
            _with_mark(course)
            for project in training.projects_seen(connection)
            for course in training.courses_told(connection, person.id, project)
        ]
    return Courses.model_validate({"courses": told})


@router.post("/training")
def begin_course(request: Request, person: Learner, asked: CourseAsked) -> CourseModel:
    """Begin a course, or go on with it."""
    here = serving(request)
    with here.writing() as connection:
        project = dict(find_project(connection, asked.project))
        training.begin_course(connection, person.id, asked.project, asked.course)
        here.audit.record(
            person.id, "training_begun", f"annotation/{asked.project}", {"course": asked.course}
        )
        told = training.courses_told(connection, person.id, project)
    return CourseModel.model_validate(_with_mark(next(one for one in told if one["course"] == asked.course)))


def _with_mark(course: dict[str, Any]) -> dict[str, Any]:
    return course | {"passing": MARKS[course["course"]]}


@router.post("/projects/{project}/training-cases", status_code=204)
def add_training_case(request: Request, person: Leader, project: Number, asked: TrainingCaseAsked) -> None:
    """Use an accepted case for training: its marking becomes the known answer."""
    here = serving(request)
    with here.writing() as connection:
        find_project(connection, project)
        training.make_training_case(connection, project, asked.case, asked.course)
        detail = {"course": asked.course}
        here.audit.record(person.id, "training_case_chosen", f"annotation/{project}/{asked.case}", detail)


@router.post("/projects/{project}/training-cases/{case}/take-out", status_code=204)
def take_case_out_of_course(
    request: Request, person: Leader, project: Number, case: CaseName, asked: StepAsked
) -> None:
    """Take a case out of its course; attempts that are under way go on without it."""
    here = serving(request)
    with here.writing() as connection:
        plan = plan_of(find_project(connection, project))
        for attempt in out_of_course(connection, project, case, person, asked.reason):
            training.end_attempt(connection, attempt, plan)
        here.audit.record(person.id, "training_case_taken_out", f"annotation/{project}/{case}")


@router.get("/projects/{project}/training")
def list_attempts(
    request: Request,
    _person: Annotated[Person, Depends(asks_any(Right.assign_marking, Right.see_markings))],
    project: Number,
) -> Attempts:
    """List all attempts at the courses of a project."""
    with serving(request).reading() as connection:
        find_project(connection, project)
        rows = connection.execute(
            select(ATTEMPTS, PEOPLE.c.name)
            .join(PEOPLE, PEOPLE.c.id == ATTEMPTS.c.person)
            .where(ATTEMPTS.c.project == project)
            .order_by(ATTEMPTS.c.id)
        ).mappings()
        items = [{**row, "detail": json.loads(row["content"])} for row in rows]
    return Attempts.model_validate({"items": items})
