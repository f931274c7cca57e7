"""Reading the values of a score's inputs: what is no measurement counts as missing, and is counted."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hilum.readers.scores.record import Floats, ScoreInput
from hilum.readers.warning import ReaderWarning

YES = frozenset({"1", "1.0", "yes", "y", "true", "t", "positive", "present", "예", "있음"})
NO = frozenset({"0", "0.0", "no", "n", "false", "f", "negative", "absent", "none", "아니오", "없음"})
MISSING = frozenset({"", "na", "n/a", "nan", "<na>", "null", "nat", "-", ".", "?", "unknown", "missing"})
FEWEST_FOR_MEDIAN = 5


@dataclass(frozen=True)
class InputValues:
    """One input's column as numbers, nan where missing, with what was odd about it."""

    values: Floats
    warnings: tuple[ReaderWarning, ...]


def read_input(each: ScoreInput, column: "pd.Series[str]") -> InputValues:
    """The numbers of one input; text, impossible numbers and unknown words count as missing and are reported.

    Example:
        >>> age = ScoreInput("age", "age", "years", possible=(0, 130))
        >>> read = read_input(age, pd.Series(["70", "", "-1"]))
        >>> read.values.tolist(), read.warnings[0].n
        ([70.0, nan, nan], 1)
    """
    text = column.astype("string").str.strip().fillna("")
    absent = text.str.casefold().isin(MISSING).to_numpy(dtype=bool)
    if each.kind == "yes/no":
        values, unread = _yes_or_no(text, absent)
        possible = np.ones(len(values), dtype=bool)
    else:
        values = pd.to_numeric(text.where(~absent), errors="coerce").to_numpy(
            dtype=np.float64, na_value=np.nan
        )
        unread = int((np.isnan(values) & ~absent).sum())
        low, high = each.possible
        possible = np.isnan(values) | ((values >= low) & (values <= high))
    warnings = [*_unread(each, unread), *_impossible(each, int((~possible).sum()))]
    values = np.where(possible, values, np.nan)
    return InputValues(values, (*warnings, *_strange_median(each, values)))


def _yes_or_no(text: "pd.Series[str]", absent: "np.typing.NDArray[np.bool_]") -> tuple[Floats, int]:
    folded = text.str.casefold()
    yes, no = folded.isin(YES).to_numpy(dtype=bool), folded.isin(NO).to_numpy(dtype=bool)
    values = np.where(yes, 1.0, np.where(no & ~absent, 0.0, np.nan))
    return values, int((~yes & ~no & ~absent).sum())


def _unread(each: ScoreInput, n: int) -> list[ReaderWarning]:
    if n == 0:
        return []
    kind = "numbers" if each.kind == "number" else "yes or no (1/0, yes/no, true/false)"
    text = f"{n} values of {each.label} are not {kind} and count as missing."
    return [ReaderWarning("input_unreadable", text, n)]


def _impossible(each: ScoreInput, n: int) -> list[ReaderWarning]:
    if n == 0:
        return []
    low, high = each.possible
    text = f"{n} values of {each.label} lie outside {low:g} to {high:g} {each.unit} and count as missing."
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
