"""Several rows a case: lesions as boxes, circles or points, and outlines as masks."""

from pathlib import Path

import numpy as np
import pandas as pd

from hilum.errors import ReadingsError
from hilum.evaluation.inputs.tables import identifier_column, missing_column, number_column, text_column

# Left upper corner and size in pixels; or centre and diameter, in pixels or mm, with `z` in volumes.
PLACE = ("x", "y", "z", "width", "height", "depth", "diameter")
MARK_COLUMNS = ("image", *PLACE, "mask", "class", "score")
PER_CASE = ("case", "patient", "part")


def split_marks(frame: pd.DataFrame, kind: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A table of several rows a case as one row a case, and the marks apart.

    A case without a lesion has one row with empty `x` (or `mask`). Such a row that names an `image` is kept
    among the marks, with empty places: the image was looked at and counts as one.

    Args:
        frame: With `case` and the columns of marks.
        kind: `detection` or `segmentation`.

    Returns:
        One row a case with all other columns; one row a mark, with its case's place in `row`.

    Raises:
        ReadingsError: a column is missing, rows of one case contradict each other, or a value is no number.

    Example:
        >>> table = pd.DataFrame({"case": ["a", "a", "b"], "x": [1, 9, None], "y": [1, 9, None]})
        >>> cases, marks = split_marks(table, "detection")
        >>> list(cases["case"]), list(marks["row"])
        (['a', 'b'], [0, 0])
    """
    if "case" not in frame.columns:
        raise missing_column("case", frame.columns, "the truth")
    table = frame.reset_index(drop=True).copy()
    table["case"] = identifier_column(table["case"])
    others = [name for name in table.columns if name not in MARK_COLUMNS]
    cases = table[others].drop_duplicates().reset_index(drop=True)
    torn = cases.loc[cases["case"].duplicated(), "case"]
    if len(torn):
        raise ReadingsError(
            f"{torn.nunique()} cases of the truth have rows that name different patients, parts or other "
            "facts: let all rows of a case agree"
        )
    return cases, checked_marks(table, pd.Index(cases["case"]), kind, "the truth")


def checked_marks(table: pd.DataFrame, cases: "pd.Index[str]", kind: str, name: str) -> pd.DataFrame:
    """The marks of a table, numbers as numbers, rows without a mark left out unless they name an image.

    Args:
        table: With `case` as text.
        cases: The cases in order; marks of other cases are left out.
        kind: `detection` or `segmentation`.
        name: Whose table it is, for messages.

    Raises:
        ReadingsError: a column is missing, a place is not whole or not finite, or a size is not above 0.

    Example:
        >>> table = pd.DataFrame({"case": ["a"], "mask": ["a.png"]})
        >>> checked_marks(table, pd.Index(["a"]), "segmentation", "the truth")["mask"][0]
        'a.png'
    """
    needed = ("mask",) if kind == "segmentation" else ("x", "y")
    for column in needed:
        if column not in table.columns:
            if {"x1", "y1", "x2", "y2"} <= set(table.columns) and kind == "detection":
                raise ReadingsError(
                    f"{name} gives boxes by two corners: write `x` and `y` for `x1` and `y1`, and "
                    "`width` and `height` for x2 - x1 and y2 - y1"
                )
            raise missing_column(column, table.columns, name)
    marks = pd.DataFrame({"row": cases.get_indexer(pd.Index(table["case"])), "case": table["case"]})
    for column in [each for each in MARK_COLUMNS if each in table.columns]:
        if column in (*PLACE, "score"):
            marks[column] = number_column(table[column], column, name)
        else:
            marks[column] = text_column(table[column])
    if "image" not in marks.columns:
        marks["image"] = ""
    named = marks["image"] != ""
    marks["image"] = marks["image"].where(named, marks["case"])
    if kind == "segmentation":
        present = marks["mask"] != ""
    else:
        _refuse_broken_places(marks, name)
        present = marks["x"].notna() & marks["y"].notna()
    return marks[(present | named) & (marks["row"] >= 0)].reset_index(drop=True)


def _refuse_broken_places(marks: pd.DataFrame, name: str) -> None:
    """Refuse places that are half given or infinite, and sizes that are not above 0."""
    halves = int((marks["x"].notna() != marks["y"].notna()).sum())
    if halves:
        raise ReadingsError(
            f"{halves} rows of {name} give only one of `x` and `y`: fill both, or neither for no mark"
        )
    for column in [each for each in PLACE if each in marks.columns]:
        endless = int(np.isinf(marks[column].to_numpy(dtype=np.float64)).sum())
        if endless:
            raise ReadingsError(f"`{column}` of {name} is infinite in {endless} rows: correct it")
    for column in ("width", "height", "depth", "diameter"):
        if column in marks.columns and (marks[column].to_numpy(dtype=np.float64) <= 0).any():
            raise ReadingsError(f"a `{column}` of {name} is not above 0: correct it")


def with_mask_paths(frame: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """The same table with masks named by their whole path; they lie in the table's folder or below it.

    Raises:
        ReadingsError: a mask's path leads out of the folder.

    Example:
        >>> with_mask_paths(pd.DataFrame({"mask": ["a.png"]}), Path("/data")).loc[0, "mask"]
        '/data/a.png'
    """
    if "mask" not in frame.columns:
        return frame
    table, root = frame.copy(), folder.resolve()
    named = text_column(table["mask"])
    for name in named[named != ""].drop_duplicates():
        if not (root / name).resolve().is_relative_to(root):
            raise ReadingsError(
                "a mask's path leads out of the folder of its table: put the masks beside the table or below"
            )
    table["mask"] = [str(root / name) if name else "" for name in named]
    return table
