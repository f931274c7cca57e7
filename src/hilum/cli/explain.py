"""`hilum explain`: where in an image a trained model looked, and whether such maps are to be believed."""

from pathlib import Path
from typing import Annotated

import typer

Place = Annotated[Path, typer.Argument(metavar="RUN|MODEL", help="The folder of a run, or of a model in it.")]
Images = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="IMAGE...", help="Images, or folders of images; of a run also none: its examples."
    ),
]
MethodNames = Annotated[
    list[str] | None,
    typer.Option("--method", help="How maps are made: cam, occlusion and others; may be given again."),
]
Of = Annotated[
    str | None, typer.Option("--of", help="What is explained: a class, a finding, or risk_<days>d.")
]
Out = Annotated[Path | None, typer.Option("--out", help="The folder for pictures and maps.")]
Table = Annotated[
    Path | None,
    typer.Option("--table", help="A table with the columns that the model reads, as for hilum predict."),
]
Check = Annotated[bool, typer.Option("--check", help="Of a run: say whether its maps are to be believed.")]
LesionsTable = Annotated[
    Path | None, typer.Option("--lesions", help="With --check: a table of where the lesions are.")
]


def explain(
    place: Place,
    images: Images = None,
    method: MethodNames = None,
    of: Of = None,
    out: Out = None,
    table: Table = None,
    check: Check = False,
    lesions: LesionsTable = None,
) -> None:
    """Show where a trained model looked, as pictures, or check whether such maps are to be believed."""
    from hilum.cli.progress_bar import shown_progress
    from hilum.conduct.explain_images import explain_images
    from hilum.conduct.explain_run import check_run, open_finished, write_examples
    from hilum.explanation import method_named
    from hilum.readers.trained import TrainedModel
    from hilum.study import read_table

    _refuse_what_does_not_go_together(place, images, of, table, check=check, lesions=lesions)
    names, given = method or [], images or []
    run = None if _is_model(place) else open_finished(place)
    methods = run.methods(names) if run else [method_named(name) for name in names or ["cam"]]
    whole = True
    with shown_progress() as progress:
        if run and check:
            lines = check_run(run, methods, lesions)
        elif run and not given:
            lines = write_examples(run, methods, out or Path("explained"), progress)
        else:
            lines, whole = explain_images(
                run.model if run else TrainedModel.load(place),
                given,
                methods,
                out or Path("explained"),
                what=of,
                table=None if table is None else read_table(table),
                progress=progress,
            )
    typer.echo("\n".join(lines))
    if not whole:
        raise typer.Exit(1)


def _is_model(place: Path) -> bool:
    return (place / "model.json").is_file() or any(place.glob("[0-9]*/model.json"))


def _refuse_what_does_not_go_together(
    place: Path,
    images: list[Path] | None,
    of: str | None,
    table: Path | None,
    *,
    check: bool,
    lesions: Path | None,
) -> None:
    """What would be passed over in silence is refused."""
    from hilum.errors import ModelError

    model = _is_model(place)
    if check and (model or images):
        raise ModelError("--check looks at the test cases of a whole run: name the run, and no images")
    if lesions is not None and not check:
        raise ModelError("--lesions goes with --check: add it")
    if model and not images:
        raise ModelError("no image was named: name images or folders of them after the model")
    if not images and (of is not None or table is not None):
        raise ModelError("--of and --table go with images: name some after the model")
