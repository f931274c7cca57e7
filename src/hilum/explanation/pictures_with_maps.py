"""Explain a trained reader's opinion of image files: pictures, and the maps that belong on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.explanation.activation_map import CAM
from hilum.explanation.geometry import map_in_image
from hilum.explanation.maps_of_model import CaseImages, fits_model, maps_of_model
from hilum.explanation.method import Method
from hilum.preparation.picture import prepare_placed
from hilum.preparation.planes import shown_picture
from hilum.readers.trained import TrainedModel


@dataclass(frozen=True)
class PictureWithMaps:
    """One image and where a model looked in it.

    Attributes:
        path: its file.
        picture: (rows, columns) as a doctor sees it, 0..1; of a volume the middle slice.
        maps: by method, (rows, columns) in 0..1; of a volume all slices together.
    """

    path: Path
    picture: NDArray[np.float32]
    maps: Mapping[str, NDArray[np.float32]]


def explain(
    model: TrainedModel, paths: Sequence[Path], what: str | None = None, method: Method = CAM
) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Pictures and the maps that belong on them; over repeats the mean map.

    Args:
        model: a trained reader.
        paths: image files, a case each.
        what: a class, a finding or `risk_<days>d`; None is what the task asks for first.
        method: how the maps are made.

    Returns:
        For each file the picture as a doctor sees it, (rows, columns) in 0..1, and the map of the same shape;
        of a volume the middle slice, and the map of all slices together.

    Raises:
        ImageError: a file cannot be read.
        ModelError: the model says nothing of that name.
    """
    found = explain_cases(model, [[path] for path in paths], (method,), what)
    blank = [np.zeros_like(each.picture) for each in found]
    return [(each.picture, each.maps.get(method.name, none)) for each, none in zip(found, blank, strict=True)]


def explain_cases(
    model: TrainedModel,
    cases: Sequence[Sequence[Path]],
    methods: Sequence[Method],
    what: str | None = None,
    table: pd.DataFrame | None = None,
) -> list[PictureWithMaps]:
    """Pictures and maps of all images of some cases, by several methods.

    Args:
        model: a trained reader.
        cases: the image files of each case; a model that reads several at once is asked with all of them.
        methods: how the maps are made; those that do not fit the network are left out.
        what: a class, a finding or `risk_<days>d`; None is what the task asks for first.
        table: a row a case with the columns that the model reads; None = as an average case.

    Returns:
        One a file, in order.

    Raises:
        ImageError: a file cannot be read.
        ModelError: the model says nothing of that name, or the table lacks a column that it reads.
    """
    paths = [path for images in cases for path in images]
    if not paths:
        return []
    options = model.plan.picture
    prepared = [prepare_placed(path, options) for path in paths]
    owner = np.repeat(np.arange(len(cases), dtype=np.int64), [len(images) for images in cases])
    images = CaseImages(np.stack([array for array, _ in prepared]), owner, table)
    maps = {
        method.name: maps_of_model(method, model, images, what)
        for method in methods
        if fits_model(method, model)
    }
    found = []
    for number, path in enumerate(paths):
        picture = shown_picture(path, options)
        shape = (picture.shape[0], picture.shape[1])
        own = {
            name: map_in_image(each[number], shape, options, prepared[number][1])
            for name, each in maps.items()
        }
        found.append(PictureWithMaps(path, picture, own))
    return found
