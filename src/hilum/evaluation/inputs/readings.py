"""What readers said: one form for models, scores, products and doctors."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from hilum.errors import ReadingsError
from hilum.evaluation.inputs.doctors import score_from_confidence, separate_readings
from hilum.evaluation.inputs.files import save_frame
from hilum.evaluation.inputs.long_findings import one_row_a_case
from hilum.evaluation.inputs.marks import MARK_COLUMNS, PLACE, with_mask_paths
from hilum.evaluation.inputs.risk_columns import with_risks_in_days
from hilum.evaluation.inputs.tables import (
    identifier_column,
    load_frame,
    missing_column,
    nearest,
    number_column,
    text_column,
)

OPINION = re.compile(r"^(score|decision|risk|value|score_.+|decision_.+|risk_\d+(\.\d+)?d)$")
KNOWN_COLUMNS = (
    "case",
    "patient",
    "part",
    "reader",
    "repeat",
    "score",
    "decision",
    "risk",
    "condition",
    "session",
    "seconds",
    "confidence",
    "finding",
    "person",
    *MARK_COLUMNS,
)
# What a doctor's table says beside the opinion.
BESIDE = ("seconds", "confidence")
_TABLE = "the readings"


@dataclass(frozen=True)
class Readings:
    """Opinions on cases, one row a case, reader and repeat; several where they are marks on images.

    The columns are `case, patient, part, reader, repeat` and what the task asks for: `score`, `decision`,
    `score_<class>` (a class or a finding), `decision_<finding>`, `risk`, `risk_<days>d`, `value`, or the
    marks' `image, x, y, width, height, mask, class, score`. A long table of findings (`finding, score`) is
    turned into one column a finding. A reader who read in several conditions (without and with AI) is one
    reader in each: `Kim, with AI`.

    `score` and `risk` are any numbers of which the higher means more likely positive, or an earlier event;
    `risk_30d` is the probability of the event by day 30; `risk_5y` is taken as that by the day that ends five
    years, `risk_1826d`. `repeat` counts repeated trainings from 1 and is
    empty for a reader that read once. A missing number is NaN, a missing decision "". Make it with
    `from_frame` or `load`.

    Attributes:
        frame: One row a case, reader and repeat.
        ignored: Columns of the file that mean nothing here.
        notes: What was understood that the table did not say outright.

    Example:
        >>> table = pd.DataFrame({"case": ["a", "b"], "score": [0.2, 0.9]})
        >>> Readings.from_frame(table, reader="cnn").reader
        'cnn'
    """

    frame: pd.DataFrame
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def marks(self) -> bool:
        """Whether these are marks on images or outlines, several a case.

        Example:
            >>> table = pd.DataFrame({"case": ["a"], "x": [5], "y": [7], "score": [0.9]})
            >>> Readings.from_frame(table, reader="cnn").marks
            True
        """
        return holds_marks(self.frame)

    @property
    def readers(self) -> tuple[str, ...]:
        """Names of all readers, in the order in which they first occur.

        Example:
            >>> table = pd.DataFrame({"case": ["a", "a"], "reader": ["x", "y"], "score": [1, 2]})
            >>> Readings.from_frame(table).readers
            ('x', 'y')
        """
        return tuple(self.frame["reader"].drop_duplicates())

    @property
    def reader(self) -> str:
        """The name of the only reader.

        Raises:
            ReadingsError: there are several.

        Example:
            >>> Readings.from_frame(pd.DataFrame({"case": ["a"], "score": [1]}), reader="x").reader
            'x'
        """
        names = self.readers
        if len(names) != 1:
            raise ReadingsError(f"these readings are of {len(names)} readers: ask for `readers`")
        return names[0]

    @property
    def opinions(self) -> tuple[str, ...]:
        """The columns that hold opinions.

        Example:
            >>> Readings.from_frame(pd.DataFrame({"case": ["a"], "risk_30d": [0.1]}), reader="x").opinions
            ('risk_30d',)
        """
        return tuple(column for column in self.frame.columns if OPINION.match(column))

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, reader: str | None = None) -> "Readings":
        """Check a table and make it readings; `reader` names the reader where the table does not.

        Raises:
            ReadingsError: a column is missing or misspelt, a case occurs twice for one reader and
                repeat, or a value is no number.

        Example:
            >>> Readings.from_frame(pd.DataFrame({"case": ["a"], "scroe": [1]}), reader="x")
            Traceback (most recent call last):
            hilum.errors.ReadingsError: the readings have no column `score`: rename `scroe`, which is near,
            or add it
        """
        table = with_risks_in_days(frame.reset_index(drop=True).copy())
        for column in ("case", "patient", "part", "reader"):
            if column in table.columns:
                table[column] = identifier_column(table[column])
        _refuse_unknown(table)
        if "case" not in table.columns:
            raise missing_column("case", table.columns, _TABLE)
        unnamed = int((table["case"] == "").sum())
        if unnamed:
            raise ReadingsError(f"{unnamed} rows of the readings have no case: fill the column `case`")
        if len(table) == 0:
            raise ReadingsError("the readings have no rows: give a table with one row a case")
        table["reader"] = _reader_names(table, reader)
        table["repeat"] = _repeats(table)
        marks = holds_marks(table)
        table = separate_readings(table, marks=marks)
        if not marks and "finding" in table.columns:
            table = one_row_a_case(table)
        table, notes = score_from_confidence(table)
        _convert(table)
        if not marks:
            _refuse_duplicates(table)
        ignored = tuple(
            name for name in table.columns if name not in KNOWN_COLUMNS and not OPINION.match(name)
        )
        return cls(_in_order(table), ignored, notes)

    @classmethod
    def load(cls, path: str | Path, reader: str | None = None) -> "Readings":
        r"""Read readings from CSV or Parquet; without a column `reader` the file's stem is the reader's name.

        Raises:
            ReadingsError: as `from_frame`, or the file cannot be read.

        Example:
            >>> import tempfile
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     file = Path(folder) / "vuno.csv"
            ...     _ = file.write_text("case,decision\n001,1\n")
            ...     Readings.load(file).reader
            'vuno'
        """
        frame = with_mask_paths(load_frame(path), Path(path).parent)
        return cls.from_frame(frame, reader or Path(path).stem)

    def save(self, path: str | Path) -> Path:
        """Write readings as CSV or Parquet (by the name's ending), whole or not at all.

        Example:
            >>> import tempfile
            >>> readings = Readings.from_frame(pd.DataFrame({"case": ["07"], "score": [0.25]}), reader="x")
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     Readings.load(readings.save(Path(folder) / "x.parquet")).frame.loc[0, "case"]
            '07'
        """
        return save_frame(self.frame, path)


def _refuse_unknown(table: pd.DataFrame) -> None:
    columns = [str(name) for name in table.columns]
    strange = [name for name in columns if name not in KNOWN_COLUMNS and not OPINION.match(name)]
    for wanted in ("case", "patient", "part", "reader", "repeat", "decision"):
        near = nearest(wanted, strange) if wanted not in columns else None
        if near is not None:
            raise missing_column(wanted, [near], _TABLE)
    if any(OPINION.match(name) for name in columns) or holds_marks(table) or "confidence" in columns:
        return
    for wanted in ("score", "decision", "risk"):
        near = nearest(wanted, [name for name in columns if name not in KNOWN_COLUMNS])
        if near is not None:
            raise missing_column(wanted, [near], _TABLE)
    raise ReadingsError(
        "the readings hold no opinion: add a column `score`, `decision`, `risk` or `score_<class>` (there "
        f"are {', '.join(columns) or 'none'})"
    )


def holds_marks(table: pd.DataFrame) -> bool:
    """Whether a table holds marks on images or outlines: places (`x`, `y`) or a `mask`.

    Example:
        >>> holds_marks(pd.DataFrame({"case": [], "score": []}))
        False
    """
    return {"x", "y"} <= set(table.columns) or "mask" in table.columns


def _convert(table: pd.DataFrame) -> None:
    for column in [name for name in table.columns if OPINION.match(name) or name in {*BESIDE, *PLACE}]:
        if column.startswith("decision"):
            table[column] = text_column(table[column])
        else:
            table[column] = number_column(table[column], column, _TABLE)
    if "seconds" in table.columns and (table["seconds"] < 0).any():
        raise ReadingsError("some `seconds` of the readings are below 0: correct the reading times")


def _reader_names(table: pd.DataFrame, reader: str | None) -> "pd.Series[str]":
    if "reader" not in table.columns:
        if not reader:
            raise ReadingsError("the readings do not say who read: add a column `reader` or give a name")
        return pd.Series([reader] * len(table), dtype=object)
    unnamed = int((table["reader"] == "").sum())
    if unnamed:
        raise ReadingsError(f"{unnamed} rows of the readings name no reader: fill the column `reader`")
    names: pd.Series[str] = table["reader"]
    return names


def _repeats(table: pd.DataFrame) -> "pd.Series[int]":
    if "repeat" not in table.columns:
        return pd.Series([pd.NA] * len(table), dtype="Int64")
    numbers = number_column(table["repeat"], "repeat", _TABLE)
    given = numbers[~np.isnan(numbers)]
    if np.any((given < 1) | (given != np.floor(given))):
        raise ReadingsError(
            "`repeat` of the readings counts 1, 2, 3 and is empty for one reading only: correct it"
        )
    mixed = pd.Series(np.isnan(numbers)).groupby(table["reader"].to_numpy()).nunique()
    if (mixed > 1).any():
        raise ReadingsError(
            f"some rows of {mixed.index[mixed > 1][0]} have a `repeat` and others none: number all or none"
        )
    return pd.Series(numbers).astype("Int64")


def _refuse_duplicates(table: pd.DataFrame) -> None:
    twice = table.duplicated(["reader", "repeat", "case"], keep=False)
    if twice.any():
        raise ReadingsError(
            f"{int(twice.sum())} rows of {table.loc[twice, 'reader'].iloc[0]} share reader, repeat and case "
            "with another row: keep one reading a case, or number repeated trainings in `repeat`"
        )


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    first = [name for name in ("case", "patient", "part", "reader", "repeat") if name in table.columns]
    return table[first + [name for name in table.columns if name not in first]]
