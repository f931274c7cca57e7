"""`hilum lung-masks`: teach a small network to mark the lungs, and mark them in new films."""

import json
from pathlib import Path
from typing import Annotated

import typer

from hilum.cli.options import JsonFlag

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Teach a small network to mark the lungs in frontal films, for crop to the lungs, and use it.",
)


@app.command("train")
def train(
    folder: Annotated[
        Path,
        typer.Argument(help="A folder with `images` and `masks`; index.csv may say what belongs together."),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The file to write, ending in .safetensors.")
    ] = Path("lungs.safetensors"),
    folds: Annotated[
        int,
        typer.Option(
            min=0, max=20, help="Of the cross-validation that says how good it is; 0 leaves it out."
        ),
    ] = 5,
    steps: Annotated[int, typer.Option(min=1, max=100_000, help="Batches of each training.")] = 900,
    as_json: JsonFlag = False,
) -> None:
    """Train on films and their masks, say how well unseen films are marked, and write the model."""
    from hilum.cli.progress_bar import shown_progress
    from hilum.conduct.lung_masks import train_from
    from hilum.errors import ModelError
    from hilum.training.lung_masks import LungMaskOptions

    if folds == 1:
        raise ModelError("one fold holds out everything: write 2 or more, or 0 for no check")
    if output.suffix != ".safetensors":
        raise ModelError(f"the model is a .safetensors file: write -o {output.with_suffix('.safetensors')}")
    with shown_progress() as progress:
        told = train_from(folder, output, folds, LungMaskOptions(steps=steps), progress)
    if as_json:
        typer.echo(json.dumps(told))
        return
    if "dice" in told:
        typer.echo(
            f"unseen films, {told['folds']}-fold: mean Dice {told['dice']:.3f}, lowest {told['lowest']:.3f}; "
            f"the mean mask alone reaches {told['mean_mask']:.3f}"
        )
    typer.echo(f"learnt from {told['films']} films; written: {told['model']}")
    typer.echo(f'in a study file: [preparation] crop = "lungs", lung_mask = "{told["model"]}"')


@app.command("mark")
def mark(
    model: Annotated[Path, typer.Argument(help="The file that `hilum lung-masks train` wrote.")],
    images: Annotated[list[Path], typer.Argument(help="Films, or folders of them.")],
    out: Annotated[Path, typer.Option("--out", help="The folder for the masks.")] = Path("masks"),
) -> None:
    """Write the masks of new films as PNG, white where the lungs are."""
    from hilum.cli.progress_bar import shown_progress
    from hilum.conduct.lung_masks import mark_films

    with shown_progress() as progress:
        written, refused = mark_films(model, images, out, progress)
    for sentence in refused:
        typer.echo(sentence, err=True)
    typer.echo(f"{len(written)} masks written: {out}")
    if refused:
        raise typer.Exit(1)
