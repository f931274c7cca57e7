"""From a table to points, risk and what was missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.readers.scores.choosing import chosen_values, codes_by_input
from hilum.readers.scores.columns import is_there, match_columns, refuse_absent
from hilum.readers.scores.constants import said_for_all, split_constants, with_constants
from hilum.readers.scores.inputs import Floats, Inputs, Mask
from hilum.readers.scores.numbers import absent_items, filled, score_numbers
from hilum.readers.scores.record import ScoreRecord
from hilum.readers.scores.reporting import noticed
from hilum.readers.scores.values import read_input
from hilum.readers.warning import ReaderWarning

Texts = NDArray[Any]


@dataclass(frozen=True)
class Scored:
    """A score over a table, one entry a row of it.

    Attributes:
        points: The score's number (points or probability), nan where a value is missing.
        risk: Published risk at the score's horizon, 0 to 1, nan where there is none.
        group: Published group, empty where there is none.
        missing: Names of the inputs that were missing, joined by a comma, empty where none were.
        columns: Which column served as which input.
        warnings: What was counted, guessed or odd.
        choices: What was chosen, defaults included.
    """

    points: Floats
    risk: Floats
    group: Texts
    missing: Texts
    columns: Mapping[str, str]
    warnings: tuple[ReaderWarning, ...]
    choices: Mapping[str, str]


def compute_score(
    record: ScoreRecord, frame: pd.DataFrame, mapping: Mapping[str, str], choices: Mapping[str, str]
) -> Scored:
    """Compute a score over a table.

    Args:
        record: The score.
        frame: One row a case.
        mapping: Input name to column name where the names do not say it, or to `=` and a value that all cases
            have.
        choices: Choices of the score by name; the first value of each is the default.

    Returns:
        Points, risk, group, and what was missing or odd.

    Raises:
        TableError: inputs have no column, or a choice does not exist.

    Example:
        >>> from hilum.readers import CURB65
        >>> table = pd.DataFrame({"age": [70, 40], "confusion": ["no", ""], "bun": [21, 10], "rr": [30, 18],
        ...                       "sbp": [95, 130], "dbp": [60, 80]})
        >>> scored = compute_score(CURB65, table, {}, {})
        >>> scored.points.tolist(), scored.missing.tolist()
        ([4.0, nan], ['', 'confusion'])
    """
    chosen = chosen_values(record, choices)
    mapping, constants = split_constants(mapping)
    frame = with_constants(record, frame, constants)
    names = [str(column) for column in frame.columns]
    columns = match_columns(record, names, mapping, chosen)
    codes = codes_by_input(record, chosen)
    read = {
        each.name: read_input(each, frame[columns[each.name]], codes.get(each.name, {}))
        for each in record.inputs
        if each.name in columns
    }
    nothing = np.full(len(frame), np.nan)
    raw = {each.name: read[each.name].values if each.name in read else nothing for each in record.inputs}
    values = filled(record, raw)
    _refuse_absent_where_needed(record, values, chosen, columns, names)
    absent = absent_items(record, values, chosen)
    points = score_numbers(record, values, chosen)
    warnings = [warning for each in read.values() for warning in each.warnings]
    warnings += said_for_all(record, constants, len(frame))
    warnings += noticed(record, values, chosen, points, absent)
    group = np.array(record.group(points, values), dtype=object)
    risk = record.risk(points, values)
    return Scored(points, risk, group, _missing(absent, len(frame)), columns, tuple(warnings), chosen)


def _refuse_absent_where_needed(
    record: ScoreRecord,
    values: Inputs,
    chosen: Mapping[str, str],
    columns: Mapping[str, str],
    names: Sequence[str],
) -> None:
    """A column that only some cases need may be absent where no case needs it."""
    sometimes = [item for item in record.needed(chosen) if item.needed_in is not None]
    absent = [
        item
        for item in sometimes
        if not is_there(item, columns) and item.needed_in is not None and item.needed_in(values).any()
    ]
    refuse_absent(record, absent, columns, names)


def _missing(absent: Mapping[str, Mask], rows: int) -> Texts:
    """The names of missing items of every case, joined by a comma."""
    names = np.full(rows, "", dtype=object)
    for name, unknown in absent.items():
        before = names[unknown]
        names[unknown] = np.where(before == "", name, before + ", " + name)
    return names
