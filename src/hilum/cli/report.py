"""`hilum report`: make a run's report again, from the numbers that the run kept."""

from pathlib import Path
from typing import Annotated

import typer

from hilum.cli.options import WorkspaceOption

Pdf = Annotated[bool, typer.Option("--pdf/--no-pdf", help="Also write report.pdf.")]


def report(
    run: Annotated[Path, typer.Argument(help="The folder of a run.")],
    pdf: Pdf = True,
    workspace: WorkspaceOption = None,
) -> None:
    """Write report.html and report.pdf of a run again from its evidence."""
    from hilum.conduct.folders_meant import refuse_no_run
    from hilum.reporting import rewrite_report
    from hilum.reporting.pdf import rewrite_pdf

    refuse_no_run(run)
    typer.echo(f"report: {rewrite_report(run)}")
    if pdf:
        typer.echo(f"pdf: {rewrite_pdf(run)}")
