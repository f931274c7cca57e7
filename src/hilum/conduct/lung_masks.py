"""From a folder of films and masks to a model that marks the lungs, and from that to masks of new films."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.errors import ImageError, ModelError
from hilum.files import replaced_when_done
from hilum.image import list_images, read_display, resize
from hilum.preparation.lung_mask import LungMask
from hilum.progress import Progress, silent
from hilum.training.lung_mask_check import check_lung_masks
from hilum.training.lung_masks import LungMaskOptions, train_lung_mask

_LONGEST, _LARGEST_TABLE = 1024, 16 * 1024 * 1024
_ENDINGS = ("", "_mask", "-mask", "_lungs")


@dataclass(frozen=True)
class Pair:
    """A film and its mask.

    Attributes:
        film: the file.
        mask: a picture of the same shape, white where the lungs are.
        patient: whose film it is; the film's own name where nothing tells.
    """

    film: Path
    mask: Path
    patient: str


def find_pairs(folder: Path) -> list[Pair]:
    """Films and masks of a folder: by the table `index.csv`, or by their names.

    The table has the columns `image` and `mask`, and may have `patient`; its files lie in `images/` and
    `masks/`. Without it each film in `images/` belongs to the mask of the same name in `masks/`, which may
    end in `_mask`.

    Args:
        folder: with the two folders in it.

    Raises:
        ModelError: a folder is not there, a named file is missing, or there is no pair.
    """
    images, masks = folder / "images", folder / "masks"
    if not (images.is_dir() and masks.is_dir()):
        raise ModelError(
            f"{folder} has no folders `images` and `masks`: put the films into one and their masks, of the "
            "same names, into the other"
        )
    table = folder / "index.csv"
    pairs = _by_table(table) if table.is_file() else _by_name(images, masks)
    if not pairs:
        raise ModelError(f"no film in {images} has a mask of its name in {masks}: give them the same names")
    missing = [pair for pair in pairs if not (pair.film.is_file() and pair.mask.is_file())]
    if missing:
        raise ModelError(
            f"{len(missing)} of {len(pairs)} pairs in {table} lack a file, the first {missing[0].film.name}: "
            "correct the table, or add the files"
        )
    return pairs


def train_from(
    folder: Path,
    output: Path,
    folds: int = 5,
    options: LungMaskOptions | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Train a model of lung masks, say by cross-validation how good it is, and write it.

    Args:
        folder: as `find_pairs` reads it.
        output: the .safetensors file to write.
        folds: of the cross-validation; 0 = none.
        options: how it learns; None = as usual.
        progress: told how far it is.

    Returns:
        `films`, `model`; with folds also `dice`, its `lowest`, and `mean_mask`.

    Raises:
        ModelError: there are no pairs, or too few.
        ImageError: a file cannot be read, or a mask has another shape than its film.
        OSError: the file cannot be written.
    """
    options = options or LungMaskOptions()
    pairs = find_pairs(folder)
    films, masks = [], []
    for done, pair in enumerate(pairs, start=1):
        film, mask = read_pair(pair.film, pair.mask)
        films.append(film)
        masks.append(mask)
        progress(done, len(pairs), "reading films")
    told: dict[str, Any] = {"films": len(films)}
    if folds:
        patients = [pair.patient for pair in pairs]
        check = check_lung_masks(films, masks, patients, folds, options, progress=progress)
        told |= {
            "folds": check.folds,
            "dice": round(float(np.mean(check.dice)), 4),
            "lowest": round(min(check.dice), 4),
            "mean_mask": round(float(np.mean(check.mean_mask)), 4),
        }
    model = train_lung_mask(films, masks, options, progress)
    model.save(output)
    return told | {"model": str(output)}


def mark_films(
    model: Path, films: Sequence[Path], out: Path, progress: Progress = silent
) -> tuple[list[Path], list[str]]:
    """Write the masks of new films, as PNG of the films' own rows and columns, 255 where the lungs are.

    Args:
        model: the file that `train_from` wrote.
        films: files, or folders of them.
        out: is made if it is not there.
        progress: told after every film.

    Returns:
        The masks, and a sentence for each film that could not be read.

    Raises:
        ModelError: the file is no such model, or there is no film.
        OSError: a mask cannot be written.
    """
    from PIL import Image

    loaded = LungMask.load(model)
    paths = [path for given in films for path in (list_images(given) if given.is_dir() else [given])]
    if not paths:
        raise ModelError("there is no film to mark: name image files, or a folder that holds some")
    out.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    refused: list[str] = []
    for done, path in enumerate(paths, start=1):
        try:
            mask = loaded.find(read_display(path))
        except ImageError as error:
            refused.append(str(error))
            continue
        made = _free(out, path.stem, written)
        content = io.BytesIO()
        Image.fromarray(mask.astype(np.uint8) * np.uint8(255)).save(content, "PNG")
        with replaced_when_done(made) as partial:
            partial.write_bytes(content.getvalue())
        written.append(made)
        progress(done, len(paths), "marking lungs")
    return written, refused


def read_pair(film: Path, mask: Path) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """A film and its mask, at most 1024 pixels long.

    Raises:
        ImageError: a file cannot be read, or the shapes differ.
    """
    shown, marked = read_display(film), read_display(mask)
    if shown.shape != marked.shape:
        raise ImageError(
            f"{mask} has {marked.shape[0]} x {marked.shape[1]} pixels and its film "
            f"{shown.shape[0]} x {shown.shape[1]}: give each film a mask of its own shape"
        )
    factor = min(1.0, _LONGEST / max(shown.shape))
    size = (max(round(shown.shape[0] * factor), 1), max(round(shown.shape[1] * factor), 1))
    return resize(shown, size), resize(marked, size) > 0.5


def _by_table(table: Path) -> list[Pair]:
    refusal = ModelError(f"{table} cannot be read: it needs the columns `image` and `mask`, in CSV")
    try:
        if table.stat().st_size > _LARGEST_TABLE:
            raise refusal
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        named = [(Path(row["image"]).name, Path(row["mask"]).name, row.get("patient")) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, TypeError):
        raise refusal from None
    images, masks = table.parent / "images", table.parent / "masks"
    return [Pair(images / film, masks / mask, patient or film) for film, mask, patient in named]


def _by_name(images: Path, masks: Path) -> list[Pair]:
    there = {path.stem: path for path in list_images(masks)}
    found = []
    for film in list_images(images):
        mask = next((there[film.stem + end] for end in _ENDINGS if film.stem + end in there), None)
        if mask is not None:
            found.append(Pair(film, mask, film.stem))
    return found


def _free(out: Path, stem: str, taken: Sequence[Path]) -> Path:
    """A name of its own for films of one name in several folders."""
    made, number = out / f"{stem}.png", 2
    while made in taken:
        made, number = out / f"{stem}-{number}.png", number + 1
    return made
