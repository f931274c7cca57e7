"""Maps of a trained reader: the mean over its repeats, images of whole cases and their tables among them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.explanation.maps import Beside, Seeing, fits, maps_of
from hilum.explanation.method import Method
from hilum.explanation.what import what_to_explain
from hilum.models import CaseNetwork, Standard, place, steady
from hilum.readers.trained import OneModel, TrainedModel


@dataclass(frozen=True)
class CaseImages:
    """Prepared images, and which case each belongs to.

    Attributes:
        arrays: (n, size, size), or (n, depth, size, size) volumes.
        case: (n,) the place of the image's case.
        table: a row a case with the columns that the model reads; None where it reads none.
    """

    arrays: NDArray[np.uint8 | np.uint16]
    case: NDArray[np.int64]
    table: pd.DataFrame | None = None


def single_images(arrays: NDArray[np.uint8 | np.uint16]) -> CaseImages:
    """Images that are a case each, without a table.

    Example:
        >>> single_images(np.zeros((2, 4, 4), np.uint8)).case.tolist()
        [0, 1]
    """
    return CaseImages(arrays, np.arange(len(arrays), dtype=np.int64))


def seeing_of(one: OneModel) -> Seeing:
    """One repeat, ready to be asked where it looked."""
    return Seeing(one.network, Standard(one.facts.mean, one.facts.deviation))


def fits_model(method: Method, model: TrainedModel) -> bool:
    """Whether a method can say something of a trained reader."""
    return fits(method, seeing_of(model.models[0]))


def maps_of_model(
    method: Method, model: TrainedModel, images: CaseImages, what: str | None = None
) -> NDArray[np.float32]:
    """Maps of prepared images; over repeats the mean map.

    Args:
        method: how they are made.
        model: a trained reader.
        images: prepared as the model's plan says.
        what: a class, a finding or `risk_<days>d`; None is what the task asks for first.

    Returns:
        (n, size, size) in 0..1; all 0 where the method does not fit the network.

    Raises:
        ModelError: the model says nothing of that name, or the table lacks a column that it reads.
    """
    found = np.zeros((len(images.arrays), *images.arrays.shape[-2:]), np.float32)
    for one in model.models:
        with steady(one.plan.threads) as device:
            place(one.network, device)
            explained = what_to_explain(one.task, what)
            maps = maps_of(method, seeing_of(one), images.arrays, explained, beside_of(one, images))
        found += maps / len(model.models)
    return found


def beside_of(one: OneModel, images: CaseImages) -> Sequence[Beside] | None:
    """What a network that reads whole cases is told beside each image; None for any other network.

    Raises:
        ModelError: the table lacks a column that the network reads.
    """
    if not isinstance(one.network, CaseNetwork):
        return None
    table = None
    if one.encoding.columns and images.table is not None:
        table = one.encoding.encode(images.table)
    found = []
    for number, case in enumerate(images.case):
        others = (images.case == case) & (np.arange(len(images.case)) != number)
        found.append(Beside(images.arrays[others], None if table is None else table[case]))
    return found
