"""Reading the values of a score's inputs: what is no measurement counts as missing, and is counted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hilum.errors import TableError
from hilum.readers.scores.inputs import Floats, ScoreInput
from hilum.readers.scores.names import plain_name
from hilum.readers.warning import ReaderWarning

YES = frozenset({"1", "yes", "y", "true", "t", "positive", "present", "예", "네", "있음", "유", "양성"})
NO = frozenset(
    {"0", "no", "n", "false", "f", "negative", "absent", "none"} | {"아니오", "아니요", "없음", "무", "음성"}
)
MISSING = frozenset({"", "na", "n/a", "nan", "<na>", "null", "nat", "-", ".", "?", "unknown", "missing"}) | {
    "미상",
    "모름",
    "결측",
}
FEWEST_FOR_MEDIAN = 5
_NO_CODES: Mapping[str, float] = {}
_WHOLE = re.compile(r"^(-?\d+)\.0+$")


@dataclass(frozen=True)
class InputValues:
    """One input's column as numbers, nan where missing, with what was odd about it."""

    values: Floats
    warnings: tuple[ReaderWarning, ...]


def read_input(
    each: ScoreInput, column: "pd.Series[str]", codes: Mapping[str, float] = _NO_CODES
) -> InputValues:
    """The numbers of one input; text, impossible numbers and unknown words count as missing and are reported.

    Args:
        each: The input.
        column: The table's column.
        codes: For words: what the column's own codes stand for, as numbers of the formula.

    Example:
        >>> age = ScoreInput("age", "age", "years", possible=(0, 130))
        >>> read = read_input(age, pd.Series(["70", "", "-1"]))
        >>> read.values.tolist(), read.warnings[0].n
        ([70.0, nan, nan], 1)
    """
    if each.kind != "number":
        values, unread = _worded(column, _words_of(each, codes))
        return InputValues(values, tuple(_unread(each, unread)))
    values, unread = _numbers(column)
    values, shares = _as_percent(each, values)
    low, high = each.possible
    possible = np.isnan(values) | ((values >= low) & (values <= high))
    if each.whole:
        possible &= np.isnan(values) | (values == np.round(values))
    kept = np.where(possible, values, np.nan)
    warnings = [*_unread(each, unread), *_impossible(each, values, int((~possible).sum())), *shares]
    return InputValues(kept, (*warnings, *_strange_median(each, kept)))


def codes_of(each: ScoreInput, text: str) -> dict[str, float]:
    """What a person said the numbers of a column stand for, such as `1=never, 2=former`.

    Raises:
        TableError: a part is no pair, or its word is none that the input knows.

    Example:
        >>> smoking = ScoreInput("smoking_status", "", kind="category", words={"never": 0.0, "former": 1.0})
        >>> codes_of(smoking, "1=never, 2=former")
        {'1': 0.0, '2': 1.0}
    """
    codes = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        code, equals, word = pair.partition("=")
        number = each.words.get(plain_name(word))
        if not equals or not code.strip() or number is None:
            raise TableError(
                f"`{each.name}_codes` cannot be `{pair}`: write pairs such as 1={each.main_words[0]}, with "
                f"the words {', '.join(each.main_words)}"
            )
        codes[code.strip().casefold()] = number
    return codes


def _words_of(each: ScoreInput, codes: Mapping[str, float]) -> Mapping[str, float]:
    if each.kind == "category":
        return {**each.words, **codes}
    return dict.fromkeys(NO, 0.0) | dict.fromkeys(YES, 1.0)


def _numbers(column: "pd.Series[str]") -> tuple[Floats, int]:
    """A column as numbers, and how many values are neither numbers nor missing."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return column.to_numpy(dtype=np.float64, na_value=np.nan), 0
    text = column.astype("string").str.strip().fillna("")
    absent = text.str.casefold().isin(MISSING).to_numpy(dtype=bool)
    numbers = pd.to_numeric(text.where(~absent), errors="coerce")
    values = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    return values, int((np.isnan(values) & ~absent).sum())


def _worded(column: "pd.Series[str]", words: Mapping[str, float]) -> tuple[Floats, int]:
    """A column of words as the formula's numbers, and how many values are unknown words."""
    place, different = pd.factorize(column.to_numpy(dtype=object, na_value=np.nan))
    said = [_WHOLE.sub(r"\1", str(value).strip().casefold()) for value in different]
    known = [words.get(word, words.get(plain_name(word), np.nan)) for word in said]
    numbers = np.array([*known, np.nan])
    strange = np.array([np.isnan(n) and w not in MISSING for n, w in zip(known, said, strict=True)] + [False])
    return numbers[place], int(strange[place].sum())


def _as_percent(each: ScoreInput, values: Floats) -> tuple[Floats, list[ReaderWarning]]:
    """Shares of 1 as percent, where percent of 1 and less cannot occur in a living patient."""
    small = (values > 0) & (values <= 1) if each.share else np.zeros(len(values), dtype=bool)
    if not small.any():
        return values, []
    n = int(small.sum())
    text = f"{n:,} values of {each.label} are at most 1 and were read as shares of 1, not as percent."
    return np.where(small, np.round(values * 100, 9), values), [ReaderWarning("input_share", text, n)]


def _unread(each: ScoreInput, n: int) -> list[ReaderWarning]:
    if n == 0:
        return []
    kinds = {
        "number": "not numbers",
        "yes/no": "not yes or no (1/0, yes/no, true/false)",
        "category": "none of the words that are understood",
    }
    hint = ""
    if each.kind == "category":
        hint = (
            f" If they are codes, say what they stand for: {each.name}_codes = "
            f'"1={each.main_words[0]},2={each.main_words[-1]}" (as it is in your table).'
        )
    text = f"{n:,} values of {each.label} are {kinds[each.kind]} and count as missing.{hint}"
    return [ReaderWarning("input_unreadable", text, n)]


def _impossible(each: ScoreInput, values: Floats, n: int) -> list[ReaderWarning]:
    if n == 0:
        return []
    low, high = each.possible
    kind = "are no whole numbers from" if each.whole else "lie outside"
    text = f"{n:,} values of {each.label} {kind} {low:g} to {high:g} {each.unit} and count as missing."
    if each.other_unit and n > np.isfinite(values).sum() / 2:
        text += f" The numbers may be {each.other_unit}."
    return [ReaderWarning("input_impossible", text, n)]


def _strange_median(each: ScoreInput, values: Floats) -> list[ReaderWarning]:
    known = values[~np.isnan(values)]
    if each.usual_median is None or len(known) < FEWEST_FOR_MEDIAN:
        return []
    median = float(np.median(known))
    low, high = each.usual_median
    if low <= median <= high:
        return []
    text = (
        f"The median of {each.label} is {median:g} {each.unit}, which is unusual: the numbers may be "
        f"{each.other_unit}; the score would be wrong."
    )
    return [ReaderWarning("input_unit_doubtful", text, len(known))]
