"""Small pictures of the images that a model read, to be looked at beside its readings."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.deid.blanking_boxes import KEPT, TextBox, fillings
from hilum.deid.burned_in import TextSearch
from hilum.explanation import PictureWithMaps, explain_cases, method_named
from hilum.explanation.maps_of_model import fits_model
from hilum.files import replaced_when_done
from hilum.image import resize
from hilum.progress import Progress, silent
from hilum.readers.asked import AskedCase, ask
from hilum.readers.trained import TrainedModel
from hilum.reporting.pictures import overlaid

LONGEST_SIDE = 512
"""Pixels of a picture's longer side, at most."""
_METHOD = "cam"
_ROUNDS = 3
_QUALITY = 88


def write_reading_pictures(
    model: TrainedModel,
    paths: Sequence[Path],
    out: Path,
    *,
    unread: Sequence[str] = (),
    table: pd.DataFrame | None = None,
    maps: bool = False,
    progress: Progress = silent,
) -> list[str]:
    """Write each image that was read as a small JPEG: `0001.jpg` is the first path, `0001-map.jpg` its map.

    Files are numbered, as the names of images may name patients. Writing in a picture is searched for and
    blanked. Pictures that are there already are kept, so that work that was cut off goes on.

    Args:
        model: A trained model.
        paths: The images in the order in which they were given.
        out: The folder; it is made where it is not there.
        unread: Paths that could not be read.
        table: One row an image, for a model that reads columns or several images a case.
        maps: Whether the map of where the model looked is written as well.
        progress: Told after every case.

    Returns:
        What was left out, in sentences.
    """
    methods = [method for method in [method_named(_METHOD)] if maps and fits_model(method, model)]
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    search, bad = TextSearch(), set(unread)
    places = {str(path): out / f"{place:04d}" for place, path in enumerate(paths, start=1)}
    cases = ask(paths, table, model.columns, several=model.several).cases
    for done, case in enumerate(cases, start=1):
        images = [path for path in case.images if path not in bad]
        if not all(_of(places[path], "").is_file() for path in images):
            beside = _beside(model, case, table)
            for seen in explain_cases(model, [[Path(path) for path in images]], methods, None, beside):
                _write(seen, places[str(seen.path)], search)
        progress(done, len(cases), f"{model.name}: pictures")
    if maps and not methods:
        return [f"{model.name} cannot be explained by {_METHOD}: pictures have no map"]
    return []


def without_writing(grey: NDArray[np.uint8], search: TextSearch) -> list[TextBox]:
    """The places of writing in a small grey picture, each of which is blanked in it.

    Args:
        grey: (rows, columns); it is changed.
        search: finds writing.

    Example:
        >>> without_writing(np.zeros((64, 64), np.uint8), TextSearch())
        []
    """
    boxes: list[TextBox] = []
    for _ in range(_ROUNDS):
        new = [box for box in search.find(grey, boxes) if box.certainty != KEPT and box not in boxes]
        if not new:
            break
        boxes += new
    for box, value in fillings(grey, boxes):
        grey[box.place] = value
    return boxes


def _beside(model: TrainedModel, case: AskedCase, table: pd.DataFrame | None) -> pd.DataFrame | None:
    return table.iloc[[case.row]] if table is not None and model.columns else None


def _write(seen: PictureWithMaps, place: Path, search: TextSearch) -> None:
    small = partial(resize, size=_small(seen.picture.shape))
    grey = np.round(255 * np.clip(small(seen.picture), 0, 1)).astype(np.uint8)
    without_writing(grey, search)
    for found in seen.maps.values():
        laid = overlaid((grey / 255).astype(np.float32), np.clip(small(found), 0, 1))
        _write_jpeg(np.round(255 * np.clip(laid, 0, 1)).astype(np.uint8), _of(place, "-map"))
    # Last: a picture says that its map is there as well.
    _write_jpeg(grey, _of(place, ""))


def _of(place: Path, what: str) -> Path:
    return place.with_name(f"{place.name}{what}.jpg")


def _small(shape: tuple[int, ...]) -> tuple[int, int]:
    share = min(1.0, LONGEST_SIDE / max(shape))
    return max(1, round(shape[0] * share)), max(1, round(shape[1] * share))


def _write_jpeg(pixels: NDArray[np.uint8], path: Path) -> None:
    from PIL import Image

    with replaced_when_done(path) as temporary:
        Image.fromarray(pixels).save(temporary, format="JPEG", quality=_QUALITY)
