"""`hilum init`: make a workspace."""

from pathlib import Path
from typing import Annotated

import typer

Name = Annotated[
    str,
    typer.Option(
        "--protocol",
        help="How images are de-identified: research, strict, imaging-device, or a TOML file; "
        "`hilum protocol` says it in words.",
    ),
]

Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        help="URL of an empty PostgreSQL database for the index, without its password; without it, a file.",
        show_default=False,
    ),
]


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make, new or empty.")],
    protocol: Name = "research",
    database: Database = None,
) -> None:
    """Make a workspace: a folder for the archive, the vault, the quarantine and the runs."""
    from hilum.archive import create_workspace
    from hilum.deid.protocol_file import PROTOCOL_FILE, protocol_named, written
    from hilum.files import write_atomically

    options = protocol_named(protocol)
    workspace = create_workspace(folder, database)
    write_atomically(workspace.root / PROTOCOL_FILE, written(options))
    typer.echo(f"workspace {workspace.root}: bring images in with `hilum ingest SOURCE --workspace {folder}`")
