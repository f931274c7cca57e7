"""`hilum archive release` and `releases`: a data set for a recipient, on terms and on record."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hilum.cli.options import JsonFlag, WorkspaceOption, demanded_workspace

if TYPE_CHECKING:
    import pandas as pd

    from hilum.archive import Archive
    from hilum.archive.release_facts import Fact
    from hilum.archive.release_log import Entry

Text = str | None
File = Path | None


def release(
    out: Annotated[File, typer.Argument(help="The folder to make, new or empty.", show_default=False)] = None,
    recipient: Annotated[Text, typer.Option("--recipient", help="Who gets it.")] = None,
    approval: Annotated[Text, typer.Option("--approval", help="The number of the approval.")] = None,
    committee: Annotated[Text, typer.Option("--committee", help="Who approved it.")] = None,
    expires: Annotated[
        Text, typer.Option("--expires", help="The approval's last day, as 2030-12-31.", metavar="DATE")
    ] = None,
    purpose: Annotated[Text, typer.Option("--purpose", help="What it may be used for.")] = None,
    images: Annotated[File, typer.Option("--images", help="Only these: a table with a column image.")] = None,
    patients: Annotated[
        File, typer.Option("--patients", help="Only all of these: a table with a column patient.")
    ] = None,
    study: Annotated[File, typer.Option("--study", help="Only the images of this run's cohort.")] = None,
    facts: Annotated[
        File, typer.Option("--facts", help="Pathology and follow-up, checked against the class.")
    ] = None,
    accept_violations: Annotated[
        str, typer.Option("--accept-violations", help="Why it leaves although proofs are lacking.")
    ] = "",
    withdraw: Annotated[
        Text, typer.Option("--withdraw", help="Record that this approval (or release number) was withdrawn.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why it is withdrawn.")] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Make a data set for a recipient, only with approval, committee, expiry, recipient and purpose."""
    from hilum.archive.release import Release, make_release
    from hilum.archive.release_terms import terms_of, today
    from hilum.cli.progress_bar import shown_progress
    from hilum.errors import WorkspaceError

    if withdraw is not None:
        _withdrawn(workspace, withdraw, reason, as_json)
        return
    terms = terms_of(
        {
            "recipient": recipient,
            "approval": approval,
            "committee": committee,
            "expires": expires,
            "purpose": purpose,
        },
        today(),
    )
    if out is None:
        raise WorkspaceError("name the folder to make: `hilum archive release OUT ...`")
    archive = _archive(workspace)
    chosen = _chosen(archive, images, patients, study)
    told = None if facts is None else _facts(archive, facts, chosen)
    with shown_progress() as progress:
        entry = make_release(archive, Release(terms, chosen, told, accept_violations), out, progress)
    if as_json:
        counts = {"number": entry.number, "patients": entry.patients, "images": entry.images}
        typer.echo(json.dumps({**counts, "folder": str(out), "manifest_sha256": entry.manifest}))
        return
    typer.echo(
        f"release {entry.number}: {entry.images:,} images of {entry.patients:,} patients in {out}, to be "
        f"deleted after {entry.expires}"
    )


def releases(workspace: WorkspaceOption = None, as_json: JsonFlag = False) -> None:
    """List what was released, to whom and until when; expired and withdrawn ones are marked."""
    from hilum.archive.release import states
    from hilum.archive.release_log import ReleaseLog
    from hilum.archive.release_terms import today

    log, day = ReleaseLog(_archive(workspace)), today()
    fault, found = log.fault(), states(log.entries(), day)
    if as_json:
        rows = [{**vars(one), "state": state, "days_left": one.left_days(day)} for one, state in found]
        told = {"record_whole": fault is None, "fault": fault, "releases": rows}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        for one, state in found:
            typer.echo(f"  {_release_line(one, state, one.left_days(day))}")
        expired = sum(state == "expired" for _, state in found)
        whole = "whole" if fault is None else f"NOT whole: {fault}"
        typer.echo(f"{len(found)} releases, {expired} of them expired; the record is {whole}")
    if fault is not None:
        raise typer.Exit(1)


def _release_line(one: "Entry", state: str, left: int) -> str:
    until = f"valid until {one.expires}, {left} days left"
    if state == "expired":
        until = f"expired on {one.expires}, {-left} days ago: ask {one.recipient} to delete it"
    elif state != "valid":
        until = state
    held = f"{one.images:,} images of {one.patients:,} patients"
    day = one.at[:10]  # noqa: PD008  # a text, no table
    return f"{one.number}  {day}  {one.approval}  {one.recipient}: {held}; {until}"


def _archive(workspace: Path | None) -> "Archive":
    from hilum.archive import find_workspace, open_archive

    found = find_workspace(demanded_workspace(workspace, Path.cwd()))
    assert found is not None
    return open_archive(found)


def _withdrawn(workspace: Path | None, which: str, reason: str, as_json: bool) -> None:
    from hilum.archive.release import withdraw

    found = withdraw(_archive(workspace), which, reason)
    if as_json:
        typer.echo(json.dumps({"withdrawn": [one.number for one in found]}))
        return
    for one in found:
        typer.echo(f"release {one.number} is withdrawn: tell {one.recipient} to delete it")


def _chosen(archive: "Archive", images: File, patients: File, study: File) -> "pd.DataFrame":
    from hilum.archive.release_choice import all_images, chosen_images, chosen_patients
    from hilum.errors import WorkspaceError

    if sum(one is not None for one in (images, patients, study)) > 1:
        raise WorkspaceError("give only one of --images, --patients and --study")
    if images is not None:
        return chosen_images(archive, _column(images, ("image", "images")))
    if patients is not None:
        return chosen_patients(archive, _column(patients, ("patient", "patient_id", "research_patient")))
    return chosen_images(archive, _of_study(archive, study)) if study is not None else all_images(archive)


def _column(file: Path, names: tuple[str, ...]) -> list[str]:
    from hilum.errors import TableError
    from hilum.study import read_table
    from hilum.study.values import texts_of

    table = read_table(file)
    for column in table.columns:
        if str(column).strip().lower() in names:
            return [text for text in texts_of(table[column]) if text]
    raise TableError(f"{file.name} has no column `{names[0]}`")


def _of_study(archive: "Archive", run: Path) -> list[str]:
    from hilum.cohorts import Cohort
    from hilum.errors import CohortError

    place = run if run.is_dir() else archive.workspace.runs_folder / run.name
    cohort = Cohort.load(place / "cohort.parquet")
    if cohort.root.resolve() != archive.folder.resolve():
        raise CohortError(f"the images of {place.name} are not those of this workspace's archive")
    return [image for images in cohort.images_of_cases for image in images]


def _facts(archive: "Archive", file: Path, chosen: "pd.DataFrame") -> list["Fact"]:
    from hilum.archive.release_facts import facts_of
    from hilum.study import read_table

    return facts_of(read_table(file), set(chosen["patient"]), archive.research_patient)
