"""Prepared images: one memory-mapped array, and an index that says which row is which image."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hilum.errors import ModelError
from hilum.preparation.plan import Picture

IMAGES = "images.npy"
STATE = "state.npy"
INDEX = "index.json"
PLACED = "placed.npy"
TABLE = "placed.csv"
# How an image was centred; the place in this list is what is kept.
WAYS = ("none", "lungs", "mutual information", "random")
# By what the lungs were found to which an image was cut.
CROPS = ("", "mask", "threshold", "whole")
# Stands for the degrees of an image that is like no training image in any position.
STRANGE = -1
WAITING, DONE, UNREADABLE = 0, 1, 2


@dataclass(frozen=True)
class Problem:
    """An image that could not be read, and why."""

    image: str
    reason: str


@dataclass(frozen=True)
class Prepared:
    """Images in the form of a plan.

    Attributes:
        folder: where the files are.
        picture: the form.
        images: names relative to the cohort's root, one for each row.
        array: (images, size, size); (images, channels, size, size) with several windows, (images, depth,
            size, size) of volumes; whole numbers, memory-mapped and read-only.
        readable: (images,) False where the file could not be read.
        problems: the unreadable ones with the reason.
        rows: row of each image.
        placed: (images, 4) how each was centred (its place in `WAYS`), by how many rows and columns it was
            moved for that, and by how many degrees it seems to be turned (-1: it is like no training image);
            (images, 5) with how it was cut to the lungs (its place in `CROPS`), where it is. None where the
            plan does none of this.
    """

    folder: Path
    picture: Picture
    images: tuple[str, ...]
    array: NDArray[np.uint8 | np.uint16]
    readable: NDArray[np.bool_]
    problems: tuple[Problem, ...]
    rows: dict[str, int]
    placed: NDArray[np.int16] | None = None

    def ways(self) -> dict[str, int]:
        """How many readable images were centred in each way; empty where the plan centres nothing."""
        if self.placed is None or self.picture.steps.centre == "none":
            return {}
        counts = np.bincount(self.placed[self.readable, 0], minlength=len(WAYS))
        return {way: int(count) for way, count in zip(WAYS, counts, strict=True) if count}

    def cropped(self) -> dict[str, int]:
        """How many readable images were cut to the lungs by what; empty where the plan does not do that."""
        if self.placed is None or self.picture.steps.crop != "lungs":
            return {}
        counts = np.bincount(self.placed[self.readable, 4], minlength=len(CROPS))
        return {how: int(count) for how, count in zip(CROPS, counts, strict=True) if count}

    def turned(self) -> dict[str, int]:
        """The readable images that seem to lie on their side or upside down, with the degrees."""
        if self.placed is None:
            return {}
        found = np.flatnonzero((self.placed[:, 3] > 0) & self.readable)
        return {self.images[row]: int(self.placed[row, 3]) for row in found}

    def strange(self) -> list[str]:
        """The readable images that are like no training image; empty where nobody looked for them."""
        if self.placed is None or not self.picture.steps.view:
            return []
        found = np.flatnonzero((self.placed[:, 3] == STRANGE) & self.readable)
        return [self.images[row] for row in found]

    def rows_of(self, images: Sequence[str]) -> NDArray[np.int64]:
        """Row of each image; -1 where it is unknown or was not readable.

        Args:
            images: names as in the cohort's column `image`.

        Returns:
            (n,) row numbers.
        """
        found = np.array([self.rows.get(str(image), -1) for image in images], dtype=np.int64)
        known = found >= 0
        found[known] = np.where(self.readable[found[known]], found[known], -1)
        return found


def facts_of(picture: Picture) -> int:
    """How many facts are kept of how each image was placed; 0 where nothing is.

    Example:
        >>> facts_of(Picture())
        0
    """
    if not picture.steps.placed:
        return 0
    return 5 if picture.steps.crop == "lungs" else 4


def open_prepared(folder: Path) -> Prepared:
    """Open what `prepare` left.

    Args:
        folder: the folder given to `prepare`.

    Returns:
        The prepared images.

    Raises:
        ModelError: the folder holds no complete prepared images.
    """
    try:
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        picture = Picture.model_validate(index["picture"])
        images = tuple(str(name) for name in index["images"])
        problems = tuple(Problem(str(p["image"]), str(p["reason"])) for p in index["problems"])
        array = np.load(folder / IMAGES, mmap_mode="r", allow_pickle=False)
        state = np.load(folder / STATE, allow_pickle=False)
        placed = np.load(folder / PLACED, allow_pickle=False) if picture.steps.placed else None
    except (OSError, ValueError, KeyError, TypeError):
        raise ModelError(
            f"the prepared images in {folder.name} are not complete: run the study again"
        ) from None
    if array.shape != (len(images), *picture.shape) or not index.get("complete"):
        raise ModelError(f"the prepared images in {folder.name} are not complete: run the study again")
    rows = {image: row for row, image in enumerate(images)}
    return Prepared(folder, picture, images, array, state == DONE, problems, rows, placed)
