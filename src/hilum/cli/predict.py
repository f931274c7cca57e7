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
    from hilum.files import replaced_when_done, write_atomically
    from hilum.image import list_images
    from hilum.readers.trained import TrainedModel

    reader = TrainedModel.load(model)
    with shown_progress() as progress:
        paths = [path for given in images for path in (list_images(given) if given.is_dir() else [given])]
        read = reader.predict_with_problems(paths, progress)
    if json_file:
        write_atomically(json_file, json.dumps(json.loads(read.frame.to_json(orient="records")), indent=1))
    if csv_file:
        with replaced_when_done(csv_file) as temporary:
            read.frame.to_csv(temporary, index=False)
    if not json_file and not csv_file:
        typer.echo(read.frame.to_string(index=False))
    for problem in read.problems:
        typer.echo(f"hilum: {problem.image} was not read: {problem.reason}", err=True)
    if read.problems:
        raise typer.Exit(1)
