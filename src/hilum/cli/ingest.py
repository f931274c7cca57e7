"""`hilum ingest`: bring images into the archive."""

import json
from pathlib import Path
from typing import Annotated

import typer

from hilum.cli.options import JsonFlag, WorkspaceOption, demanded_workspace


def ingest(
    sources: Annotated[list[Path], typer.Argument(help="Files, folders or zip files with DICOM images.")],
    workspace: WorkspaceOption = None,
    as_json: JsonFlag = False,
) -> None:
    """De-identify and archive images; what cannot be cleaned or read goes to quarantine with its reason."""
    from hilum.archive import find_workspace, open_archive
    from hilum.cli.progress_bar import shown_progress

    found = find_workspace(demanded_workspace(workspace, Path.cwd()))
    assert found is not None
    archive = open_archive(found)
    with shown_progress() as progress:
        report = archive.ingest(sources, progress=progress)
    counts = {
        "files": report.files,
        "archived": report.archived,
        "quarantined": report.quarantined,
        "skipped": report.skipped,
    }
    if as_json:
        typer.echo(json.dumps(counts))
        return
    typer.echo(
        f"{report.files} files: {report.archived} archived, {report.quarantined} in quarantine, "
        f"{report.skipped} already there"
    )
    if report.quarantined:
        typer.echo("see what is in quarantine, and why, with `hilum quarantine list`")
