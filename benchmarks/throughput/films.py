"""Images to train on: films in two folders, or arrays as `prepare` leaves them, without any file behind."""

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from hilum.cohorts import Cohort
from hilum.preparation import Picture, Prepared
from hilum.study import Classification

CLASSES = ("normal", "pneumonia")
_PIECE = 512


def make_films(folder: Path, n: int) -> None:
    """Write n JPEGs of 224 to 512 pixels into two folders, half each.

    Args:
        folder: made if it is not there.
        n: how many.
    """
    rng = np.random.default_rng(0)
    for number in range(n):
        side = int(rng.integers(224, 513))
        coarse = rng.integers(0, 255, (16, 16)).astype(np.uint8)
        smooth = Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC)
        film = np.clip(np.asarray(smooth, dtype=np.int16) + rng.normal(0, 6, (side, side)), 0, 255)
        path = folder / _name(number, ".jpeg")
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(film.astype(np.uint8)).save(path, quality=90)


def cohort_of(n: int, folder: Path, ending: str = ".jpeg", validation: float = 0.0) -> Cohort:
    """The cohort of n films, one a patient, half of them with pneumonia.

    Args:
        n: how many.
        folder: under which they lie.
        ending: of the files' names.
        validation: share of the part `validation`; the others are in `train`.
    """
    first = n - round(validation * n)
    rows = [
        (f"c{k}", f"p{k}", "train" if k < first else "validation", _name(k, ending), CLASSES[k % 2])
        for k in range(n)
    ]
    cases = pd.DataFrame(rows, columns=["case", "patient", "part", "image", "label"])
    return Cohort(cases, Classification(), folder, (), CLASSES, CLASSES[1], ())


def drawn_arrays(folder: Path, n: int, size: int) -> Prepared:
    """Arrays of n images as if films had been prepared; they are noise, made piece by piece.

    Args:
        folder: made if it is not there.
        n: how many.
        size: rows and columns.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "images.npy"
    array = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=(n, size, size))
    rng = np.random.default_rng(1)
    for start in range(0, n, _PIECE):
        array[start : start + _PIECE] = rng.integers(0, 256, array[start : start + _PIECE].shape, np.uint8)
    array.flush()
    del array
    images = tuple(_name(number, ".png") for number in range(n))
    return Prepared(
        folder=folder,
        picture=picture_of(size),
        images=images,
        array=np.load(path, mmap_mode="r"),
        readable=np.ones(n, np.bool_),
        problems=(),
        rows={image: row for row, image in enumerate(images)},
    )


def picture_of(size: int) -> Picture:
    """The form that both the films and the drawn arrays have."""
    return Picture(size=size, fit="stretch")


def _name(number: int, ending: str) -> str:
    return f"{CLASSES[number % 2]}/{number:06d}{ending}"
