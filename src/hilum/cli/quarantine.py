"""`hilum quarantine`: see and settle what could not be cleaned or read."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hilum.cli.options import JsonFlag, WorkspaceOption, demanded_workspace

if TYPE_CHECKING:
    from hilum.archive import Archive

app = typer.Typer(
    name="quarantine",
    rich_markup_mode=None,
    no_args_is_help=True,
    help="See and settle what could not be cleaned or read.",
)
EntryArgument = Annotated[
    str, typer.Argument(help="The entry's number, as `hilum quarantine list` shows it.")
]


def _archive(workspace: Path | None) -> "Archive":
    from hilum.archive import find_workspace, open_archive

    found = find_workspace(demanded_workspace(workspace, Path.cwd()))
    assert found is not None
    return open_archive(found)


@app.command("list")
def list_entries(workspace: WorkspaceOption = None, as_json: JsonFlag = False) -> None:
    """List what is in quarantine, each with its reason."""
    entries = _archive(workspace).quarantine()
    if as_json:
        typer.echo(
            json.dumps(
                [{"id": e.id, "file": e.file, "reason": e.reason, "status": e.status} for e in entries],
                ensure_ascii=False,
            )
        )
        return
    for entry in entries:
        typer.echo(f"  {entry.id}  {entry.status:<9} {entry.reason:<32} {entry.file}")
    typer.echo(f"{len(entries)} files in quarantine")


@app.command("release")
def release(entry: EntryArgument, workspace: WorkspaceOption = None) -> None:
    """Say that a person looked and found no writing in the picture; it is cleaned and archived."""
    typer.echo(_archive(workspace).release(entry))


@app.command("reject")
def reject(entry: EntryArgument, workspace: WorkspaceOption = None) -> None:
    """Say that a file shall never enter the archive; its bytes are deleted, the record stays."""
    typer.echo(_archive(workspace).reject(entry))
