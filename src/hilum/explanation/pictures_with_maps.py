"""Explain a trained reader's opinion of some images."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hilum.explanation.activation_map import class_activation_maps
from hilum.explanation.geometry import map_in_image
from hilum.image import read_picture
from hilum.models import Standard, place, steady
from hilum.preparation import prepare_picture
from hilum.readers.trained import TrainedModel


def explain(
    model: TrainedModel, paths: Sequence[Path], output: int = 0
) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Pictures and the maps that belong on them; over repeats the mean map.

    Args:
        model: a trained reader.
        paths: image files.
        output: which output is explained; 0 is the positive class of two.

    Returns:
        For each file the picture as a doctor sees it, (rows, columns) in 0..1, and the map of the same shape;
        of a volume the middle slice, and the map of all slices together.

    Raises:
        ImageError: a file cannot be read.
    """
    pictures = [read_picture(path) for path in paths]
    if not pictures:
        return []
    arrays = np.stack([prepare_picture(path, model.plan.picture) for path in paths])
    maps = np.zeros((len(arrays), *arrays.shape[-2:]), np.float32)
    for one in model.models:
        with steady(one.plan.threads) as device:
            place(one.network, device)
            standard = Standard(one.facts.mean, one.facts.deviation)
            maps += class_activation_maps(one.network, arrays, standard, output) / len(model.models)
    return [
        (picture, map_in_image(found, (picture.shape[0], picture.shape[1]), model.plan.picture))
        for picture, found in zip(pictures, maps, strict=True)
    ]
