"""Explain image files, as pictures and maps in a folder."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.errors import ImageError, ModelError
from hilum.explanation import Method, PictureWithMaps, explain_cases
from hilum.explanation.maps_of_model import fits_model
from hilum.files import replaced_when_done, write_atomically
from hilum.image import list_images
from hilum.progress import Progress, silent
from hilum.readers.asked import ask
from hilum.readers.trained import TrainedModel
from hilum.reporting.pictures import overlaid
from hilum.study.words import listed


def explain_images(
    model: TrainedModel,
    given: Sequence[Path],
    methods: Sequence[Method],
    out: Path,
    *,
    what: str | None = None,
    table: pd.DataFrame | None = None,
    progress: Progress = silent,
) -> tuple[list[str], bool]:
    """Write each image with its maps laid over it, the maps themselves, and a list of what is what.

    Files are numbered, as the names of images may name patients: `images.csv` says which number is which.

    Args:
        model: A trained model.
        given: Images, or folders of images.
        methods: How maps are made.
        out: The folder; it is made where it is not there.
        what: A class, a finding or `risk_<days>d`; None is what the task asks for first.
        table: One row an image, for a model that reads columns or several images a case.
        progress: Told after every case.

    Returns:
        Lines that say what was written and what could not be, and whether every image was read.

    Raises:
        ImageError: Not one image can be read.
        ModelError: No method fits the model, or it says nothing of that name.
    """
    fitting = [method for method in methods if fits_model(method, model)]
    if not fitting:
        raise ModelError(
            f"{model.name} can be explained by none of {listed(each.name for each in methods)}: "
            "ask for --method occlusion, which fits every model"
        )
    paths = [path for place in given for path in (list_images(place) if place.is_dir() else [place])]
    asked = ask(paths, table, model.columns, several=model.several)
    out.mkdir(parents=True, exist_ok=True)
    lines = [f"{each.title} fits {each.needs}: left out" for each in methods if each not in fitting]
    lines += [f"{path} was left out: the table has no row for it" for path in asked.without_row]
    whole = not asked.without_row
    rows: list[tuple[object, ...]] = [("number", "image", *(method.name for method in fitting))]
    for done, case in enumerate(asked.cases, start=1):
        beside = table.iloc[[case.row]] if table is not None and model.columns else None
        try:
            seen = explain_cases(model, [[Path(path) for path in case.images]], fitting, what, beside)
        except ImageError as error:
            lines.append(f"{', '.join(case.images)} was not read: {error}")
            whole = False
            continue
        for each in seen:
            number = f"{len(rows):03d}"
            rows.append((number, str(each.path), *write_maps(each, out, number)))
        progress(done, len(asked.cases), f"{model.name} is explained")
    if len(rows) == 1:
        raise ImageError(
            lines[-1] if lines else "no image was named or found: name images or folders of them"
        )
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    write_atomically(out / "images.csv", stream.getvalue())
    done_words = f"{len(rows) - 1} image{'s' if len(rows) > 2 else ''} with maps: {out}"
    return [*lines, *asked.notes, done_words], whole


def write_maps(seen: PictureWithMaps, out: Path, number: str) -> list[str]:
    """Write the picture, each map laid over it, and the maps as numbers.

    Args:
        seen: One image with its maps.
        out: The folder.
        number: With what the names of the files begin.

    Returns:
        The names of the pictures with maps, by method.
    """
    _write_png(np.repeat(seen.picture[:, :, None], 3, axis=2), out / f"{number}.png")
    names = []
    for name, found in seen.maps.items():
        file = f"{number}-{name.replace('+', '-plus')}.png"
        _write_png(overlaid(seen.picture, found), out / file)
        names.append(file)
    with replaced_when_done(out / f"{number}-maps.npz") as temporary, temporary.open("wb") as stream:
        np.savez_compressed(stream, **dict(seen.maps))  # type: ignore[arg-type]
    return names


def _write_png(colour: NDArray[np.float32], path: Path) -> None:
    from PIL import Image

    image = Image.fromarray(np.round(np.clip(colour, 0, 1) * 255).astype(np.uint8))
    with replaced_when_done(path) as temporary:
        image.save(temporary, format="PNG")
