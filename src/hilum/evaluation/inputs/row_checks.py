"""Rows of readings that cannot be used as they are: infinite numbers, and one case in two tables."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hilum.errors import ReadingsError
from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.inputs.readings import Readings
from hilum.evaluation.results import Notice


def people_of(readings: Readings) -> str:
    """Who read, each person once.

    Example:
        >>> table = pd.DataFrame({"case": ["a", "a"], "condition": ["alone", "with AI"], "score": [1, 2]})
        >>> people_of(Readings.from_frame(table, "Kim"))
        'Kim'
    """
    column = "person" if "person" in readings.frame.columns else "reader"
    return ", ".join(str(name) for name in readings.frame[column].drop_duplicates())


def refuse_shared_names(readings: Sequence[Readings]) -> None:
    """Refuse a reader that is in two tables with the same case; other cases may be in other tables.

    Raises:
        ReadingsError: A case of a reader is in two tables.

    Example:
        >>> cnn = Readings.from_frame(pd.DataFrame({"case": ["a"], "score": [1]}), "cnn")
        >>> refuse_shared_names([cnn, cnn])
        Traceback (most recent call last):
        hilum.errors.ReadingsError: 1 rows of cnn share repeat and case with a row of another table: give
        each reading once, or tell the readers apart in a column `reader`
    """
    everyone = [name for one in readings if not one.marks for name in one.readers]
    for name in sorted({name for name in everyone if everyone.count(name) > 1}):
        tables = [one.frame.loc[one.frame["reader"] == name, ["case", "repeat"]] for one in readings]
        shared = int(pd.concat(tables).duplicated().sum())
        if shared:
            raise ReadingsError(
                f"{shared} rows of {name} share repeat and case with a row of another table: give each "
                "reading once, or tell the readers apart in a column `reader`"
            )


def without_infinite(name: str, column: str, values: Floats, notices: list[Notice]) -> Floats:
    """Infinite numbers as missing ones, counted in a notice.

    Args:
        name: The reader.
        column: The column.
        values: Its numbers.
        notices: Where the notice goes.

    Example:
        >>> said = []
        >>> without_infinite("cnn", "score", np.array([0.5, np.inf]), said)
        array([0.5, nan])
        >>> said[0].n
        1
    """
    endless = np.isinf(values)
    if endless.any():
        count = int(endless.sum())
        text = f"`{column}` of {name} is infinite in {count} rows; they count as missing"
        notices.append(Notice("infinite_score", text, count))
    return np.where(endless, np.nan, values)
