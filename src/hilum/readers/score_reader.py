"""A clinical score as a reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from hilum.cohorts import Cohort
from hilum.errors import TableError
from hilum.evaluation import Readings
from hilum.readers.opinions import days_label, readings_of
from hilum.readers.scores import SCORES
from hilum.readers.scores.columns import match_columns
from hilum.readers.scores.compute import Scored, compute_score
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
        return tuple(dict.fromkeys(match_columns(self.record, list(available), self.mapping).values()))

    def scored(self, frame: pd.DataFrame) -> Scored:
        """Points, risk, group, what was missing and what was odd, one entry a row of the table.

        Raises:
            TableError: an input has no column.
        """
        return compute_score(self.record, frame, self.mapping, self.choices)

    def score_table(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The table with the score's columns added.

        Adds `<score>` (points, empty where a value is missing), `<score>_risk_<days>d` (published risk, 0
        to 1),
        `<score>_group` and `<score>_missing` (the inputs that were missing).

        Raises:
            TableError: an input has no column, or the table already has one of the new columns.

        Example:
            >>> case = {"age": 70, "confusion": 0, "bun": 21, "rr": 30, "sbp": 95, "dbp": 60}
            >>> table = pd.DataFrame([case])
            >>> print(score("curb65").score_table(table).iloc[:, -4:].to_string(index=False))
            curb65 curb65_risk_30d curb65_group curb65_missing
                 4             0.4          3-5
        """
        scored = self.scored(frame)
        name = self.record.name
        points: pd.Series[int] | pd.Series[float] = pd.Series(scored.points, index=frame.index)
        if np.all(np.isnan(scored.points) | (scored.points == np.round(scored.points))):
            points = points.astype("Int64")
        added = pd.DataFrame(
            {
                name: points,
                f"{name}_risk_{days_label(self.record.horizon_days)}": scored.risk,
                f"{name}_group": list(scored.group),
                f"{name}_missing": list(scored.missing),
            },
            index=frame.index,
        )
        taken = [column for column in added.columns if column in frame.columns]
        if taken:
            raise TableError(f"the table already has a column `{taken[0]}`: rename it before scoring")
        return pd.concat([frame, added], axis=1)

    def read_with_warnings(self, cohort: Cohort) -> tuple[Readings, tuple[ReaderWarning, ...]]:
        """Score every case of a cohort; cases with a missing value keep their row, without a score.

        Classification: `score` = points. Survival: `risk` = points, and `risk_<days>d` = the published risk
            where the
        cohort's horizon is the score's own.

        Raises:
            TableError: an input has no column.
        """
        scored = self.scored(cohort.cases)
        horizons = cohort.task.horizons_days if cohort.task.kind == "survival" else ()
        if cohort.task.kind != "survival":
            opinions = {"score": scored.points}
        else:
            opinions = {"risk": scored.points}
            if self.record.horizon_days in horizons:
                opinions[f"risk_{days_label(self.record.horizon_days)}"] = scored.risk
        return readings_of(cohort, self.name, opinions), scored.warnings

    def read(self, cohort: Cohort) -> Readings:
        """Score every case of a cohort, see `read_with_warnings`."""
        return self.read_with_warnings(cohort)[0]


def score(
    name: str, mapping: Mapping[str, str] | None = None, reader_name: str = "", **choices: str
) -> ScoreReader:
    """A clinical score by name.

    Args:
        name: Such as `curb65`.
        mapping: Input name to column name, where the table's names do not say it.
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
    names = [mapping.get(each.name, each.name) for each in record.inputs]
    return pd.DataFrame(columns=list(dict.fromkeys([*names, *mapping.values()])))
