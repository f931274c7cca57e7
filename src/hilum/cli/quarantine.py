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
                [
                    {
                        "id": e.id,
                        "file": e.file,
                        "reason": e.reason,
                        "status": e.status,
                        "boxes": len(e.boxes),
                    }
                    for e in entries
                ],
                ensure_ascii=False,
            )
        )
        return
    for entry in entries:
        boxes = f"{len(entry.boxes)} boxes" if entry.boxes else ""
        typer.echo(f"  {entry.id}  {entry.status:<9} {entry.reason:<32} {boxes:<10} {entry.file}")
    typer.echo(f"{len(entries)} files in quarantine")


@app.command("show")
def show(entry: EntryArgument, workspace: WorkspaceOption = None) -> None:
    """Show one entry: its reason, where there may be writing, and its two pictures."""
    from hilum.errors import WorkspaceError

    archive = _archive(workspace)
    found = next((one for one in archive.quarantine() if one.id == entry), None)
    if found is None:
        raise WorkspaceError(f"there is no entry {entry} in quarantine: see `hilum quarantine list`")
    typer.echo(f"{found.id}  {found.status}  {found.reason}: {found.detail}")
    for number, box in enumerate(found.boxes, 1):
        typer.echo(f"  box {number}: {','.join(map(str, box))}")
    for name, path in archive.pictures(entry).items():
        typer.echo(f"  {name.partition('.')[0]}: {path}")


@app.command("release")
def release(
    entry: EntryArgument,
    blank: Annotated[bool, typer.Option("--blank", help="Blank the boxes that were proposed.")] = False,
    box: Annotated[
        list[str] | None,
        typer.Option(help="Blank this box, X,Y,WIDTH,HEIGHT in pixels; may be given several times."),
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Archive a file on the word of a person who looked; without --blank and --box, as it is."""
    archive = _archive(workspace)
    boxes = [_numbers(one) for one in box or ()]
    if blank:
        boxes += [list(one) for one in _proposed(archive, entry)]
    typer.echo(archive.release(entry, boxes or ("proposed" if blank else None)))


def _proposed(archive: "Archive", entry: str) -> tuple[tuple[int, int, int, int], ...]:
    return next((one.boxes for one in archive.quarantine() if one.id == entry), ())


def _numbers(box: str) -> list[int]:
    try:
        return [int(part) for part in box.split(",")]
    except ValueError:
        raise typer.BadParameter(
            f"`{box}` is no box: X,Y,WIDTH,HEIGHT in pixels, such as 10,20,300,40"
        ) from None


@app.command("reject")
def reject(entry: EntryArgument, workspace: WorkspaceOption = None) -> None:
    """Say that a file shall never enter the archive; its bytes are deleted, the record stays."""
    typer.echo(_archive(workspace).reject(entry))
