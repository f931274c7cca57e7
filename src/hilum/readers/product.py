"""A commercial product, or anyone else who leaves a table of opinions, as a reader."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.errors import TableError
from hilum.evaluation import Readings
from hilum.readers.matching import IdentifierColumn, Identifiers, Translate, match_cases
from hilum.readers.product_columns import find_product_columns
from hilum.readers.product_opinions import marks_of, opinions_of
from hilum.readers.product_rows import Rows, Source, arrange
from hilum.readers.warning import ReaderWarning
from hilum.study import read_table


@dataclass(frozen=True)
class ProductReader:
    """A table of opinions: a product's scores and decisions, boxes, or the readings of one or more doctors.

    Attributes:
        path: CSV, Excel or Parquet.
        mapping: What hilum calls a column to what the table calls it, where names do not say it: `case`,
            `score`, `score_<finding>`, `decision`, `risk`, `risk_<days>d`; `reader`, `condition`, `session`,
            `seconds`, `confidence`, `finding`; `x`, `y`, `width`, `height` or `x1`, `y1`, `x2`, `y2`.
        identifiers: `real` or `research`; None to find out and say so.
        translate: From real to research identifiers (`Archive.research_patient`), in memory.
        reader_name: Name of the reader, when it is not the file's stem; where the table names several
            readers, each goes by the name it has there.

    Example:
        >>> ProductReader(Path("lunit.csv")).name
        'lunit'
    """

    path: Path
    mapping: Mapping[str, str] = field(default_factory=dict)
    identifiers: Identifiers = None
    translate: Translate | None = None
    reader_name: str = ""

    @property
    def name(self) -> str:
        """The name under which readings are reported, where the table does not name several readers."""
        return self.reader_name or self.path.stem

    def read_with_warnings(self, cohort: Cohort) -> tuple[Readings, tuple[ReaderWarning, ...]]:
        """The opinions on every case; cases without a row keep their place, without an opinion.

        For survival a `score` becomes `risk`: the higher, the earlier the event. A table with several rows a
        case must tell them apart by reader, condition, session or finding, or hold marks on images; it then
        gives the rows that are there. `seconds` and `confidence` are carried along.

        Raises:
            TableError: a column is missing or a value cannot be read.
            ReadingsError: no row fits any case, or rows of one case cannot be told apart.
        """
        file = self.path.name
        table = read_table(self.path)
        if table.empty:
            raise TableError(f"{file} has no rows: give the table that the product left")
        columns = find_product_columns([str(c) for c in table.columns], self.mapping, file)
        names = IdentifierColumn(_names(table[columns.case]), file, self.identifiers, self.translate)
        matched = match_cases(cohort, names)
        # A cohort's task may grow to those whose readings are marks.
        marks = columns.marks_named or (str(cohort.task.kind) in {"detection", "segmentation"})
        marks = marks and bool(columns.places)
        rows = arrange(Source(table, matched.cases, file, self.name, marks), columns, len(cohort.cases))
        frame = _frame(rows, cohort)
        said, noticed = opinions_of(table, rows.columns, cohort, file)
        if marks:
            said |= marks_of(table, rows.columns, file)
        for kind, column in rows.columns.apart.items():
            if kind != "reader":
                said[kind] = table[column].to_numpy(dtype=object)
        for kind, values in said.items():
            frame[kind] = _at(values, rows)
        return Readings.from_frame(frame), (*matched.warnings, *rows.warnings, *noticed)

    def read(self, cohort: Cohort) -> Readings:
        """The product's opinion on every case of a cohort, see `read_with_warnings`."""
        return self.read_with_warnings(cohort)[0]


def _names(column: "pd.Series[str]") -> tuple[str, ...]:
    """Identifiers as text; numbers that a blank elsewhere made decimal lose their `.0`."""
    if pd.api.types.is_float_dtype(column):
        known = column.dropna()
        if (known == np.round(known)).all():
            return tuple(column.astype("Int64").astype("string").fillna(""))
    return tuple(column.astype("string").str.strip().fillna(""))


def _frame(rows: Rows, cohort: Cohort) -> pd.DataFrame:
    columns = ("case", "patient", "part")
    frame = pd.DataFrame({name: cohort.cases[name].to_numpy()[rows.case] for name in columns})
    frame["reader"] = rows.reader
    return frame


def _at(values: NDArray[Any], rows: Rows) -> NDArray[Any]:
    """A column's values at the rows that count; nothing where a case has no row."""
    if values.dtype == np.float64:
        return np.where(rows.row >= 0, values[rows.row], np.nan)
    taken = values[rows.row].copy()
    taken[rows.row < 0] = ""
    return taken


def product(
    path: str | Path,
    mapping: Mapping[str, str] | None = None,
    identifiers: Identifiers = None,
    translate: Translate | None = None,
    reader_name: str = "",
) -> ProductReader:
    """A product's or doctors' table as a reader; the file is read when the cohort is.

    Example:
        >>> product("results/vuno.xlsx", mapping={"score": "Abnormality (%)"}).name
        'vuno'
    """
    return ProductReader(Path(path), dict(mapping or {}), identifiers, translate, reader_name)
