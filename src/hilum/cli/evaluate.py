"""`hilum evaluate`: compare readers from tables alone."""

from pathlib import Path
from typing import Annotated

import typer

from hilum.cli.options import WorkspaceOption

Truth = Annotated[
    Path,
    typer.Option(
        "--truth",
        help="case, patient, part, and label, findings, time and event, value, lesions (x, y, ...) or masks.",
    ),
]
Files = Annotated[
    list[Path],
    typer.Option(
        "--readings", help="A table of readings. For several: --readings A --readings B, or --readings A B."
    ),
]
More = Annotated[
    list[Path] | None,
    typer.Argument(metavar="READINGS", help="Further tables; the first goes by --readings."),
]
Task = Annotated[
    str | None, typer.Option("--task", help="The task, where the truth's columns do not tell it.")
]
Positive = Annotated[str | None, typer.Option("--positive", help="The class that counts as positive.")]
Thresholds = Annotated[
    list[str] | None, typer.Option("--threshold", help="A frozen threshold: 0.4 or READER=0.4.")
]
Rules = Annotated[
    list[str] | None,
    typer.Option(
        "--threshold-rule",
        help="How a threshold is chosen on validation: youden, sensitivity=0.95, 'sensitivity of READER'; "
        "for one reader, READER:RULE.",
    ),
]
Horizons = Annotated[
    list[float] | None, typer.Option("--horizon", help="Days at which risk is asked for (survival).")
]
Probabilities = Annotated[
    list[str] | None,
    typer.Option("--probability", help="A reader whose score is a probability between 0 and 1, or *."),
]
Recalibrate = Annotated[
    list[str] | None,
    typer.Option("--recalibrate", help="platt, isotonic or temperature, or READER=platt: on validation."),
]
Prevalences = Annotated[
    list[float] | None, typer.Option("--prevalence", help="Predictive values also at this share of cases.")
]
Margins = Annotated[
    list[str] | None, typer.Option("--margin", help="Non-inferiority margin: 0.05 or MEASURE=0.05.")
]
Subgroups = Annotated[
    list[str] | None, typer.Option("--subgroup", help="A column of the truth to measure by.")
]
Comparator = Annotated[str | None, typer.Option("--comparator", help="The reader that is used today.")]
Further = Annotated[list[str] | None, typer.Option("--further", help="nri or idi, on request only.")]
Hit = Annotated[
    str, typer.Option("--hit", help="When a mark finds a lesion: centre, or iou=0.5 (detection).")
]
Tolerance = Annotated[
    float, typer.Option("--tolerance-mm", help="Within which two outlines agree (segmentation).")
]
Interval = Annotated[str, typer.Option("--interval", help="Of shares: wilson or clopper_pearson.")]
Bootstrap = Annotated[int, typer.Option("--bootstrap", help="Bootstrap samples an interval rests on.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same intervals.")]
Unpaired = Annotated[bool, typer.Option("--unpaired", help="Rows of two readers are not the same cases.")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the evaluation as JSON here.")]
ReportFile = Annotated[
    Path | None, typer.Option("--report", help="Write a report here: HTML, or PDF by the name's ending.")
]


def evaluate(  # every option of the command line is one argument
    truth: Truth,
    readings: Files,
    more: More = None,
    task: Task = None,
    positive: Positive = None,
    threshold: Thresholds = None,
    threshold_rule: Rules = None,
    horizon: Horizons = None,
    probability: Probabilities = None,
    recalibrate: Recalibrate = None,
    prevalence: Prevalences = None,
    margin: Margins = None,
    subgroup: Subgroups = None,
    comparator: Comparator = None,
    further: Further = None,
    hit: Hit = "centre",
    tolerance_mm: Tolerance = 2.0,
    interval: Interval = "wilson",
    bootstrap: Bootstrap = 1000,
    seed: Seed = 0,
    unpaired: Unpaired = False,
    json_file: JsonFile = None,
    report_file: ReportFile = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Compare readers with the truth and with each other, with intervals and paired tests."""
    from hilum.conduct import evaluate_tables as tables
    from hilum.evaluation import EvaluationOptions, text_table

    options = EvaluationOptions(
        thresholds=tables.numbers_by_name(threshold or (), "threshold"),
        threshold_rules=tables.words_by_name(threshold_rule or (), ":"),
        unpaired=unpaired,
        positive=positive,
        task=tables.as_task(task),
        horizons_days=tuple(horizon or ()),
        probabilities=frozenset(probability or ()),
        recalibration=tables.words_by_name(recalibrate or (), "="),
        prevalences=tuple(prevalence or ()),
        margins=tables.numbers_by_name(margin or (), "margin"),
        subgroups=tuple(subgroup or ()),
        comparator=comparator,
        further=frozenset(further or ()),
        hit=hit,
        tolerance_mm=tolerance_mm,
        share_interval=tables.as_interval(interval),
        bootstrap=bootstrap,
        seed=seed,
    )
    tables.refuse_outputs(report_file, json_file)
    done = tables.evaluate_tables(truth, [*readings, *(more or [])], options)
    typer.echo(text_table(done.evaluation))
    if json_file:
        done.evaluation.save(json_file)
    if report_file:
        done.write_report(report_file, title=truth.stem)
        typer.echo(f"report: {report_file}")
