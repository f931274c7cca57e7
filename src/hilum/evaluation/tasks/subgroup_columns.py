"""Columns of the truth as groups of cases: categories as they are, ages in bands, other numbers in thirds."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.inputs.tables import missing_column, text_column
from hilum.evaluation.ledger import Work

AGE_BANDS = ((0, "0-39"), (40, "40-59"), (60, "60-79"), (80, "80+"))
# Up to so many different whole numbers are categories (a stage, a grade); more are cut into thirds.
FEW_VALUES = 5
MOST_GROUPS = 20
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Grouping:
    """One column of the truth as groups.

    Attributes:
        column: Its name.
        names: The groups in order, without the unknown.
        code: (rows of truth,) place of each case's group in `names`, -1 where the column says nothing.

    Example:
        >>> Grouping("sex", ("F", "M"), np.array([0, 1, -1])).of(0)
        'sex=F'
    """

    column: str
    names: tuple[str, ...]
    code: NDArray[np.int64]

    def of(self, number: int) -> str:
        """How a group is named in the results; -1 is the unknown.

        Example:
            >>> Grouping("sex", ("F", "M"), np.array([0, 1, -1])).of(-1)
            'sex=unknown'
        """
        return f"{self.column}={UNKNOWN if number < 0 else self.names[number]}"


def groupings(work: Work) -> tuple[Grouping, ...]:
    """The columns that were asked for, as groups; what cannot be grouped is said once.

    Raises:
        ReadingsError: the truth has no such column.
    """
    return work.remember(("subgroups",), lambda: _groupings(work))


def _groupings(work: Work) -> tuple[Grouping, ...]:
    frame, found = work.alignment.truth.frame, []
    for column in dict.fromkeys(work.options.subgroups):
        if column not in frame.columns:
            raise missing_column(column, frame.columns, "the truth")
        grouping = grouping_of(frame[column], column)
        if len(grouping.names) > MOST_GROUPS:
            work.ledger.warn(
                "too_many_groups",
                f"the column `{column}` has {len(grouping.names)} different values: groups are measured up "
                f"to {MOST_GROUPS}; join values in a column of your own",
                len(grouping.names),
            )
            continue
        unknown = int(np.sum(grouping.code < 0))
        if unknown:
            work.ledger.warn(
                "unknown_subgroup",
                f"`{column}` is not known for {unknown} of {len(frame):,} cases: they are shown as "
                f"{grouping.of(-1)} and left out of the tests between groups",
                unknown,
            )
        found.append(grouping)
    return tuple(found)


def grouping_of(values: "pd.Series[str]", column: str) -> Grouping:
    """A column as groups.

    A column whose name begins with `age` and that holds numbers is cut into 0-39, 40-59, 60-79 and 80+. Other
    columns of numbers with more than five different values are cut at the thirds of all its cases. Everything
    else is taken as categories in the order of their names.

    Args:
        values: One value a case.
        column: Its name.

    Example:
        >>> grouping_of(pd.Series(["40", "39", "", "85"]), "age").names
        ('0-39', '40-59', '80+')
        >>> grouping_of(pd.Series(["M", "F", None]), "sex").code
        array([ 1,  0, -1])
    """
    numbers = numbers_of(values)
    if numbers is not None:
        if column.casefold().startswith("age"):
            return _named(column, *_age_bands(numbers))
        known = numbers[np.isfinite(numbers)]
        distinct = np.unique(known)
        if len(distinct) > FEW_VALUES or not np.array_equal(distinct, np.round(distinct)):
            return _named(column, *_thirds(numbers))
    text = text_column(values)
    names = sorted(set(text) - {""}, key=_in_order)
    place = {name: number for number, name in enumerate(names)}
    return Grouping(column, tuple(names), np.array([place.get(one, -1) for one in text], dtype=np.int64))


def numbers_of(values: "pd.Series[str]") -> Floats | None:
    """A column as numbers, NaN where missing; None where it holds anything else.

    Example:
        >>> numbers_of(pd.Series(["1.5", ""])), numbers_of(pd.Series(["1.5", "high"])) is None
        (array([1.5, nan]), True)
    """
    text = text_column(values)
    numbers: Floats = pd.to_numeric(text.where(text != ""), errors="coerce").to_numpy(dtype=np.float64)
    numbers = np.where(np.isinf(numbers), np.nan, numbers)
    given = (text != "").to_numpy()
    return numbers if given.any() and np.isfinite(numbers[given]).all() else None


def _in_order(name: str) -> tuple[int, float, str]:
    try:
        return (0, float(name), name)
    except ValueError:
        return (1, 0.0, name)


def _age_bands(age: Floats) -> tuple[list[str], NDArray[np.int64]]:
    starts = np.array([start for start, _ in AGE_BANDS], dtype=np.float64)
    known = np.isfinite(age) & (age >= 0)
    code = np.where(known, np.searchsorted(starts, np.where(known, age, 0), "right") - 1, -1)
    return [name for _, name in AGE_BANDS], code.astype(np.int64)


def _thirds(numbers: Floats) -> tuple[list[str], NDArray[np.int64]]:
    known = np.isfinite(numbers)
    edges = np.unique(np.quantile(numbers[known], [1 / 3, 2 / 3], method="inverted_cdf"))
    edges = edges[edges > numbers[known].min()]
    code = np.where(known, np.searchsorted(edges, np.where(known, numbers, 0), "right"), -1)
    words = [f"{edge:.6g}" for edge in edges]
    if not words:
        return [f"{numbers[known].min():.6g}"], code.astype(np.int64)
    between = [f"{low} to below {high}" for low, high in pairwise(words)]
    return [f"below {words[0]}", *between, f"{words[-1]} and above"], code.astype(np.int64)


def _named(column: str, names: list[str], code: NDArray[np.int64]) -> Grouping:
    """Without the groups that nobody is in."""
    present = [number for number in range(len(names)) if (code == number).any()]
    again = np.full(len(names) + 1, -1, dtype=np.int64)
    again[present] = np.arange(len(present))
    return Grouping(column, tuple(names[number] for number in present), again[code])
