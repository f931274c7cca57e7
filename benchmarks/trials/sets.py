"""Sets of real images with labels and persons, read from a folder beside the project if it is there."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

_PERSON = re.compile(r"(person\d+)_(bacteria|virus)|((?:NORMAL2-)?IM-\d+)")
_THREE = {"bacteria": "bacterial", "virus": "viral", "": "normal"}


@dataclass(frozen=True)
class ImageSet:
    """Images, what they show and whose they are.

    Attributes:
        name: for tables.
        pictures: grey pictures of 8 bits.
        cases: one row a picture, in the same order: `file` (a name for it), `label`, `person`.
        classes: of two, the positive one is last.
        plain_size: rows and columns at which the plain loop reads them.
    """

    name: str
    pictures: tuple[NDArray[np.uint8], ...]
    cases: pd.DataFrame
    classes: tuple[str, ...]
    plain_size: int

    def __len__(self) -> int:
        return len(self.cases)


def pneumoniamnist(source: Path, most: int | None) -> ImageSet:
    """PneumoniaMNIST's training and validation images, 28 x 28, each its own person.

    Args:
        source: the folder of all sets.
        most: how many images are drawn from them; None = all.
    """
    with np.load(source / "pneumoniamnist" / "pneumoniamnist_train_val.npz") as file:
        pictures = np.concatenate([file["train_images"], file["val_images"]])
        labels = np.concatenate([file["train_labels"], file["val_labels"]]).ravel()
    names = [f"{number:05d}" for number in range(len(labels))]
    cases = pd.DataFrame(
        {
            "file": [f"{name}.png" for name in names],
            "label": np.where(labels == 1, "pneumonia", "normal"),
            "person": names,
        }
    )
    chosen = _drawn(len(cases), most)
    return ImageSet(
        name="PneumoniaMNIST",
        pictures=tuple(pictures[chosen]),
        cases=cases.iloc[chosen].reset_index(drop=True),
        classes=("normal", "pneumonia"),
        plain_size=64,
    )


def cxr_two(source: Path, most: int | None) -> ImageSet:
    """Children's chest radiographs, normal or pneumonia; the person is what the file name says."""
    return _cxr(source, most, "cxr_pneumonia, two classes", ("normal", "pneumonia"))


def cxr_three(source: Path, most: int | None) -> ImageSet:
    """The same with bacterial and viral pneumonia apart."""
    return _cxr(source, most, "cxr_pneumonia, three classes", ("normal", "bacterial", "viral"))


def person_of(file: str) -> tuple[str, str]:
    """Person (number and type) and kind of pneumonia ("" where there is none) that a file name tells.

    Example:
        >>> person_of("person12_virus_3.jpeg"), person_of("NORMAL2-IM-0115-0001.jpeg")
        (('person12_virus', 'virus'), ('NORMAL2-IM-0115', ''))
    """
    found = _PERSON.match(file)
    if found is None:
        raise ValueError(f"the file name {file} tells no person")
    return found.group(0), found.group(2) or ""


def _cxr(source: Path, most: int | None, name: str, classes: tuple[str, ...]) -> ImageSet:
    folder = source / "cxr_pneumonia"
    paths = sorted(path for path in folder.glob("*/*") if path.suffix in {".jpeg", ".jpg", ".png"})
    if not paths:
        raise FileNotFoundError(f"there is no image in the sub-folders of {folder}")
    paths = [paths[place] for place in _drawn(len(paths), most)]
    persons, kinds = zip(*[person_of(path.name) for path in paths], strict=True)
    labels = [
        _THREE[kind] if len(classes) > 2 else path.parent.name
        for kind, path in zip(kinds, paths, strict=True)
    ]
    cases = pd.DataFrame({"file": [f"{path.stem}.png" for path in paths], "label": labels, "person": persons})
    pictures = tuple(_read(path) for path in paths)
    return ImageSet(name, pictures, cases, classes, plain_size=96)


def _read(path: Path) -> NDArray[np.uint8]:
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return np.asarray(picture, dtype=np.uint8)


def _drawn(n: int, most: int | None) -> list[int]:
    """Places of the images that are used, ascending."""
    order = np.random.default_rng(11).permutation(n)
    return sorted(order[: most or n].tolist())


SETS: dict[str, Callable[[Path, int | None], ImageSet]] = {
    "pneumoniamnist": pneumoniamnist,
    "cxr": cxr_two,
    "cxr3": cxr_three,
}
