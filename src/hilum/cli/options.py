"""Options that several commands share, so that they mean the same everywhere."""

from pathlib import Path
from typing import Annotated

import typer

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        help="The workspace; without it, the nearest parent folder that holds hilum.toml.",
        show_default=False,
    ),
]
JsonFlag = Annotated[bool, typer.Option("--json", help="Print one line of JSON for machines.")]
ClassesOption = Annotated[
    Path | None,
    typer.Option(
        "--classes",
        help="A table with a class for each patient or study: columns patient (study, accession) and class.",
        show_default=False,
    ),
]
CsvOption = Annotated[Path | None, typer.Option("--csv", help="Write a table.", show_default=False)]


def workspace_folder(given: Path | None, start: Path) -> Path | None:
    """The workspace that a command works in: the one given, else the nearest parent of `start`.

    Raises:
        WorkspaceError: The given folder is no workspace.
    """
    from hilum.archive import find_workspace
    from hilum.errors import WorkspaceError

    if given is None:
        found = find_workspace(start)
        return found.root if found else None
    found = find_workspace(given)
    if found is None or found.root.resolve() != given.resolve():
        raise WorkspaceError(f"{given} is no workspace: make one with `hilum init {given}`")
    return found.root


def demanded_workspace(given: Path | None, start: Path) -> Path:
    """As `workspace_folder`, but there must be one."""
    from hilum.errors import WorkspaceError

    folder = workspace_folder(given, start)
    if folder is None:
        raise WorkspaceError(
            "no workspace is here or above: make one with `hilum init FOLDER`, or name one with --workspace"
        )
    return folder
