"""`hilum predict`: a trained model reads new images."""

import json
from pathlib import Path
from typing import Annotated

import typer

from hilum.cli.options import WorkspaceOption


def predict(
    model: Annotated[
        Path, typer.Argument(help="A model folder of a run: models/READER, or one repeat below it.")
    ],
    images: Annotated[list[Path], typer.Argument(help="Images, or folders of images.")],
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the readings as JSON here.")] = None,
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Write the readings as CSV here.")] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Read images with a trained model; an image that cannot be read is named, the others are read."""
    from hilum.cli.progress_bar import shown_progress
    from hilum.conduct import predict_images

    with shown_progress() as progress:
        readings, problems = predict_images(model, images, progress=progress)
    for problem in problems:
        typer.echo(f"  not read: {problem}", err=True)
    if json_file:
        from hilum.conduct import write_atomically

        write_atomically(json_file, json.dumps(json.loads(readings.to_json(orient="records")), indent=1))
    if csv_file:
        readings.to_csv(csv_file, index=False)
    if not json_file and not csv_file:
        typer.echo(readings.to_string(index=False))
    if problems:
        raise typer.Exit(1)
