"""`hilum phantom`: a simulated hospital for one question, whose true answers are known."""

from pathlib import Path
from typing import Annotated

import typer


def phantom(
    world: Annotated[str, typer.Argument(help="The question, such as mortality; any other word lists them.")],
    folder: Annotated[Path, typer.Argument(help="Where films, table and truth go.")],
    patients: Annotated[
        int | None, typer.Option("--patients", min=3, help="How many patients there are.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same films.")] = 7,
    longest_side: Annotated[
        int | None, typer.Option("--longest-side", min=1, help="Of the largest films, in pixels.")
    ] = None,
) -> None:
    """Write a simulated hospital: films, outcomes, and what perfect readers reach; again, it goes on."""
    from hilum.cli.progress_bar import shown_progress
    from hilum.phantom.worlds import world_named

    chosen = world_named(world)
    with shown_progress() as progress:
        written = chosen.write(
            folder,
            patients=chosen.patients if patients is None else patients,
            seed=seed,
            longest_side=chosen.longest_side if longest_side is None else longest_side,
            workers=2,
            progress=progress,
        )
    typer.echo(f"{chosen.name}: {chosen.sentence}")
    typer.echo(f"{written.films} films ({written.made} new) in {written.folder}: {', '.join(written.files)}")
    typer.echo(f"next: hilum {written.next}")
