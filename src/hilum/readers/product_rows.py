"""The rows of a product's table: whose case each is of, who gave it, and what tells several apart."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.errors import ReadingsError, TableError
from hilum.readers.product_columns import ProductColumns
from hilum.readers.warning import ReaderWarning

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """The rows that will be readings, in order.

    Attributes:
        row: The table's row of each, -1 where a case has none.
        case: The case's place in the cohort.
        reader: Who read.
        columns: What the table's columns hold, without those that are not used.
        warnings: What was counted or left out.
    """

    row: Places
    case: Places
    reader: NDArray[np.object_]
    columns: ProductColumns
    warnings: tuple[ReaderWarning, ...]


@dataclass(frozen=True)
class Source:
    """A product's table with the case of each of its rows (-1 = none).

    Attributes:
        table: The table.
        cases: For each row the place of its case in the cohort.
        file: The file's name, for messages.
        reader: The reader's name where the table does not name several.
        marks: Whether rows are marks on images, several a case.
    """

    table: pd.DataFrame
    cases: Places
    file: str
    reader: str
    marks: bool


def arrange(source: Source, columns: ProductColumns, cases: int) -> Rows:
    """Put a table's rows in order: by reader, and by the cohort's order of cases within each.

    Columns that were found by name and not named by the mapping tell rows apart only where a case has several
    rows, so that a column with the radiologist who signed does not split a product into several readers.

    Args:
        source: The table.
        columns: What its columns hold.
        cases: How many cases the cohort has.

    Raises:
        ReadingsError: rows of one case cannot be told apart.
        TableError: some rows name no reader.
    """
    known = np.flatnonzero(source.cases >= 0)
    several = len(np.unique(source.cases[known])) < len(known)
    kept, warnings = _kept_apart(source, columns, several=several)
    columns = replace(columns, apart=kept)
    reader = _readers(source, kept.get("reader"), known)
    if not source.marks:
        _refuse_twice(source, kept, reader, known)
    names = pd.unique(reader)
    if not source.marks and not kept.keys() - {"reader"}:
        return _one_row_a_case(source, columns, (names, reader, known), cases, tuple(warnings))
    order = np.lexsort((source.cases[known], pd.factorize(reader)[0]))
    row = known[order]
    return Rows(row, source.cases[row], reader[order], columns, tuple(warnings))


def _kept_apart(
    source: Source, columns: ProductColumns, *, several: bool
) -> tuple[dict[str, str], list[ReaderWarning]]:
    kept, warnings = {}, []
    for kind, column in columns.apart.items():
        if kind in columns.named or several:
            kept[kind] = column
        elif kind == "reader":
            n = int(source.table[column].nunique())
            if n > 1:
                text = (
                    f"`{column}` of {source.file} names {n} persons, but no case has two rows: the table was "
                    f'read as one reader\'s. If they read, write mapping = {{ reader = "{column}" }}.'
                )
                warnings.append(ReaderWarning("reader_column_not_used", text, n))
    return kept, warnings


def _readers(source: Source, column: str | None, known: Places) -> NDArray[np.object_]:
    """Who gave each known row; one name in the whole table is the reader under its own name here."""
    alone = np.full(len(known), source.reader, dtype=object)
    if column is None:
        return alone
    names = source.table[column].astype("string").str.strip().fillna("").to_numpy(dtype=object)[known]
    if len(set(names)) <= 1:
        return alone
    unnamed = int((names == "").sum())
    if unnamed:
        raise TableError(
            f"{unnamed:,} rows of {source.file} name no reader in `{column}`: fill it in, or remove the rows"
        )
    return names


def _refuse_twice(
    source: Source, kept: Mapping[str, str], reader: NDArray[np.object_], known: Places
) -> None:
    key = pd.DataFrame({"case": source.cases[known], "who": reader})
    for kind, column in kept.items():
        if kind != "reader":
            key[kind] = source.table[column].astype("string").fillna("").to_numpy(dtype=object)[known]
    twice = int(key.loc[key.duplicated(), "case"].nunique())
    if twice:
        raise ReadingsError(
            f"{source.file} has several rows for {twice:,} cases of the cohort: keep one row a case, or name "
            "in `mapping` the column that tells them apart (reader, condition, session or finding; for marks "
            "on images x and y)"
        )


def _one_row_a_case(
    source: Source,
    columns: ProductColumns,
    who: tuple[NDArray[np.object_], NDArray[np.object_], Places],
    cases: int,
    warnings: tuple[ReaderWarning, ...],
) -> Rows:
    """Every case once for every reader; where it has no row it keeps its place, without an opinion."""
    names, reader, known = who
    rows = np.full((len(names), cases), -1, dtype=np.int64)
    rows[pd.Index(names).get_indexer(pd.Index(reader)), source.cases[known]] = known
    for name, of_reader in zip(names, rows, strict=True):
        without = int((of_reader < 0).sum())
        if len(names) > 1 and without:
            text = f"{name} read {cases - without:,} of {cases:,} cases in {source.file}."
            warnings = (*warnings, ReaderWarning("reader_read_some", text, without))
    case = np.tile(np.arange(cases, dtype=np.int64), len(names))
    return Rows(rows.ravel(), case, np.repeat(names, cases), columns, warnings)
