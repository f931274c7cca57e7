"""Accepted markings as files in the forms of others, and files of others as proposals."""

import shutil
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, UploadFile
from fastapi import Path as PathParameter
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from hilum.archive.guideline_export import GuidelineInfo
from hilum.serving import annotation_exchange as exchange
from hilum.serving.access.asking import Person, asks
from hilum.serving.access.rights import Right
from hilum.serving.annotation_project_models import Imported
from hilum.serving.annotation_projects import find_project
from hilum.serving.annotation_proposals import propose, take_results
from hilum.serving.annotation_store import plan_of
from hilum.serving.bodies import largest_body
from hilum.serving.failures import Refusal
from hilum.serving.routes.annotation import MOST_IMAGES, note_proposals
from hilum.serving.state import serving

router = APIRouter(prefix="/api/annotation/projects", tags=["annotation"])

Number = Annotated[int, PathParameter(ge=1, le=2**31 - 1, description="The project's number.")]
FormName = Literal["guideline", "coco", "seg", "sr", "nifti"]
Words = Annotated[str, Query(max_length=130)]


@router.get(
    "/{project}/export",
    response_class=FileResponse,
    responses={200: {"content": {"application/zip": {}}, "description": "A zip file."}},
)
def export_markings(
    request: Request,
    person: Annotated[Person, Depends(asks(Right.see_markings))],
    project: Number,
    form: Annotated[FormName, Query(description="In which form.")],
    description: Words = "lung cancer images",
    contributor: Words = "not said",
    version: Words = "1.0",
) -> FileResponse:
    """Give the accepted markings of a project; the guideline's tree holds the images as well."""
    here = serving(request)
    if form == "guideline" and not person.may(Right.release_data):
        raise Refusal(403, "the guideline's tree holds the images, and your account may not release data")
    with here.reading() as connection:
        find_project(connection, project)
        cases = exchange.accepted_cases(connection, project, here.workspace.archive_folder)
    if form == "guideline" and sum(len(case.images) for case in cases) > MOST_IMAGES:
        raise Refusal(422, "this is more than a page can fetch: use `hilum annotate export`")
    place = exchange.scratch(here.workspace.root)
    try:
        out = Path(place.name) / "out"
        out.mkdir()
        info = GuidelineInfo(description, version, contributor)
        done = exchange.export_cases(cases, form, out, info)
        packed = Path(place.name) / "markings.zip"
        exchange.zip_folder(out, packed)
        shutil.rmtree(out)
    except BaseException:
        place.cleanup()
        raise
    detail = {"form": form, "cases": done.cases, "lesions": done.lesions}
    here.audit.record(person.id, "markings_exported", f"annotation/{project}", detail)
    name = f"markings-{project}-{form}.zip"
    return FileResponse(
        packed, media_type="application/zip", filename=name, background=BackgroundTask(place.cleanup)
    )


@router.post("/{project}/import", status_code=201, openapi_extra=largest_body(2_000_000_000))
def import_markings(
    request: Request,
    person: Annotated[Person, Depends(asks(Right.assign_marking))],
    project: Number,
    file: UploadFile,
    source: Annotated[str, Form(min_length=1, max_length=100)],
    result: Annotated[bool, Form(description="As the result of cases that nobody marked.")] = False,
) -> Imported:
    """Take markings of a file in: COCO, DICOM SEG or SR, NIfTI, or a zip of them or of a guideline's tree.

    They are proposals until a person accepts them, or the result of cases that nobody was given yet.
    """
    here = serving(request)
    name = Path(file.filename or "").name[:120] or "file"
    with exchange.scratch(here.workspace.root) as place:
        given = Path(place) / "given" / name
        given.parent.mkdir()
        with given.open("wb") as made:
            shutil.copyfileobj(file.file, made, 1 << 20)
        where = given
        if name.lower().endswith(".zip"):
            where = Path(place) / "unpacked"
            where.mkdir()
            exchange.unpack(given, where)
        with here.reading() as connection:
            code = plan_of(find_project(connection, project)).code
            cases = exchange.every_case(connection, project, here.workspace.archive_folder)
        shapes, notes = exchange.found_in(where, code, cases)
    with here.writing() as connection:
        take = take_results if result else propose
        taken = take(connection, project, source, shapes)
        note_proposals(here, person, project, taken.lesions)
    told = {**vars(taken), "notes": [*notes[:100], *taken.notes]}
    return Imported.model_validate(told)
