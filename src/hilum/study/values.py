"""What a cell of a table says: a number, a text, or nothing.

One rule for tables and criteria alike: a text counts as a number when a person would have typed that number.
"12" and "0.5" are numbers; "00123" is an identifier, and so is a row of more digits than a number can hold
exactly.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

MISSING_WORDS = frozenset({"", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", "<NA>"})
NUMBER = re.compile(r"[+-]?(?:(?:0|[1-9]\d{0,14})(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)


def number_of(text: str) -> float | None:
    """The number that a text writes, or None.

    Args:
        text: A cell's or criterion's text.

    Returns:
        The number; None for a word, an identifier with leading zeros, infinity, or nothing.

    Example:
        >>> number_of("12.5"), number_of("00123"), number_of("CR")
        (12.5, None, None)
    """
    if not NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if abs(number) != float("inf") else None


def text_of(value: object) -> str:
    """A value as text: whole numbers without decimals, dates as YYYY-MM-DD, true as 1, a missing value as "".

    Args:
        value: A cell.

    Returns:
        The text that identifies the value.

    Example:
        >>> text_of(123.0), text_of("00123"), text_of(True), text_of(None)
        ('123', '00123', '1', '')
    """
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == value.time().min else "%Y-%m-%dT%H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or type(value).__name__ in ("bool", "bool_"):
        return str(int(value))  # type: ignore[call-overload]
    number = float(value)  # type: ignore[arg-type]
    if math.isnan(number):
        return ""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else str(value)


def texts_of(column: pd.Series) -> list[str]:
    """Every cell of a column as text, by the rule of `text_of`.

    Args:
        column: A column of a table.

    Returns:
        One text a row; "" where the value is missing.

    Example:
        >>> import pandas as pd
        >>> texts_of(pd.Series([1.0, None]))
        ['1', '']
    """
    texts = {value: text_of(value) for value in column.drop_duplicates().tolist() if value is not None}
    return [texts[value] if value in texts else text_of(value) for value in column.tolist()]


def numbers_of(column: pd.Series) -> NDArray[np.float64]:
    """Every cell of a column as a number; NaN where it is missing or no number.

    Args:
        column: A column of a table.

    Returns:
        One float a row.

    Example:
        >>> import pandas as pd
        >>> numbers_of(pd.Series(["1", "x", "007", None])).tolist()
        [1.0, nan, nan, nan]
    """
    import numpy as np
    import pandas as pd

    if pd.api.types.is_numeric_dtype(column.dtype):
        numbers = column.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        found = [number_of(text) for text in texts_of(column)]
        numbers = np.array([np.nan if number is None else number for number in found], dtype=np.float64)
    return np.where(np.isinf(numbers), np.nan, numbers)


def missing_in(column: pd.Series) -> NDArray[np.bool_]:
    """Where a column has no value: empty, or nothing but spaces.

    Args:
        column: A column of a table.

    Returns:
        One bool a row.

    Example:
        >>> import pandas as pd
        >>> missing_in(pd.Series(["a", " ", None])).tolist()
        [False, True, True]
    """
    import numpy as np
    import pandas as pd

    if pd.api.types.is_numeric_dtype(column.dtype):
        return np.asarray(column.isna(), dtype=np.bool_)
    return np.array([text == "" for text in texts_of(column)], dtype=np.bool_)
