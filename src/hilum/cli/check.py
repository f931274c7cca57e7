"""`hilum check`: is this cohort fit to answer the question?"""

import json
from pathlib import Path
from typing import Annotated

import typer

from hilum.cli.options import JsonFlag, WorkspaceOption, workspace_folder


def check(
    study: Annotated[Path, typer.Argument(help="The study file (TOML).")],
    workspace: WorkspaceOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Look for leakage, copies, contradicting labels, missing values, imbalance and too few events."""
    from hilum.cli.progress_bar import shown_progress
    from hilum.conduct.cohort_stage import check_study

    folder = workspace_folder(workspace, study.resolve().parent)
    with shown_progress() as progress:
        cohort, findings = check_study(study, folder, progress=progress)
    if as_json:
        typer.echo(json.dumps(findings.to_json(), ensure_ascii=False))
    else:
        for step in cohort.flow:
            typer.echo(f"  {step.remaining_cases:>7,} cases   {step.rule} ({step.excluded:,} excluded)")
        for finding in findings.items:
            typer.echo(f"  {finding.level:<8} {finding.text}")
        if not findings.items:
            typer.echo("  nothing was found that speaks against this cohort")
    if findings.serious:
        raise typer.Exit(1)
