"""`hilum predict`: a trained model reads new images."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hilum.cli.options import WorkspaceOption

if TYPE_CHECKING:
    import pandas as pd

    from hilum.readers.trained import Predictions, TrainedModel


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
    pictures: Annotated[
        Path | None,
        typer.Option(
            "--pictures",
            help="Write each image that was read into this folder, small, numbered as given, and with "
            "writing in it blanked.",
        ),
    ] = None,
    maps: Annotated[
        bool, typer.Option("--maps", help="With --pictures: also where the model looked.")
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Read images with a trained model; an image that cannot be read is named, the others are read."""
    from hilum.cli.progress_bar import shown_progress
    from hilum.errors import ModelError
    from hilum.image import list_images, list_series, list_volume_files
    from hilum.readers.trained import TrainedModel
    from hilum.study import read_table

    if maps and pictures is None:
        raise ModelError("--maps goes with --pictures: name a folder for both")
    reader = TrainedModel.load(model)
    volumes = reader.plan.picture.depth > 1

    def inside(folder: Path) -> list[Path]:
        return [*list_series(folder), *list_volume_files(folder)] if volumes else list_images(folder)

    with shown_progress() as progress:
        paths = [path for given in images for path in (inside(given) if given.is_dir() else [given])]
        beside = None if table is None else read_table(table)
        read = reader.predict_with_problems(paths, progress, beside)
    _write(read, json_file, csv_file)
    for problem in read.problems:
        typer.echo(f"hilum: {problem.image} was not read: {problem.reason}", err=True)
    if pictures is not None:
        _write_pictures(reader, paths, read, _Pictures(pictures, beside, maps))
    if read.problems:
        raise typer.Exit(1)


@dataclass(frozen=True)
class _Pictures:
    """Where pictures go, what the table says beside them, and whether maps are made."""

    folder: Path
    beside: "pd.DataFrame | None"
    maps: bool


def _write_pictures(
    reader: "TrainedModel", paths: Sequence[Path], read: "Predictions", wanted: _Pictures
) -> None:
    from hilum.cli.progress_bar import shown_progress
    from hilum.conduct.reading_pictures import write_reading_pictures

    unread = [problem.image for problem in read.problems]
    with shown_progress() as progress:
        left_out = write_reading_pictures(
            reader,
            paths,
            wanted.folder,
            unread=unread,
            table=wanted.beside,
            maps=wanted.maps,
            progress=progress,
        )
    for note in left_out:
        typer.echo(f"hilum: {note}", err=True)


def _write(read: "Predictions", json_file: Path | None, csv_file: Path | None) -> None:
    """Write the readings where they were asked for, or print them; then what is said of all of them."""
    from hilum.files import replaced_when_done, write_atomically

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
