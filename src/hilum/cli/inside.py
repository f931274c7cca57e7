"""`hilum inside`: see how a trained model comes from one image to its answer."""

from pathlib import Path
from typing import Annotated

import typer

from hilum.cli.options import WorkspaceOption


def inside(
    model: Annotated[
        Path, typer.Argument(help="A model folder of a run: models/READER, or one repeat below it.")
    ],
    image: Annotated[Path, typer.Argument(help="One image.")],
    truth: Annotated[
        str | None,
        typer.Option(
            "--truth", help="What the image shows: a class, a finding (or `no FINDING`), or a number."
        ),
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option("--learning-rate", help="Of the step of learning; left out, the model's own."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="A folder for the page, its pictures and all numbers.")
    ] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Write the page alone here.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write all numbers as JSON here.")] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Show kernels, maps, output layer, loss and one step of learning for one image."""
    from hilum.conduct.folders_meant import refuse_whole_run
    from hilum.conduct.inside import inside_model
    from hilum.reporting.inside import write_inside
    from hilum.reporting.inside_words import about_answer, about_by_hand, about_step

    refuse_whole_run(model)
    if learning_rate is not None and truth is None:
        from hilum.errors import ModelError

        raise ModelError("a step of learning needs to know what the image shows: add --truth")
    seen, looked = inside_model(model, image, truth, learning_rate)
    layers = ", ".join(dict.fromkeys(f"{layer.what} ({layer.name})" for layer in seen.layers))
    typer.echo(f"{looked.architecture}, repeat {looked.repeat}: {layers or 'no layers over the image'}")
    hand = [] if seen.by_hand is None else about_by_hand(seen.by_hand)
    step = [] if seen.step is None else about_step(seen.step)
    for sentence in (*hand, *about_answer(seen.answer), *step, *looked.notes, *seen.notes):
        typer.echo(sentence)
    for path in write_inside(seen, looked, folder=out, page=report, numbers=json_file):
        typer.echo(f"written: {path}")
    if seen.step is None:
        typer.echo("with --truth it shows the loss and one step of learning", err=True)
