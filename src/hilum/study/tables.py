"""Tables from outside: CSV as people save it in three encodings and with three delimiters, Excel, Parquet.

Every table comes out the same way: columns by their names, identifiers with leading zeros as text, numbers as
numbers, dates as text (YYYY-MM-DD, or YYYY-MM-DDTHH:MM:SS), missing values as missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hilum.errors import TableError
from hilum.study.table_files import TextRows, csv_rows, excel_rows
from hilum.study.values import MISSING_WORDS, NUMBER

if TYPE_CHECKING:
    import pandas as pd

MOST_BYTES = 500_000_000
MOST_ROWS = 5_000_000
MOST_COLUMNS = 5_000


def read_table(path: str | Path) -> pd.DataFrame:
    r"""Read a table with one heading row.

    Args:
        path: A `.csv`, `.tsv` or `.txt` file (UTF-8 with or without mark, CP949 or UTF-16; comma, semicolon
            or tab), an `.xlsx` file (its first sheet), or a `.parquet` file.

    Returns:
        The table. A column is numeric when every value in it is a number without leading zeros; else it is
        text, and "00123" stays "00123". In a file with semicolons, "3,5" is the number 3.5. Missing values
        (empty, NA, NaN, NULL, N/A) are missing in both.

    Raises:
        TableError: The file is not there, too large, of another kind, or has no proper heading row.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder) / "outcomes.csv"
        ...     _ = file.write_text("patient_id;age\n00123;71\n00124;\n")
        ...     read_table(file)
          patient_id   age
        0      00123  71.0
        1      00124   NaN
    """
    path = Path(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise TableError(
            f"{path.name} is no table that can be read: save it as CSV (.csv), Excel (.xlsx) or Parquet "
            f"(.parquet)"
        )
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise TableError(f"{path.name} is a folder, not a table: name the file")
        if size > MOST_BYTES:
            raise TableError(
                f"{path.name} has {size / 1e6:.0f} MB, and at most {MOST_BYTES / 1e6:.0f} MB are read"
            )
        return reader(path)
    except FileNotFoundError:
        raise TableError(f"there is no table {path}: correct the path") from None
    except OSError as problem:
        raise TableError(f"{path.name} cannot be read ({problem.strerror or 'damaged file'})") from None


def _from_csv(path: Path) -> pd.DataFrame:
    rows = csv_rows(path, MOST_ROWS)
    return _frame(path.name, rows, decimal_comma=rows.delimiter == ";")


def _from_excel(path: Path) -> pd.DataFrame:
    return _frame(path.name, excel_rows(path, MOST_ROWS, MOST_COLUMNS), decimal_comma=False)


def _from_parquet(path: Path) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            if file.metadata.num_rows > MOST_ROWS or file.metadata.num_columns > MOST_COLUMNS:
                raise TableError(
                    f"{path.name} has more than {MOST_ROWS} rows or {MOST_COLUMNS} columns: cut it"
                )
            frame: pd.DataFrame = file.read().to_pandas().reset_index(drop=True)
    except pa.ArrowException:
        raise TableError(f"{path.name} is not a Parquet file, or is damaged: save it anew") from None
    frame.columns = _checked_names(path.name, [str(name) for name in frame.columns])
    for name in frame.columns:
        frame[name] = _plain_column(path.name, name, frame[name])
    return frame


_READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    ".csv": _from_csv,
    ".tsv": _from_csv,
    ".txt": _from_csv,
    ".xlsx": _from_excel,
    ".xlsm": _from_excel,
    ".parquet": _from_parquet,
}


def _frame(name: str, rows: TextRows, *, decimal_comma: bool) -> pd.DataFrame:
    """Columns of text turned into numbers where every value is one."""
    import pandas as pd

    width = len(rows.names)
    columns = list(zip(*rows.cells, strict=True)) if rows.cells else [()] * width
    kept = [at for at in range(width) if rows.names[at].strip() or any(cell.strip() for cell in columns[at])]
    names = _checked_names(name, [rows.names[at] for at in kept])
    if len(names) > MOST_COLUMNS:
        raise TableError(f"{name} has {len(names)} columns, and at most {MOST_COLUMNS} are read: cut it")
    return pd.DataFrame(
        {new: _typed(columns[at], decimal_comma=decimal_comma) for new, at in zip(names, kept, strict=True)}
    )


def _checked_names(table: str, names: Sequence[str]) -> list[str]:
    plain = [name.strip() for name in names]
    if not plain:
        raise TableError(f"{table} is empty: its first row must name the columns")
    if "" in plain:
        raise TableError(
            f"column {plain.index('') + 1} of {table} has values but no name: name it in the first row"
        )
    twice = sorted({name for name in plain if plain.count(name) > 1}) if len(set(plain)) < len(plain) else []
    if twice:
        raise TableError(f"{table} has two columns called `{twice[0]}`: rename one of them")
    return plain


def _typed(cells: Sequence[str], *, decimal_comma: bool) -> pd.Series:
    """Numbers where every value is a number a person would type, else text."""
    import pandas as pd

    texts = [cell.strip() for cell in cells]
    values: list[str | None] = [None if text in MISSING_WORDS else text for text in texts]
    present = [value for value in values if value is not None]
    if decimal_comma and all("." not in value for value in present):
        dotted = [value.replace(",", ".", 1) for value in present]
        if all(map(NUMBER.fullmatch, dotted)):
            values = [None if value is None else value.replace(",", ".", 1) for value in values]
            present = dotted
    if not present or not all(map(NUMBER.fullmatch, present)):
        return pd.Series(values, dtype=object)
    numbers = pd.Series(
        [float("nan") if value is None else float(value) for value in values], dtype="float64"
    )
    whole = len(present) == len(values) and all(value.lstrip("+-").isdigit() for value in present)
    return numbers.astype("int64") if whole else numbers


def _plain_column(table: str, name: str, column: pd.Series) -> pd.Series:
    """A Parquet column as one of the kinds of value that tables hold here."""
    import pandas as pd

    from hilum.study.values import texts_of

    if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_numeric_dtype(column.dtype):
        return column
    values = [value for value in column.dropna().tolist() if value is not None]
    if any(isinstance(value, list | dict | bytes | tuple) or hasattr(value, "shape") for value in values):
        raise TableError(
            f"the column `{name}` of {table} holds lists or binary data: leave it out of the table"
        )
    texts = texts_of(column)
    return pd.Series([None if text in MISSING_WORDS else text for text in texts], dtype=object)
