"""Reading a product's numbers and decisions as they are written in practice."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.errors import TableError
from hilum.readers.scores.names import plain_name
from hilum.readers.scores.values import MISSING, NO, YES
from hilum.readers.warning import ReaderWarning

YES_WORDS = YES | {"abnormal", "pos", "+", "양성", "비정상", "유소견", "event", "high risk"}
NO_WORDS = NO | {"normal", "neg", "음성", "정상", "무소견", "이상없음", "이상 없음", "no event", "low risk"}


def read_numbers(
    values: "pd.Series[str]", file: str
) -> tuple[NDArray[np.float64], tuple[ReaderWarning, ...]]:
    """A column of scores; `87.3%`, or a column whose name says percent, becomes 0.873.

    Raises:
        TableError: a value is neither a number nor missing.

    Example:
        >>> numbers, said = read_numbers(pd.Series(["87.5 %", ""], name="abnormality"), "a.csv")
        >>> numbers.tolist(), said[0].code
        ([0.875, nan], 'percent_read')
    """
    text = values.astype("string").str.strip().fillna("")
    absent = text.str.casefold().isin(MISSING).to_numpy(dtype=bool)
    signed = bool(text.str.endswith("%").any())
    bare = text.str.removesuffix("%").str.strip()
    numbers = pd.to_numeric(bare.where(~absent), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    unread = np.flatnonzero(np.isnan(numbers) & ~absent)
    if len(unread):
        raise TableError(
            f"column `{values.name}` of {file} holds {len(unread)} values that are no numbers, the first "
            "in data row "
            f"{unread[0] + 1}: correct or empty them"
        )
    if not signed and not _says_percent(str(values.name)):
        return numbers, _beyond_one(numbers, str(values.name), file)
    said = f"Column `{values.name}` of {file} was read as percent and divided by 100."
    return numbers / 100, (ReaderWarning("percent_read", said, int((~absent).sum())),)


def _says_percent(column: str) -> bool:
    words = plain_name(column).split("_")
    return "%" in column or bool({"percent", "percentage", "pct"} & set(words))


def _beyond_one(numbers: NDArray[np.float64], column: str, file: str) -> tuple[ReaderWarning, ...]:
    known = numbers[~np.isnan(numbers)]
    if len(known) == 0 or known.min() < 0 or not 1 < known.max() <= 100:
        return ()
    text = (
        f"Column `{column}` of {file} reaches {known.max():g} and was kept as it is, as a score of no "
        "unit. If it is in "
        "percent, let the column's name say so; only then can its calibration be judged."
    )
    return (ReaderWarning("score_beyond_one", text, len(known)),)


def read_decisions(
    values: "pd.Series[str]", classes: Sequence[str], positive: str | None, file: str
) -> list[str]:
    """A column of decisions as the cohort's classes (or 1 and 0 where there are none), empty where missing.

    Class names are compared without case; yes/no, 1/0, positive/negative and normal/abnormal serve for two
    classes.

    Raises:
        TableError: a value is no decision that is known.

    Example:
        >>> calls = pd.Series(["Pos", "neg", ""], name="call")
        >>> read_decisions(calls, ("normal", "pneumonia"), "pneumonia", "a.csv")
        ['pneumonia', 'normal', '']
    """
    words = {name.casefold(): name for name in classes}
    if len(classes) == 2 and positive is not None:
        negative = next(name for name in classes if name != positive)
        words = dict.fromkeys(YES_WORDS, positive) | dict.fromkeys(NO_WORDS, negative) | words
    if not classes:
        words = dict.fromkeys(YES_WORDS, "1") | dict.fromkeys(NO_WORDS, "0")
    text = values.astype("string").str.strip().str.casefold().str.removesuffix(".0").fillna("")
    missing = MISSING - set(words)
    unknown = text[~text.isin(words) & ~text.isin(missing)]
    if len(unknown):
        known = ", ".join(classes) or "1, 0"
        raise TableError(
            f"column `{values.name}` of {file} holds {len(unknown)} decisions that are none of {known}, "
            "the first in data "
            f"row {int(np.flatnonzero(text.index == unknown.index[0])[0]) + 1}: correct them"
        )
    return [words.get(word, "") for word in text]
