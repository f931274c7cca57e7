"""Which files belong to which case, and what a table says of it, when a model reads new images."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from hilum.cohorts.together import MOST_IMAGES, differing
from hilum.errors import ModelError
from hilum.study.values import texts_of
from hilum.study.words import hint

IMAGE, CASE = "image", "case"


@dataclass(frozen=True)
class AskedCase:
    """A case to be read.

    Attributes:
        name: as the table calls it; "" where nothing does.
        images: paths as given, the first one first.
        row: which row of the table tells of it, -1 = none.
    """

    name: str
    images: tuple[str, ...]
    row: int = -1


@dataclass(frozen=True)
class Asked:
    """All cases to be read.

    Attributes:
        cases: in the order in which their first images were given.
        without_row: paths of which the table tells nothing.
        notes: what was taken how, in sentences.
    """

    cases: tuple[AskedCase, ...]
    without_row: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def ask(
    paths: Sequence[Path | str], table: pd.DataFrame | None, columns: Sequence[str], *, several: bool
) -> Asked:
    """Put paths into cases.

    Without a table each image is a case. A table's column `image` names each image by its path, by the end of
    its path, or by its file name. Where the model reads several images a case, images with the same value
    of `case` are one case.

    Args:
        paths: the images.
        table: one row an image; None = there is none.
        columns: of the table, which the model reads.
        several: whether the model reads several images of a case.

    Raises:
        ModelError: the table lacks `image`, names an image twice, or cannot tell two images apart.

    Example:
        >>> rows = pd.DataFrame({"image": ["a.png", "b.png"], "case": ["7", "7"]})
        >>> ask(["new/a.png", "new/b.png"], rows, (), several=True).cases
        (AskedCase(name='7', images=('new/a.png', 'new/b.png'), row=0),)
    """
    if table is None:
        return Asked(tuple(AskedCase("", (str(path),)) for path in paths))
    row_of = _rows_by_name(table)
    found = [(str(path), _row(path, row_of)) for path in paths]
    _see_apart(found)
    known = pd.DataFrame([pair for pair in found if pair[1] >= 0], columns=["path", "row"])
    without = tuple(path for path, row in found if row < 0)
    unused = len(table) - known["row"].nunique()
    what = "row of the table names" if unused == 1 else "rows of the table name"
    notes = [f"{unused:,} {what} no image that was given"] if unused else []
    if not (several and CASE in table.columns):
        alone = [AskedCase("", (str(path),), int(row)) for path, row in known.itertuples(index=False)]
        return Asked(tuple(alone), without, tuple(notes))
    names = texts_of(table[CASE])
    known[CASE] = [names[row] for row in known["row"]]
    if (known[CASE] == "").any():
        raise ModelError(f"{int((known[CASE] == '').sum())} images have no value in `{CASE}`: fill it")
    notes += differing(table.iloc[known["row"]].reset_index(drop=True), known[CASE], columns)
    cases, left_out = [], 0
    for name, images in known.groupby(CASE, sort=False):
        left_out += max(len(images) - MOST_IMAGES, 0)
        cases.append(AskedCase(str(name), tuple(images["path"][:MOST_IMAGES]), int(images["row"].iloc[0])))
    if left_out:
        what = f"{left_out:,} image{'s' if left_out > 1 else ''}"
        notes.append(f"{what} left out: of each case the first {MOST_IMAGES} given are read")
    return Asked(tuple(cases), without, tuple(notes))


def _rows_by_name(table: pd.DataFrame) -> dict[str, int]:
    if IMAGE not in table.columns:
        near = hint(IMAGE, [str(column) for column in table.columns], "columns")
        raise ModelError(f"the table has no column `{IMAGE}`, which names the image of each row: {near}")
    names = [text.replace("\\", "/").removeprefix("./") for text in texts_of(table[IMAGE])]
    twice = len([name for name in names if name]) - len({name for name in names if name})
    if twice:
        raise ModelError(f"{twice} rows of the table name an image a second time: keep one row an image")
    return {name: row for row, name in enumerate(names) if name}


def _row(path: Path | str, row_of: dict[str, int]) -> int:
    """The row whose name is the longest end of the path."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100  # a link is called as it was given
    if whole.as_posix() in row_of:
        return row_of[whole.as_posix()]
    parts = whole.parts[1:]
    ends = ("/".join(parts[start:]) for start in range(len(parts)))
    return next((row_of[end] for end in ends if end in row_of), -1)


def _see_apart(found: Sequence[tuple[str, int]]) -> None:
    files: dict[int, str] = {}
    for path, row in found:
        file = os.path.abspath(path)  # noqa: PTH100
        if row >= 0 and files.setdefault(row, file) != file:
            raise ModelError(
                f"two images are called {Path(path).name} and one row of the table names both: write "
                f"their paths into `{IMAGE}`, from the folder on that tells them apart"
            )
