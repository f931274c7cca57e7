"""`hilum evaluate`: compare readers from tables alone."""

from pathlib import Path
from typing import Annotated

import typer

from hilum.cli.options import WorkspaceOption


def evaluate(
    truth: Annotated[
        Path, typer.Option("--truth", help="The truth: case, patient, part and label, or time and event.")
    ],
    readings: Annotated[
        list[Path], typer.Option("--readings", help="Readings; name the option once a file, or give several.")
    ],
    more: Annotated[list[Path] | None, typer.Argument(help="More readings.")] = None,
    task: Annotated[
        str | None, typer.Option("--task", help="classification or survival; guessed from the truth.")
    ] = None,
    positive: Annotated[
        str | None, typer.Option("--positive", help="The class that counts as positive.")
    ] = None,
    threshold: Annotated[
        list[str] | None, typer.Option("--threshold", help="A frozen threshold, as 0.4 or READER=0.4.")
    ] = None,
    unpaired: Annotated[
        bool, typer.Option("--unpaired", help="Rows of two readers are not the same cases.")
    ] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write evaluation.json here.")] = None,
    report_file: Annotated[Path | None, typer.Option("--report", help="Write a report (HTML) here.")] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Compare readers with the truth and with each other, with intervals and paired tests."""
    from hilum.conduct import evaluate_tables

    done = evaluate_tables(
        truth, [*readings, *(more or [])], task, positive, threshold or [], unpaired=unpaired
    )
    typer.echo(done.text())
    if json_file:
        done.evaluation.save(json_file)
    if report_file:
        done.write_report(report_file)
        typer.echo(f"report: {report_file}")
