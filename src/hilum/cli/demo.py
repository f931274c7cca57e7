"""`hilum demo`: the whole path on the phantom hospital."""

import os
import shlex
import shutil
import sys
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
    """Run everything on a simulated hospital whose true answers are known; again, it goes on where it was.

    With OPEN=1 on a terminal the browser then opens on the finished study.
    """
    from hilum.cli.progress_bar import shown_progress
    from hilum.conduct.demo import STUDY, run_demo

    with shown_progress() as progress:
        made = run_demo(folder, patients if films else 0, table_patients, say=typer.echo, progress=progress)
    if made.workspace is not None:
        _show(["serve", "--workspace", str(made.workspace), "--study", STUDY, "--open"], STUDY)


def _show(serve: list[str], study: str) -> None:
    """Say how the workbench shows the study; with OPEN=1 at a terminal, become that workbench."""
    from hilum.serving.settings import PORT

    typer.echo(f"workbench: {shlex.join([_program(), *serve])}")
    typer.echo(f"then: http://127.0.0.1:{PORT}/studies/{study}")
    if os.environ.get("OPEN") == "1" and sys.stdin.isatty() and sys.stdout.isatty():
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, "-P", "-m", "hilum.cli", *serve])  # noqa: S606  # of our own words


def _program() -> str:
    """How a person starts hilum from here: after `make`, it lies in the environment beside the source."""
    beside, here = Path(sys.executable).parent / "hilum", Path.cwd()
    if shutil.which("hilum") or not beside.exists():
        return "hilum"
    return str(beside.relative_to(here) if beside.is_relative_to(here) else beside)
