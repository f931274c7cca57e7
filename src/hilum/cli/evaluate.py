"""`hilum evaluate`: compare readers from tables alone."""

from pathlib import Path
from typing import Annotated

import typer

from hilum.cli.options import WorkspaceOption

Truth = Annotated[Path, typer.Option("--truth", help="case, patient, part, and label, or time and event.")]
Files = Annotated[list[Path], typer.Option("--readings", help="Readings; may be named several times.")]
More = Annotated[list[Path] | None, typer.Argument(metavar="[READINGS]...", help="More readings.")]
Task = Annotated[
    str | None, typer.Option("--task", help="classification or survival; else told by the truth.")
]
Positive = Annotated[str | None, typer.Option("--positive", help="The class that counts as positive.")]
Thresholds = Annotated[
    list[str] | None, typer.Option("--threshold", help="A frozen threshold: 0.4 or READER=0.4.")
]
Horizons = Annotated[
    list[float] | None, typer.Option("--horizon", help="Days at which risk is asked for (survival).")
]
Unpaired = Annotated[bool, typer.Option("--unpaired", help="Rows of two readers are not the same cases.")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the evaluation as JSON here.")]
ReportFile = Annotated[Path | None, typer.Option("--report", help="Write a report (HTML) here.")]


def evaluate(
    truth: Truth,
    readings: Files,
    more: More = None,
    task: Task = None,
    positive: Positive = None,
    threshold: Thresholds = None,
    horizon: Horizons = None,
    unpaired: Unpaired = False,
    json_file: JsonFile = None,
    report_file: ReportFile = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Compare readers with the truth and with each other, with intervals and paired tests."""
    from hilum.conduct.evaluate_tables import as_task, evaluate_tables, read_thresholds
    from hilum.evaluation import EvaluationOptions, text_table

    options = EvaluationOptions(
        thresholds=read_thresholds(threshold or ()),
        unpaired=unpaired,
        positive=positive,
        task=as_task(task),
        horizons_days=tuple(horizon or ()),
    )
    done = evaluate_tables(truth, [*readings, *(more or [])], options)
    typer.echo(text_table(done.evaluation))
    if json_file:
        done.evaluation.save(json_file)
    if report_file:
        done.write_report(report_file, title=truth.stem)
        typer.echo(f"report: {report_file}")
