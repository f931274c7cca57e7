"""What a product's columns say: numbers, decisions and marks, as readings want them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.errors import TableError
from hilum.readers.product_columns import ProductColumns
from hilum.readers.product_values import read_decisions, read_numbers
from hilum.readers.scores.names import plain_name
from hilum.readers.warning import ReaderWarning

Columns = dict[str, NDArray[Any]]


def opinions_of(
    table: pd.DataFrame, columns: ProductColumns, cohort: Cohort, file: str
) -> tuple[Columns, list[ReaderWarning]]:
    """Every opinion, reading time and confidence of a table by the name that readings give it.

    Args:
        table: The product's table.
        columns: What its columns hold.
        cohort: Whose classes the decisions are of.
        file: The file's name, for messages.

    Raises:
        TableError: a value cannot be read.
    """
    said: Columns = {}
    warnings: list[ReaderWarning] = []
    kinds = _for_task(columns, cohort, file)
    for kind, column in kinds.items():
        if kind.startswith("decision"):
            decisions, noticed = _decisions(table[column], kind, columns, cohort, (file, len(kinds)))
            warnings += noticed
            if decisions is not None:
                said[kind] = decisions
            continue
        numbers, more = read_numbers(table[column], file)
        warnings += more
        survival = cohort.task.kind == "survival" and kind == "score"
        said["risk" if survival else kind] = numbers
    for kind, column in columns.beside.items():
        numbers, more = read_numbers(table[column], file)
        warnings += [each for each in more if each.code != "score_beyond_one"]
        said[kind] = numbers
    return said, warnings


def _for_task(columns: ProductColumns, cohort: Cohort, file: str) -> Mapping[str, str]:
    """Scores of findings that were found by name, as the cohort's task asks for them."""
    opinions = columns.opinions
    if columns.named & opinions.keys() or not all(kind.startswith("score_") for kind in opinions):
        return opinions
    if not opinions or str(cohort.task.kind) not in {"classification", "survival"}:
        return opinions
    by_label = {plain_name(kind.removeprefix("score_")): column for kind, column in opinions.items()}
    wanted = [cohort.positive] if len(cohort.classes) == 2 else list(cohort.classes)
    found = {name: by_label[plain_name(name)] for name in wanted if name and plain_name(name) in by_label}
    if not found:
        raise TableError(
            f"{file} has a score for each of several findings ({', '.join(by_label)}) and none that is "
            "plainly the one asked for: name it, as in mapping = { score = "
            f'"{next(iter(opinions.values()))}" }}'
        )
    if len(cohort.classes) == 2:
        return {"score": next(iter(found.values()))}
    return {f"score_{name}": column for name, column in found.items()}


def _decisions(
    values: "pd.Series[str]", kind: str, columns: ProductColumns, cohort: Cohort, source: tuple[str, int]
) -> tuple[NDArray[Any] | None, list[ReaderWarning]]:
    """Decisions; a column that was found by name beside a score and holds other text is left out and said."""
    file, opinions = source
    of_case = kind == "decision" and "finding" not in columns.apart
    try:
        said = read_decisions(
            values, cohort.classes if of_case else (), cohort.positive if of_case else None, file
        )
    except TableError:
        if kind in columns.named or opinions == 1:
            raise
        text = (
            f"`{values.name}` of {file} holds text that is no decision and was not read; if it is one, name "
            f'it: mapping = {{ decision = "{values.name}" }}.'
        )
        return None, [ReaderWarning("decision_not_read", text, len(values))]
    return np.array(said, dtype=object), []


def marks_of(table: pd.DataFrame, columns: ProductColumns, file: str) -> Columns:
    """Marks on images: points, boxes by corner and size (made from two corners where needed), or outlines.

    Raises:
        TableError: a coordinate is no number, or a box ends before it begins.

    Example:
        >>> columns = ProductColumns("case", {}, places={name: name for name in ("x1", "y1", "x2", "y2")})
        >>> box = pd.DataFrame({"x1": [10], "y1": [20], "x2": [30], "y2": [60]})
        >>> marks_of(box, columns, "a.csv")["width"].tolist()
        [20.0]
    """
    places: Columns = {}
    for kind, column in columns.places.items():
        if kind in {"mask", "class", "image"}:
            text = table[column].astype("string").str.strip().fillna("")
            places[kind] = text.to_numpy(dtype=object)
        else:
            places[kind] = read_numbers(table[column], file)[0]
    for start, end, place, size in (("x1", "x2", "x", "width"), ("y1", "y2", "y", "height")):
        if start in places and end in places:
            first, last = places.pop(start), places.pop(end)
            wrong = int((last <= first).sum())
            if wrong:
                raise TableError(
                    f"{wrong:,} boxes of {file} end before they begin (`{end}` is not above `{start}`): "
                    "correct them"
                )
            places.setdefault(place, first)
            places.setdefault(size, last - first)
    return places
