"""`hilum init`: make a workspace."""

from pathlib import Path
from typing import Annotated

import typer


def init(folder: Annotated[Path, typer.Argument(help="The folder to make, new or empty.")]) -> None:
    """Make a workspace: a folder for the archive, the vault, the quarantine and the runs."""
    from hilum.archive import create_workspace

    workspace = create_workspace(folder)
    typer.echo(f"workspace {workspace.root}: bring images in with `hilum ingest SOURCE --workspace {folder}`")
