"""From a table to points, risk and what was missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hilum.errors import TableError
from hilum.readers.scores.columns import match_columns
from hilum.readers.scores.record import Floats, ScoreRecord
from hilum.readers.scores.values import read_input
from hilum.readers.warning import ReaderWarning


@dataclass(frozen=True)
class Scored:
    """A score over a table, one entry a row of it.

    Attributes:
        points: Points, nan where a value is missing.
        risk: Published risk at the score's horizon, 0 to 1, nan where a value is missing.
        group: Published group, empty where a value is missing.
        missing: Names of the inputs that were missing, joined by a comma, empty where none were.
        columns: Which column served as which input.
        warnings: What was counted, guessed or odd.
    """

    points: Floats
    risk: Floats
    group: tuple[str, ...]
    missing: tuple[str, ...]
    columns: Mapping[str, str]
    warnings: tuple[ReaderWarning, ...]


def compute_score(
    record: ScoreRecord, frame: pd.DataFrame, mapping: Mapping[str, str], choices: Mapping[str, str]
) -> Scored:
    """Compute a score over a table.

    Args:
        record: The score.
        frame: One row a case.
        mapping: Input name to column name where the names do not say it.
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
        >>> scored.points.tolist(), scored.missing
        ([4.0, nan], ('', 'confusion'))
    """
    chosen = _choices(record, choices)
    columns = match_columns(record, [str(column) for column in frame.columns], mapping)
    read = {
        each.name: read_input(each, frame[columns[each.name]])
        for each in record.inputs
        if each.name in columns
    }
    nothing = np.full(len(frame), np.nan)
    values = {each.name: read[each.name].values if each.name in read else nothing for each in record.inputs}
    points = record.points(values, chosen)
    missing = _missing(record, values, len(frame))
    warnings = [warning for each in read.values() for warning in each.warnings]
    warnings += _not_scored(record, points, missing)
    warnings += _choice_matters(record, values, chosen, points)
    warnings += _population(record, values)
    return Scored(points, record.risk(points), tuple(record.group(points)), missing, columns, tuple(warnings))


def _choices(record: ScoreRecord, given: Mapping[str, str]) -> dict[str, str]:
    known = {choice.name: choice for choice in record.choices}
    for name, value in given.items():
        if name not in known:
            raise TableError(f"{record.title} has no choice `{name}`: it has {', '.join(known) or 'none'}")
        if value not in known[name].values:
            allowed = " or ".join(f"`{v}`" for v in known[name].values)
            raise TableError(f"`{name}` of {record.title} cannot be `{value}`: choose {allowed}")
    return {name: given.get(name, choice.values[0]) for name, choice in known.items()}


def _missing(record: ScoreRecord, values: Mapping[str, Floats], rows: int) -> tuple[str, ...]:
    names: list[list[str]] = [[] for _ in range(rows)]
    for item in record.items:
        absent = np.all([np.isnan(values[each.name]) for each in item.one_of], axis=0)
        for row in np.flatnonzero(absent):
            names[row].append(" or ".join(each.name for each in item.one_of))
    return tuple(", ".join(each) for each in names)


def _not_scored(record: ScoreRecord, points: Floats, missing: Sequence[str]) -> list[ReaderWarning]:
    n = int(np.isnan(points).sum())
    if n == 0:
        return []
    counts: dict[str, int] = {}
    for names in missing:
        for name in filter(None, names.split(", ")):
            counts[name] = counts.get(name, 0) + 1
    which = ", ".join(f"{name} missing in {count}" for name, count in counts.items())
    text = (
        f"{record.title} cannot be computed for {n:,} of {len(points):,} cases ({which}); they get no score "
        "and are left out "
        "wherever it is measured."
    )
    return [ReaderWarning("score_missing", text, n)]


def _choice_matters(
    record: ScoreRecord, values: Mapping[str, Floats], chosen: Mapping[str, str], points: Floats
) -> list[ReaderWarning]:
    warnings = []
    for choice in record.choices:
        for other in choice.values:
            if other == chosen[choice.name]:
                continue
            n = int(
                (record.points(values, {**chosen, choice.name: other}) != points)[~np.isnan(points)].sum()
            )
            if n:
                text = (
                    f"{record.title}: {choice.sentence}; here `{chosen[choice.name]}`. "
                    f"`{other}` would give {n} cases another score."
                )
                warnings.append(ReaderWarning("score_choice_matters", text, n))
    return warnings


def _population(record: ScoreRecord, values: Mapping[str, Floats]) -> list[ReaderWarning]:
    if not record.adults_only or "age" not in values:
        return []
    n = int((values["age"] < 18).sum())
    if n == 0:
        return []
    text = f"{n} cases are under 18 years; {record.title} was validated in adults only."
    return [ReaderWarning("score_population", text, n)]
