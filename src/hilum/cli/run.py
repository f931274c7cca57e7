"""`hilum run`: a whole study, from study file to report."""

from pathlib import Path
from typing import Annotated

import typer

from hilum.cli.options import WorkspaceOption, workspace_folder


def run(
    study: Annotated[Path, typer.Argument(help="The study file (TOML).")],
    workspace: WorkspaceOption = None,
) -> None:
    """Run a study from its file to its report; run again, it goes on where it was cut off."""
    from hilum.cli.progress_bar import shown_progress
    from hilum.conduct.study_run import run_study

    folder = workspace_folder(workspace, study.resolve().parent)
    with shown_progress() as progress:
        done = run_study(study, folder, progress=progress)
    for line in done.summary():
        typer.echo(line)
    typer.echo(f"run: {done.folder}")
    typer.echo(f"report: {done.report}")
