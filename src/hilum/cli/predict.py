"""`hilum predict`: a trained model reads new images."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hilum.cli.options import WorkspaceOption

if TYPE_CHECKING:
    import pandas as pd


def predict(
    model: Annotated[
        Path, typer.Argument(help="A model folder of a run: models/READER, or one repeat below it.")
    ],
    images: Annotated[list[Path], typer.Argument(help="Images, or folders of images.")],
    table: Annotated[
        Path | None,
        typer.Option(
            "--table",
            help="CSV, Excel or Parquet, one row an image: image, the columns that the model reads, "
            "and case where several images belong together.",
        ),
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the readings as JSON here.")] = None,
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Write the readings as CSV here.")] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Read images with a trained model; an image that cannot be read is named, the others are read."""
    from hilum.cli.progress_bar import shown_progress
    from hilum.files import replaced_when_done, write_atomically
    from hilum.image import list_images, list_series, list_volume_files
    from hilum.readers.trained import TrainedModel
    from hilum.study import read_table

    reader = TrainedModel.load(model)
    volumes = reader.plan.picture.depth > 1

    def inside(folder: Path) -> list[Path]:
        return [*list_series(folder), *list_volume_files(folder)] if volumes else list_images(folder)

    with shown_progress() as progress:
        paths = [path for given in images for path in (inside(given) if given.is_dir() else [given])]
        read = reader.predict_with_problems(paths, progress, None if table is None else read_table(table))
    said = [_said(paths, read.notices) for paths in _paths_of(read.frame)]
    if json_file:
        records = json.loads(read.frame.to_json(orient="records"))
        told = [
            record | ({"notices": of_it} if of_it else {})
            for record, of_it in zip(records, said, strict=True)
        ]
        write_atomically(json_file, json.dumps(told, indent=1, ensure_ascii=False))
    cells = _in_cells(read.frame)
    cells = cells.assign(notices=["; ".join(of_it) for of_it in said]) if any(said) else cells
    if csv_file:
        with replaced_when_done(csv_file) as temporary:
            cells.to_csv(temporary, index=False)
    if not json_file and not csv_file:
        typer.echo(cells.to_string(index=False))
    for note in (*read.notes, *read.together):
        typer.echo(f"hilum: {note}", err=True)
    for problem in read.problems:
        typer.echo(f"hilum: {problem.image} was not read: {problem.reason}", err=True)
    if read.problems:
        raise typer.Exit(1)


def _in_cells(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The paths of a case's images in one cell, with semicolons between them."""
    return frame.assign(images=frame["images"].map(";".join)) if "images" in frame.columns else frame


def _paths_of(frame: "pd.DataFrame") -> list[list[str]]:
    """The images of each case."""
    return frame["images"].tolist() if "images" in frame.columns else [[path] for path in frame["image"]]


def _said(paths: list[str], notices: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What is unusual about a case's images; where there are several, with the image that it is said of."""
    if len(paths) == 1:
        return list(notices.get(paths[0], ()))
    return [f"{path}: {notice}" for path in paths for notice in notices.get(path, ())]
