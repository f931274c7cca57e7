"""`hilum report`: make a run's report again, from the numbers that the run kept."""

from pathlib import Path
from typing import Annotated

import typer

from hilum.cli.options import WorkspaceOption


def report(
    run: Annotated[Path, typer.Argument(help="The folder of a run.")], workspace: WorkspaceOption = None
) -> None:
    """Write report.html of a run again from its evidence."""
    from hilum.reporting import rewrite_report

    typer.echo(f"report: {rewrite_report(run)}")
