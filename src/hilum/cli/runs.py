"""`hilum runs`: which runs there are, what they reached, and in what they differ."""

import json
from pathlib import Path
from typing import Annotated

import typer

from hilum.cli.options import JsonFlag, WorkspaceOption, workspace_folder

Named = Annotated[
    list[str] | None,
    typer.Argument(metavar="RUN", help="Runs by name or folder; two or more are set side by side."),
]
StudyName = Annotated[
    str | None, typer.Option("--study", help="Only runs of this study: its name, or words of its title.")
]
Folder = Annotated[
    Path | None, typer.Option("--mlflow", help="Write the runs into this folder in the form MLflow reads.")
]


def runs(
    named: Named = None,
    study: StudyName = None,
    as_json: JsonFlag = False,
    mlflow: Folder = None,
    workspace: WorkspaceOption = None,
) -> None:
    """List the runs of a workspace with what their readers reached, or set some of them side by side."""
    from hilum.conduct.runs_told import chosen_runs, export_runs, told_as_json, told_in_lines

    chosen = chosen_runs(named or [], study, workspace_folder(workspace, Path.cwd()), Path.cwd())
    if as_json:
        typer.echo(json.dumps(told_as_json(chosen), ensure_ascii=False))
    elif mlflow is None:
        for line in told_in_lines(chosen):
            typer.echo(line)
    for problem in chosen.problems:
        typer.echo(f"hilum: {problem}", err=True)
    if mlflow is not None:
        for line in export_runs(chosen, mlflow):
            typer.echo(line, err=as_json)
