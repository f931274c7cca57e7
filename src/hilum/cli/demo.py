"""`hilum demo`: the whole path on the phantom hospital."""

from pathlib import Path
from typing import Annotated

import typer

from hilum.cli.options import WorkspaceOption


def demo(
    folder: Annotated[
        Path, typer.Option("--folder", help="Where the phantom hospital and its study go.")
    ] = Path("demo"),
    patients: Annotated[int, typer.Option("--patients", min=60, help="How many patients have films.")] = 900,
    table_patients: Annotated[
        int,
        typer.Option(
            "--table-patients", min=1000, help="How many patients the check against the known truth has."
        ),
    ] = 10_000,
    films: Annotated[
        bool, typer.Option("--films/--no-films", help="With films, or the tables alone.")
    ] = True,
    workspace: WorkspaceOption = None,
) -> None:
    """Run everything on a simulated hospital whose true answers are known; again, it goes on where it was."""
    from hilum.cli.progress_bar import shown_progress
    from hilum.conduct.demo import run_demo

    with shown_progress() as progress:
        run_demo(folder, patients if films else 0, table_patients, say=typer.echo, progress=progress)
