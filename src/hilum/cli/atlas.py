"""`hilum atlas`: average the maps of a run, or any maps of two groups, and test them pixel by pixel."""

import json
from pathlib import Path
from typing import Annotated

import typer

from hilum.cli.options import JsonFlag, WorkspaceOption

Source = Annotated[
    Path,
    typer.Argument(
        metavar="RUN|MAPS",
        help="The folder of a run, or an NPZ file with `maps`, one a patient, and `group`, 1 or 0 of each.",
    ),
]
Method = Annotated[str, typer.Option(help="How maps are made, as in a study file; of a run.")]
Part = Annotated[
    str | None, typer.Option(help="Whose maps: a part's name, or all; left out, the test part. Of a run.")
]
Permutations = Annotated[int, typer.Option(min=20, max=100_000, help="How many groupings are drawn.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same p-values.")]
Shuffles = Annotated[
    int,
    typer.Option(
        min=0, max=10_000, help="Also shuffle the groups so often and say what chance shows; of an NPZ file."
    ),
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="The folder for the files; left out, beside the source.")
]


def atlas(
    source: Source,
    method: Method = "cam",
    part: Part = None,
    permutations: Permutations = 1000,
    seed: Seed = 0,
    shuffles: Shuffles = 0,
    output: Output = None,
    as_json: JsonFlag = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Write mean maps of two groups, their difference and its tests, as NPZ, NIfTI and figures."""
    from hilum.conduct.atlas_asked import atlas_of_file, atlas_of_folder
    from hilum.explanation.atlas import AtlasOptions

    options = AtlasOptions(permutations, seed)
    if source.is_file():
        told = atlas_of_file(source, output, options, shuffles)
    else:
        told = atlas_of_folder(source, output, method, part, options)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    for line in told["lines"]:
        typer.echo(line)
    typer.echo(f"atlas: {told['folder']}")
