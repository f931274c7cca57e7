"""`hilum phantom`: a simulated hospital for one question, whose true answers are known."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand


class NamesItsWorlds(TyperCommand):
    """The command, whose help ends with the worlds; they are looked up only where the help is read."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write each world with its sentence and its usual number of patients."""
        from hilum.phantom.worlds import WORLDS

        with formatter.section("Worlds, with as many patients as they have without --patients"):
            formatter.write_dl(
                [(w.name, f"{w.sentence.rstrip('.')} ({w.patients:,} patients)") for w in WORLDS]
            )
        super().format_epilog(ctx, formatter)


def phantom(
    world: Annotated[str, typer.Argument(help="The question: one of the worlds below.")],
    folder: Annotated[Path, typer.Argument(help="Where films, table and truth go.")],
    patients: Annotated[
        int | None,
        typer.Option("--patients", min=3, help="How many patients there are; left out, as stands below."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same films.")] = 7,
    longest_side: Annotated[
        int | None,
        typer.Option(
            "--longest-side", min=1, help="Of the largest films, in pixels; not of the two folder worlds."
        ),
    ] = None,
    dicom: Annotated[
        bool, typer.Option("--dicom", help="Of lung-scans: as DICOM of both detectors beside the pictures.")
    ] = False,
) -> None:
    """Write a simulated hospital: films, outcomes, and what perfect readers reach; again, it goes on."""
    from hilum.cli.progress_bar import shown_progress
    from hilum.phantom.worlds import refuse_another_size, world_named, writer_of

    chosen = world_named(world)
    refuse_another_size(chosen, longest_side)
    write = writer_of(chosen, dicom=dicom)
    with shown_progress() as progress:
        written = write(
            folder,
            patients=chosen.patients if patients is None else patients,
            seed=seed,
            longest_side=chosen.longest_side if longest_side is None else longest_side,
            workers=2,
            progress=progress,
        )
    typer.echo(f"{chosen.name}: {chosen.sentence}")
    typer.echo(f"{written.films} films ({written.made} new) in {written.folder}: {', '.join(written.files)}")
    typer.echo(f"next: {written.next}")
