"""`hilum export`: give a trained model on to other programs."""

from pathlib import Path
from typing import Annotated

import typer

from hilum.cli.options import WorkspaceOption


def export(
    model: Annotated[Path, typer.Argument(help="A model folder of a run: one repeat, models/READER/1.")],
    onnx: Annotated[Path | None, typer.Option("--onnx", help="Write the network as this ONNX file.")] = None,
    monai: Annotated[Path | None, typer.Option("--monai", help="Make this folder, a MONAI bundle.")] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Give a trained model on to other programs, as ONNX or as a MONAI bundle."""
    from hilum.conduct.export import export_model
    from hilum.conduct.folders_meant import refuse_whole_run
    from hilum.errors import ModelError

    refuse_whole_run(model)
    if onnx is None and monai is None:
        raise ModelError(
            "nothing was asked for: add `--onnx model.onnx` for a file to write, `--monai bundle` for a "
            "folder to make, or both"
        )
    for path in export_model(model, onnx, monai):
        typer.echo(f"written: {path}")
