"""`hilum archive export` and `hilum archive import-guideline`: trees of files for others, and from others."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from hilum.cli.options import JsonFlag, WorkspaceOption, demanded_workspace


class Layout(StrEnum):
    """How folders and files are named."""

    guideline = "guideline"
    plain = "plain"


def export(
    out: Annotated[Path, typer.Argument(help="The folder to make; nothing may be there.")],
    layout: Annotated[
        Layout,
        typer.Option(
            "--layout", help="guideline: data set, class, patient, series; plain: patient, study, series."
        ),
    ] = Layout.guideline,
    classes: Annotated[
        Path | None,
        typer.Option("--classes", help="For guideline: a table with columns patient (or study) and class."),
    ] = None,
    description: Annotated[
        str, typer.Option(help="For guideline: the project's name.")
    ] = "lung cancer images",
    contributor: Annotated[str, typer.Option(help="For guideline: who took part.")] = "not said",
    data_version: Annotated[str, typer.Option(help="For guideline: the data set's version.")] = "1.0",
    workspace: WorkspaceOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Copy the archive to a new folder; the copies are compared with the index on their way."""
    import json

    from hilum.archive import open_archive
    from hilum.cli.progress_bar import shown_progress
    from hilum.errors import HilumError

    archive = open_archive(demanded_workspace(workspace, Path.cwd()))
    if layout is Layout.plain:
        from hilum.archive.plain_export import export_plain

        with shown_progress() as progress:
            count = export_plain(archive, out, progress)
        facts: dict[str, object] = {"images": count, "left_out": {}}
    else:
        from hilum.archive.classes import read_classes
        from hilum.archive.guideline_export import GuidelineInfo, export_guideline

        if classes is None:
            raise HilumError(
                "the guideline's layout has a folder for each class: name a table of classes with --classes"
            )
        given = read_classes(classes, archive.images(), archive)
        info = GuidelineInfo(description, data_version, contributor)
        with shown_progress() as progress:
            made = export_guideline(archive, out, given, info, progress)
        facts = {"images": made.images, "patients": made.patients, "left_out": dict(made.left_out)}
        facts["described"] = made.described
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False))
        return
    typer.echo(f"{facts['images']} images are in {out}")
    left = facts["left_out"]
    assert isinstance(left, dict)
    for reason, count in sorted(left.items()):
        typer.echo(f"{count} images were left out: {reason}")


def import_guideline(
    folder: Annotated[Path, typer.Argument(help="The folder that holds lung_cancer.")],
    classes: Annotated[Path, typer.Option("--classes", help="The table of classes to write.")],
    workspace: WorkspaceOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Bring a tree in the guideline's layout into the archive, and write its classes as a table."""
    import json

    from hilum.archive import open_archive
    from hilum.archive.guideline_import import import_guideline as imported
    from hilum.cli.progress_bar import shown_progress
    from hilum.errors import HilumError
    from hilum.files import write_atomically

    if classes.exists():
        raise HilumError(f"{classes} exists already and is not overwritten: name a new file")
    archive = open_archive(demanded_workspace(workspace, Path.cwd()))
    with shown_progress() as progress:
        report, table, left = imported(archive, folder, progress)
    write_atomically(classes, table.to_csv(index=False, lineterminator="\n"))
    counts = {
        "files": report.files,
        "archived": report.archived,
        "quarantined": report.quarantined,
        "skipped": report.skipped,
        "left_out": len(left),
    }
    if as_json:
        typer.echo(json.dumps(counts))
    else:
        for sentence in left:
            typer.echo(sentence)
        typer.echo(
            f"{report.files} images: {report.archived} archived, {report.quarantined} in quarantine, "
            f"{report.skipped} already there; {len(left)} left out; classes are in {classes}"
        )
