"""A commercial product, or anyone else who leaves a table of opinions, as a reader."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.errors import TableError
from hilum.evaluation import Readings
from hilum.readers.matching import IdentifierColumn, Identifiers, Translate, match_cases
from hilum.readers.opinions import readings_of
from hilum.readers.product_columns import find_product_columns
from hilum.readers.product_values import read_decisions, read_numbers
from hilum.readers.warning import ReaderWarning
from hilum.study import read_table


@dataclass(frozen=True)
class ProductReader:
    """A table with one row a case and a score, a decision or both.

    Attributes:
        path: CSV, Excel or Parquet.
        mapping: `case`, `score`, `decision`, `risk`, `risk_<days>d` to the table's columns, where names do
            not say it.
        identifiers: `real` or `research`; None to find out and say so.
        translate: From real to research identifiers (`Archive.research_patient`), in memory.
        reader_name: Name of the reader, when it is not the file's stem.

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
        """The name under which readings are reported."""
        return self.reader_name or self.path.stem

    def read_with_warnings(self, cohort: Cohort) -> tuple[Readings, tuple[ReaderWarning, ...]]:
        """The product's opinion on every case; cases without a row keep their place, without an opinion.

        For survival a `score` becomes `risk`: the higher, the earlier the event.

        Raises:
            TableError: a column is missing or a value cannot be read.
            ReadingsError: no row fits any case, or a case has several.
        """
        table = read_table(self.path)
        if table.empty:
            raise TableError(f"{self.path.name} has no rows: give the table that the product left")
        columns = find_product_columns([str(c) for c in table.columns], self.mapping, self.path.name)
        names = table[columns.case].astype("string").str.strip().fillna("")
        matched = match_cases(
            cohort, IdentifierColumn(tuple(names), self.path.name, self.identifiers, self.translate)
        )
        warnings = list(matched.warnings)
        opinions: dict[str, NDArray[Any]] = {}
        rows = np.array(matched.rows)
        for kind, column in columns.opinions.items():
            if kind == "decision":
                said = read_decisions(table[column], cohort.classes, cohort.positive, self.path.name)
                opinions[kind] = np.array([said[row] if row >= 0 else "" for row in rows], dtype=object)
                continue
            numbers, noticed = read_numbers(table[column], self.path.name)
            warnings += noticed
            survival = cohort.task.kind == "survival" and kind == "score"
            opinions["risk" if survival else kind] = np.where(rows >= 0, numbers[rows], np.nan)
        return readings_of(cohort, self.name, opinions), tuple(warnings)

    def read(self, cohort: Cohort) -> Readings:
        """The product's opinion on every case of a cohort, see `read_with_warnings`."""
        return self.read_with_warnings(cohort)[0]


def product(
    path: str | Path,
    mapping: Mapping[str, str] | None = None,
    identifiers: Identifiers = None,
    translate: Translate | None = None,
    reader_name: str = "",
) -> ProductReader:
    """A product's table as a reader; the file is read when the cohort is.

    Example:
        >>> product("results/vuno.xlsx", mapping={"score": "Abnormality (%)"}).name
        'vuno'
    """
    return ProductReader(Path(path), dict(mapping or {}), identifiers, translate, reader_name)
