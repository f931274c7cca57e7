"""One value for the whole table, such as the race in a hospital where it is the same for all."""

from collections.abc import Mapping

import pandas as pd

from hilum.errors import TableError
from hilum.readers.scores.record import ScoreRecord
from hilum.readers.warning import ReaderWarning

SIGN = "="


def split_constants(mapping: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """A mapping's columns, and apart from them the values that it gives to all cases.

    Example:
        >>> split_constants({"age": "Alter", "race": "=Asian"})
        ({'age': 'Alter'}, {'race': 'Asian'})
    """
    columns = {name: value for name, value in mapping.items() if not value.startswith(SIGN)}
    constants = {name: value[1:].strip() for name, value in mapping.items() if value.startswith(SIGN)}
    return columns, constants


def with_constants(record: ScoreRecord, frame: pd.DataFrame, constants: Mapping[str, str]) -> pd.DataFrame:
    """The table with a column for each value that holds for all cases.

    Raises:
        TableError: the score has no such input, or the table has a column of that name.

    Example:
        >>> from hilum.readers import CURB65
        >>> with_constants(CURB65, pd.DataFrame({"age": [70, 80]}), {"confusion": "no"})["confusion"].tolist()
        ['no', 'no']
    """
    known = {each.name for each in record.inputs}
    for name, value in constants.items():
        if name not in known:
            raise TableError(
                f"{record.title} has no input `{name}`; its inputs are {', '.join(sorted(known))}"
            )
        if name in frame.columns:
            raise TableError(
                f"the table has a column `{name}`, and `mapping` says that it is {value} in all cases: keep "
                "one of them"
            )
    return frame.assign(**{name: pd.Series(value, index=frame.index) for name, value in constants.items()})


def said_for_all(record: ScoreRecord, constants: Mapping[str, str], rows: int) -> list[ReaderWarning]:
    """What was taken to be the same in all cases."""
    return [
        ReaderWarning(
            "score_same_for_all",
            f"{record.title}: `{name}` was taken to be {value} in all {rows:,} cases, as was said.",
            rows,
        )
        for name, value in constants.items()
    ]
