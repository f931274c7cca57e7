"""`hilum annotate`: projects of annotation, their progress and agreement, markings out and in, check 1."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hilum.cli.options import JsonFlag, WorkspaceOption, demanded_workspace

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from hilum.serving.state import Serving

app = typer.Typer(help="Mark lesions as the guideline prescribes: projects, check, agreement, out and in.")


class DataSet(StrEnum):
    """The data sets of the guideline."""

    XRY = "XRY"
    CCT = "CCT"
    PCT = "PCT"


class Form(StrEnum):
    """The forms in which markings are written."""

    guideline = "guideline"
    coco = "coco"
    seg = "seg"
    sr = "sr"
    nifti = "nifti"


Project = Annotated[str, typer.Argument(metavar="PROJECT", help="The project's number or name.")]
Database = Annotated[
    str | None,
    typer.Option("--database", help="The workbench's PostgreSQL database; else the workspace's own."),
]


@app.command("projects", short_help="List the projects, or make one")
def projects(
    make: Annotated[str | None, typer.Option("--make", help="Make a project of this name.")] = None,
    dataset: Annotated[DataSet | None, typer.Option("--dataset", help="Of the new project.")] = None,
    include: Annotated[
        list[str] | None, typer.Option("--include", help="A criterion such as 'view == PA'.")
    ] = None,
    most: Annotated[int | None, typer.Option("--most", min=1, help="So many cases at most.")] = None,
    opinions: Annotated[int, typer.Option("--opinions", help="Blind opinions a case: 2 or 0.")] = 2,
    first_pass: Annotated[bool, typer.Option("--first-pass/--no-first-pass", help="Lines first.")] = True,
    training: Annotated[
        bool, typer.Option("--training/--no-training", help="Annotators need both courses.")
    ] = True,
    database: Database = None,
    workspace: WorkspaceOption = None,
    as_json: JsonFlag = False,
) -> None:
    """List the projects of annotation with their stages, or make one of the archive's images."""
    from sqlalchemy import select

    from hilum.annotation.passes import Plan
    from hilum.errors import HilumError
    from hilum.serving.annotation_projects import project_told
    from hilum.serving.annotation_tables import PROJECTS

    if make is not None and dataset is None:
        raise HilumError("a new project needs --dataset: XRY, CCT or PCT")
    here = _serving(workspace, database)
    if make is not None and dataset is not None:
        plan = Plan(dataset.value, first_pass=first_pass, opinions=opinions, training_needed=training)
        _make(here, make, plan, include or [], most)
    with here.reading() as connection:
        rows = connection.execute(select(PROJECTS).order_by(PROJECTS.c.id)).mappings()
        told = [project_told(connection, row) for row in rows]
    if as_json:
        _print_json(told)
        return
    for one in told:
        stages = ", ".join(f"{count} {stage}" for stage, count in one["stages"].items() if count)
        typer.echo(f"{one['project']}  {one['name']} ({one['dataset']}): {one['cases']} cases; {stages}")
    if not told:
        typer.echo("there is no project yet: make one with --make NAME --dataset CCT")


def _make(here: "Serving", name: str, plan: Any, include: list[str], most: int | None) -> None:
    from hilum.annotation.placing import chosen_images, place_cases
    from hilum.archive import open_archive
    from hilum.cli.progress_bar import shown_progress
    from hilum.serving.annotation_projects import make_project

    archive = open_archive(here.workspace)
    chosen = chosen_images(archive, plan.code, include)
    with shown_progress() as progress:
        cases = place_cases(archive, plan.code, chosen, most, progress)
    with here.writing() as connection, _refused():
        number = make_project(connection, name, plan, cases)
        here.audit.record(None, "annotation_made", f"annotation/{number}", {"cases": len(cases)})


@app.command("export", short_help="Write accepted markings for others")
def export(
    project: Project,
    out: Annotated[Path, typer.Argument(help="The folder to make; nothing may be there.")],
    form: Annotated[
        Form, typer.Option("--form", help="guideline holds images, masks and JSON.")
    ] = Form.guideline,
    description: Annotated[
        str, typer.Option(help="The project's name, for the JSON.")
    ] = "lung cancer images",
    contributor: Annotated[str, typer.Option(help="Who took part, for the JSON.")] = "not said",
    data_version: Annotated[str, typer.Option(help="The data set's version, for the JSON.")] = "1.0",
    database: Database = None,
    workspace: WorkspaceOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Write the accepted markings of a project: as the guideline's tree, COCO, DICOM SEG or SR, or NIfTI."""
    from dataclasses import asdict

    from hilum.archive.export_folder import new_folder
    from hilum.archive.guideline_export import GuidelineInfo
    from hilum.cli.progress_bar import shown_progress
    from hilum.serving.annotation_exchange import accepted_cases, export_cases

    here = _serving(workspace, database)
    with here.reading() as connection:
        number = _project(connection, project)["id"]
        cases = accepted_cases(connection, number, here.workspace.archive_folder)
    info = GuidelineInfo(description, data_version, contributor)
    with new_folder(out) as folder, shown_progress() as progress:
        done = export_cases(cases, form.value, folder, info, progress)
    detail: dict[str, str | int] = {"form": form.value, "cases": done.cases, "lesions": done.lesions}
    here.audit.record(None, "markings_exported", f"annotation/{number}", detail)
    if as_json:
        _print_json(asdict(done))
        return
    for note in done.notes:
        typer.echo(note)
    typer.echo(f"{done.cases} cases with {done.lesions} lesions are in {out} ({done.files} files)")


@app.command("import", short_help="Take markings of others in")
def import_markings(
    project: Project,
    source: Annotated[Path, typer.Argument(help="A file or folder: COCO, SEG, SR, NIfTI, guideline's tree.")],
    name: Annotated[
        str | None, typer.Option("--name", help="Where it comes from; else the file's name.")
    ] = None,
    result: Annotated[
        bool, typer.Option("--result", help="Take it as the result of cases that nobody was given.")
    ] = False,
    database: Database = None,
    workspace: WorkspaceOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Take markings in as proposals that a person accepts or declines, or as results."""
    from hilum.errors import HilumError
    from hilum.serving.annotation_exchange import every_case, found_in
    from hilum.serving.annotation_proposals import propose, take_results
    from hilum.serving.annotation_store import plan_of

    if not source.exists():
        raise HilumError(f"{source} is not there: name a file or a folder")
    here = _serving(workspace, database)
    with here.reading() as connection:
        row = _project(connection, project)
        cases = every_case(connection, row["id"], here.workspace.archive_folder)
    shapes, notes = found_in(source, plan_of(row).code, cases)
    with here.writing() as connection, _refused():
        take = take_results if result else propose
        taken = take(connection, row["id"], (name or source.name)[:100], shapes)
        here.audit.record(None, "lesions_proposed", f"annotation/{row['id']}", {"lesions": taken.lesions})
    if as_json:
        _print_json({**vars(taken), "notes": [*notes, *taken.notes]})
        return
    for note in (*notes, *taken.notes):
        typer.echo(note)
    typer.echo(f"{taken.lesions} lesions in {taken.images} images of {taken.cases} cases were taken in")


@app.command("check", short_help="See whether files, masks and JSON agree")
def check(
    folder: Annotated[Path, typer.Argument(help="The folder that holds lung_cancer.")],
    as_json: JsonFlag = False,
) -> None:
    """Check a tree in the guideline's layout: files, masks and JSON; exit 1 where something is wrong."""
    from hilum.annotation.tree_check import check_tree
    from hilum.cli.progress_bar import shown_progress

    with shown_progress() as progress:
        defects = check_tree(folder, progress)
    if as_json:
        _print_json({"defects": [one.to_dict() for one in defects]})
    else:
        for one in defects:
            typer.echo(f"{one.place}: {one.sentence} [{one.code}]")
        typer.echo(f"{len(defects)} defects" if defects else "files, masks and JSON agree")
    if defects:
        raise typer.Exit(1)


@app.command("agreement", short_help="Tell how far people agree")
def agreement(
    project: Project, database: Database = None, workspace: WorkspaceOption = None, as_json: JsonFlag = False
) -> None:
    """Tell how far two blind opinions agree, finding by finding, and each annotator with them."""
    from hilum.serving.annotation_projects import agreements_told

    here = _serving(workspace, database)
    with here.reading() as connection:
        told = agreements_told(connection, _project(connection, project), set())
    if as_json:
        _print_json(told)
        return
    typer.echo(f"{told['cases']} cases with {told['findings']} findings were seen by two people")
    for name, words in (
        ("share", "agree in place and class"),
        ("kappa_class", "kappa of the class"),
        ("kappa_case", "kappa of malignant, benign, nothing"),
    ):
        typer.echo(f"{words}: {_interval(told[name])}")
    for one in told["by_annotator"]:
        typer.echo(f"{one['name']}: {_interval(one['share'])} in {one['cases']} cases (90 % are needed)")


@app.command("progress", short_help="Tell how far a project is")
def progress_of(
    project: Project, database: Database = None, workspace: WorkspaceOption = None, as_json: JsonFlag = False
) -> None:
    """Tell how far a project is, and what is left for each person today."""
    from hilum.serving.annotation_progress import progress_told, stages_of

    here = _serving(workspace, database)
    with here.reading() as connection:
        row = _project(connection, project)
        stages, people = stages_of(connection, row["id"]), progress_told(connection, row)
    if as_json:
        _print_json({"stages": stages, "people": people})
        return
    for stage, count in stages.items():
        typer.echo(f"{stage}: {count}")
    for one in people:
        words = f"{one['done']} done, {one['open']} open, {one['left_today']} left today"
        typer.echo(f"{one['name']}, {one['stage'] or 'no work yet'}: {words}")


def _serving(workspace: Path | None, database: str | None) -> "Serving":
    """The workbench's database, whether its server runs or not."""
    from hilum.archive import Workspace
    from hilum.serving import tables
    from hilum.serving.audit import AuditLog
    from hilum.serving.configuration import read_configuration
    from hilum.serving.routes import ROUTERS  # with all tables
    from hilum.serving.settings import Settings
    from hilum.serving.state import Serving

    assert ROUTERS
    place = Workspace(demanded_workspace(workspace, Path.cwd()))
    settings = Settings(place, database=database or read_configuration(place).database)
    engine = tables.opened(settings)
    return Serving(settings, engine, AuditLog.open(engine, settings.folder))


def _project(connection: Any, project: str) -> "RowMapping":
    from sqlalchemy import select

    from hilum.errors import HilumError
    from hilum.serving.annotation_tables import PROJECTS

    where = (
        PROJECTS.c.id == int(project)
        if project.isdecimal() and len(project) < 9
        else PROJECTS.c.name == project
    )
    found: RowMapping | None = connection.execute(select(PROJECTS).where(where)).mappings().first()
    if found is None:
        raise HilumError("there is no such project: see `hilum annotate projects`")
    return found


def _refused() -> Any:
    """Say in the command line's way what the workbench refuses."""
    from contextlib import contextmanager

    from hilum.errors import HilumError
    from hilum.serving.failures import Refusal

    @contextmanager
    def told() -> Any:
        try:
            yield
        except Refusal as refusal:
            raise HilumError(refusal.sentence) from None

    return told()


def _interval(estimate: dict[str, float | None]) -> str:
    value, low, high = (estimate[name] for name in ("value", "low", "high"))
    if value is None:
        return "not defined"
    return f"{value:.3f}" if low is None or high is None else f"{value:.3f} ({low:.3f}-{high:.3f})"


def _print_json(told: Any) -> None:
    import json

    typer.echo(json.dumps(told, ensure_ascii=False))
