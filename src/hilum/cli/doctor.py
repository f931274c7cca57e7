"""`hilum doctor`: is this installation well?"""

import importlib.metadata
import os
import platform
import shutil
from pathlib import Path

import typer

from hilum.cli.options import WorkspaceOption

_PARTS = (
    "torch",
    "torchvision",
    "timm",
    "pydicom",
    "python-gdcm",
    "pylibjpeg-openjpeg",
    "pyjpegls",
    "rapidocr",
)


def doctor(workspace: WorkspaceOption = None) -> None:
    """Say what this installation is made of, and what of it is missing."""
    missing = False
    typer.echo(f"hilum {importlib.metadata.version('hilum')}, Python {platform.python_version()}")
    typer.echo(
        f"{os.cpu_count()} processor cores, {shutil.disk_usage(Path.cwd()).free >> 30} GiB free on this disk"
    )
    for part in _PARTS:
        try:
            typer.echo(f"  {part} {importlib.metadata.version(part)}")
        except importlib.metadata.PackageNotFoundError:
            missing = True
            typer.echo(f"  {part} is missing: run `make setup`")
    import torch

    device = (
        torch.cuda.get_device_name(0) if torch.cuda.is_available() else "none; training uses the processor"
    )
    typer.echo(f"graphics card: {device}")
    if missing:
        raise typer.Exit(1)
