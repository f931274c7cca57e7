"""Which clinical scores a table can feed, what they lack, and whether units look right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hilum.errors import TableError

if TYPE_CHECKING:
    import pandas as pd

    from hilum.readers import ScoreRecord
    from hilum.readers.scores.inputs import ScoreInput
    from hilum.readers.scores.record import ScoreItem


@dataclass(frozen=True)
class ScoreNeed:
    """One item of a score.

    Attributes:
        label: What is needed, with units and alternatives.
        inputs: Names of the inputs any of which serves, as `mapping` calls them.
        column: The table's column that serves, or "".
        input: The input that it serves as, or "".
        missing: In how many rows it has no value.
    """

    label: str
    inputs: tuple[str, ...]
    column: str
    input: str
    missing: int


@dataclass(frozen=True)
class ScoreFit:
    """How well a table feeds a score.

    Attributes:
        name: Such as `curb65`.
        title: As it is written.
        sentence: What it is.
        needs: Its items with the columns found.
        warnings: Sentences about values that look like another unit, or columns between which is not decided.
        complete: In how many rows all items have a value.
        horizon_days: The days its risk was published for, or None.
    """

    name: str
    title: str
    sentence: str
    needs: tuple[ScoreNeed, ...]
    warnings: tuple[str, ...]
    complete: int
    horizon_days: float | None

    @property
    def lacking(self) -> tuple[str, ...]:
        """Labels of the items that no column serves."""
        return tuple(need.label for need in self.needs if not need.column)


def fit_scores(
    table: "pd.DataFrame", mappings: Mapping[str, Mapping[str, str]] | None = None
) -> tuple[ScoreFit, ...]:
    """How well a table feeds each score that hilum knows, the best first.

    Args:
        table: The table.
        mappings: By score: input name to column, where a person has said it.

    Returns:
        One a score of which at least one item is there, those that lack least first.

    Example:
        >>> import pandas as pd
        >>> table = pd.DataFrame({"나이": [70], "BUN (mg/dL)": [21], "RR": [30], "SBP": [95], "DBP": [60]})
        >>> fit = next(fit for fit in fit_scores(table) if fit.name == "curb65")
        >>> [label[:11] for label in fit.lacking], fit.needs[-1].column
        (['`confusion`'], '나이')
    """
    from hilum.readers import SCORES

    fits = [fit_score(record, table, (mappings or {}).get(record.name, {})) for record in SCORES]
    there = [fit for fit in fits if len(fit.lacking) < len(fit.needs)]
    return tuple(sorted(there, key=lambda fit: (len(fit.lacking) / len(fit.needs), -len(fit.needs))))


def fit_score(record: "ScoreRecord", table: "pd.DataFrame", mapping: Mapping[str, str]) -> ScoreFit:
    """How well a table feeds one score; see `fit_scores`."""
    names = [str(name) for name in table.columns]
    known = {each.name for each in record.inputs}
    found = {key: column for key, column in mapping.items() if key in known and column in names}
    doubts: list[str] = []
    for each in record.inputs:
        if each.name not in found:
            column = _column_of(record, each, names, doubts)
            if column:
                found[each.name] = column
    chosen = {choice.name: choice.values[0] for choice in record.choices if choice.values}
    needs: list[ScoreNeed] = []
    absent = np.zeros(len(table), dtype=np.bool_)
    for item in record.needed(chosen):
        need, rows = _need(item, found, table)
        needs.append(need)
        absent |= rows
    units = _of_units(record, found, table)
    complete = int((~absent).sum())
    return ScoreFit(
        record.name,
        record.title,
        record.sentence,
        tuple(needs),
        (*doubts, *units),
        complete,
        record.horizon_days,
    )


def _column_of(record: "ScoreRecord", each: "ScoreInput", names: Sequence[str], doubts: list[str]) -> str:
    """The column of one input, by the same rule as when the score is computed."""
    from hilum.readers.scores.columns import match_columns
    from hilum.readers.scores.record import ScoreItem

    alone = replace(record, items=(ScoreItem((each,)),), choices=())
    try:
        return match_columns(alone, names, {}).get(each.name, "")
    except TableError as problem:
        if "could all be" in str(problem):
            doubts.append(str(problem))
        return ""


def _need(
    item: "ScoreItem", found: Mapping[str, str], table: "pd.DataFrame"
) -> tuple[ScoreNeed, NDArray[np.bool_]]:
    from hilum.readers.scores.columns import is_there
    from hilum.study.values import missing_in

    serving = next((each.name for each in item.inputs if each.name in found), "")
    there = is_there(item, found)
    column = found.get(serving, "") if there else ""
    absent = missing_in(table[column]) if column else np.ones(len(table), dtype=bool)
    inputs = tuple(each.name for each in item.inputs)
    return ScoreNeed(item.label, inputs, column, serving if there else "", int(absent.sum())), absent


def _of_units(record: "ScoreRecord", found: Mapping[str, str], table: "pd.DataFrame") -> list[str]:
    from hilum.readers.scores.values import read_input

    inputs = {each.name: each for each in record.inputs}
    return [
        warning.text
        for name, column in found.items()
        for warning in read_input(inputs[name], table[column]).warnings
    ]
