"""A clinical score as a reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from hilum.cohorts import Cohort
from hilum.errors import TableError
from hilum.evaluation import Readings
from hilum.readers.opinions import days_label, readings_of
from hilum.readers.scores import SCORES
from hilum.readers.scores.choosing import chosen_values
from hilum.readers.scores.columns import match_columns
from hilum.readers.scores.compute import Scored, compute_score
from hilum.readers.scores.constants import split_constants
from hilum.readers.scores.record import ScoreRecord
from hilum.readers.warning import ReaderWarning
from hilum.study import did_you_mean


@dataclass(frozen=True)
class ScoreReader:
    """A clinical score that reads cases from their row of the table.

    Attributes:
        record: What the score is.
        mapping: Input name to column name, where the table's names do not say it.
        choices: Choices of the score, such as `bun_rule`.
        reader_name: Name of the reader, when it is not the score's.

    Example:
        >>> score("curb65").record.citation[:7]
        'Lim WS,'
    """

    record: ScoreRecord
    mapping: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    reader_name: str = ""

    @property
    def name(self) -> str:
        """The name under which readings are reported."""
        return self.reader_name or self.record.name

    def columns(self, available: Sequence[str]) -> tuple[str, ...]:
        """The columns of a table that this score needs, to be carried into the cohort.

        Raises:
            TableError: an input has no column.

        Example:
            >>> score("curb65").columns(["id", "age", "confusion", "urea", "rr", "sbp", "dbp"])
            ('confusion', 'urea', 'rr', 'sbp', 'dbp', 'age')
        """
        chosen = chosen_values(self.record, self.choices)
        mapping, constants = split_constants(self.mapping)
        found = match_columns(self.record, [*available, *constants], mapping, chosen)
        return tuple(column for column in dict.fromkeys(found.values()) if column not in constants)

    def scored(self, frame: pd.DataFrame) -> Scored:
        """Points, risk, group, what was missing and what was odd, one entry a row of the table.

        Raises:
            TableError: an input has no column.
        """
        return compute_score(self.record, frame, self.mapping, self.choices)

    def score_table(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The table with the score's columns added.

        Adds `<score>` (points, or a probability between 0 and 1; empty where a value is missing),
        `<score>_risk_<days>d` (the published risk of points, 0 to 1), `<score>_group` and `<score>_missing`
        (the inputs that were missing), as far as the score has them.

        Raises:
            TableError: an input has no column, or the table already has one of the new columns.

        Example:
            >>> case = {"age": 70, "confusion": 0, "bun": 21, "rr": 30, "sbp": 95, "dbp": 60}
            >>> table = pd.DataFrame([case])
            >>> print(score("curb65").score_table(table).iloc[:, -4:].to_string(index=False))
            curb65 curb65_risk_30d curb65_group curb65_missing
                 4             0.4          3-5
        """
        return self.with_score(frame, self.scored(frame))

    def with_score(self, frame: pd.DataFrame, scored: Scored) -> pd.DataFrame:
        """The table with the columns of a score that was computed over it, see `score_table`."""
        record, name = self.record, self.record.name
        points: pd.Series[int] | pd.Series[float] = pd.Series(scored.points, index=frame.index)
        whole = np.isnan(scored.points) | (scored.points == np.round(scored.points))
        if record.gives == "points" and np.all(whole):
            points = points.astype("Int64")
        columns: dict[str, Any] = {name: points}
        if record.gives == "points" and record.has_risk:
            columns[f"{name}_risk_{days_label(record.horizon_days or 0)}"] = scored.risk
        if record.groups:
            columns[f"{name}_group"] = scored.group
        columns[f"{name}_missing"] = scored.missing
        added = pd.DataFrame(columns, index=frame.index)
        taken = [column for column in added.columns if column in frame.columns]
        if taken:
            raise TableError(f"the table already has a column `{taken[0]}`: rename it before scoring")
        return pd.concat([frame, added], axis=1)

    def read_with_warnings(self, cohort: Cohort) -> tuple[Readings, tuple[ReaderWarning, ...]]:
        """Score every case of a cohort; cases with a missing value keep their row, without a score.

        Classification: `score` = points or probability. Survival: `risk` = the same, and `risk_<days>d` = the
        published risk where the cohort's horizon is the score's own. Where a low number means a high risk
        (OSTA), its negative is given, and that is said.

        Raises:
            TableError: an input has no column.
        """
        scored = self.scored(cohort.cases)
        numbers = -scored.points if self.record.lower_is_worse else scored.points
        horizons = cohort.task.horizons_days if cohort.task.kind == "survival" else ()
        opinions = {"score" if cohort.task.kind != "survival" else "risk": numbers}
        for days in horizons:
            if self.record.has_risk and self.record.has_horizon(days):
                opinions[f"risk_{days_label(days)}"] = scored.risk
        warnings = (*scored.warnings, *self._turned(len(numbers)))
        return readings_of(cohort, self.name, opinions), warnings

    def _turned(self, cases: int) -> tuple[ReaderWarning, ...]:
        if not self.record.lower_is_worse:
            return ()
        text = (
            f"A low {self.record.title} means a high risk: its negative is compared, so that more means more "
            f"likely, and thresholds are those of the negative."
        )
        return (ReaderWarning("score_turned", text, cases),)

    def read(self, cohort: Cohort) -> Readings:
        """Score every case of a cohort, see `read_with_warnings`."""
        return self.read_with_warnings(cohort)[0]


def score(
    name: str, mapping: Mapping[str, str] | None = None, reader_name: str = "", **choices: str
) -> ScoreReader:
    """A clinical score by name.

    Args:
        name: Such as `curb65`.
        mapping: Input name to column name, where the table's names do not say it; or to `=` and a value that
            all cases have, as in `{"race": "=Asian"}`.
        reader_name: Name of the reader, when it shall not be the score's.
        choices: Choices of the score, such as `bun_rule="converted"`.

    Raises:
        TableError: there is no such score or choice.

    Example:
        >>> score("curb56")
        Traceback (most recent call last):
        hilum.errors.TableError: there is no score `curb56`: did you mean `curb65`?
    """
    known = {record.name: record for record in SCORES}
    if name not in known:
        near = did_you_mean(name, known)
        hint = f"did you mean `{near}`?" if near else f"there is {', '.join(known)}"
        raise TableError(f"there is no score `{name}`: {hint}")
    reader = ScoreReader(known[name], dict(mapping or {}), dict(choices), reader_name)
    compute_score(reader.record, _no_rows(reader.record, reader.mapping), reader.mapping, reader.choices)
    return reader


def _no_rows(record: ScoreRecord, mapping: Mapping[str, str]) -> pd.DataFrame:
    """An empty table that has every input, to find mistakes in choices and mapping at once."""
    mapping, constants = split_constants(mapping)
    names = [mapping.get(each.name, each.name) for each in record.inputs if each.name not in constants]
    return pd.DataFrame(columns=list(dict.fromkeys([*names, *mapping.values()])))
