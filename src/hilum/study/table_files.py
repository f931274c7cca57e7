"""Rows of text out of CSV and Excel files, before anything is made of them."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hilum.errors import TableError
from hilum.study.values import text_of
from hilum.zip_damage import ZIP_DAMAGE

MOST_UNPACKED_BYTES = 2_000_000_000
_ZEROS = re.compile(r"0{2,30}")


@dataclass(frozen=True)
class TextRows:
    """A table as text.

    Args:
        names: The heading row.
        cells: One tuple a row, as wide as the heading row.
        delimiter: What stood between the cells, for CSV.
    """

    names: tuple[str, ...]
    cells: list[tuple[str, ...]]
    delimiter: str = ""


def csv_rows(path: Path, most_rows: int) -> TextRows:
    r"""Rows of a CSV file, its encoding and delimiter found out.

    Args:
        path: The file.
        most_rows: Above this many rows the file is refused.

    Returns:
        The rows; empty lines are left out.

    Raises:
        TableError: The encoding is none of those known, a row is longer or shorter than the heading row, a
            quote is not closed, or there are too many rows.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder) / "a.csv"
        ...     _ = file.write_bytes("환자번호,나이\n007,40\n".encode("cp949"))
        ...     csv_rows(file, 10)
        TextRows(names=('환자번호', '나이'), cells=[('007', '40')], delimiter=',')
    """
    text = _decoded(path)
    delimiter = _delimiter(text)
    names: tuple[str, ...] | None = None
    cells: list[tuple[str, ...]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if names is None:
                names = tuple(row)
                continue
            cells.append(_fitting(row, len(names), path.name, reader.line_num))
            if len(cells) > most_rows:
                raise TableError(f"{path.name} has more than {most_rows} rows: cut it into several tables")
    except csv.Error as problem:
        raise TableError(
            f"{path.name} cannot be read at line {reader.line_num} ({problem}): correct it"
        ) from None
    if names is None:
        raise TableError(f"{path.name} is empty: its first row must name the columns")
    return TextRows(names, cells, delimiter)


def excel_rows(path: Path, most_rows: int, most_columns: int) -> TextRows:
    """Rows of the first sheet of an Excel workbook, as a person sees them.

    A number that the sheet shows with leading zeros (number format 00000) keeps them.

    Args:
        path: The `.xlsx` file.
        most_rows: Above this many rows the file is refused.
        most_columns: Above this many columns the file is refused.

    Returns:
        The rows; empty rows are left out.

    Raises:
        TableError: The file is no workbook, is locked by a password, or is too large when unpacked.
    """
    import openpyxl

    try:
        with zipfile.ZipFile(path) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED_BYTES:
                raise TableError(f"{path.name} is too large when unpacked: save the table as CSV or Parquet")
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # openpyxl warns of formatting that it does not keep; values are all kept
            workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                return _sheet_rows(workbook.worksheets[0], path.name, most_rows, most_columns)
            finally:
                workbook.close()
    except (*ZIP_DAMAGE, KeyError, IndexError, SyntaxError, TypeError):
        raise TableError(
            f"{path.name} is not an Excel workbook that can be read (damaged, or locked by a password): save "
            f"it as CSV"
        ) from None


def _sheet_rows(sheet: Any, name: str, most_rows: int, most_columns: int) -> TextRows:
    rows: list[tuple[str, ...]] = []
    for cells in sheet.iter_rows(max_col=most_columns + 1):
        row = tuple(_shown(cell) for cell in cells)
        if any(row):
            rows.append(row)
        if len(rows) > most_rows + 1:
            raise TableError(f"{name} has more than {most_rows} rows: cut it into several tables")
    if not rows:
        raise TableError(f"the first sheet of {name} is empty: its first row must name the columns")
    width = max(len(row) for row in rows)
    padded = [row + ("",) * (width - len(row)) for row in rows]
    return TextRows(padded[0], padded[1:])


def _shown(cell: Any) -> str:
    value = cell.value
    if isinstance(value, str):
        return "" if cell.data_type == "e" else value.strip()
    if isinstance(value, int) and not isinstance(value, bool):
        zeros = _ZEROS.fullmatch(str(cell.number_format or ""))
        return str(value).zfill(len(zeros.group())) if zeros else str(value)
    if isinstance(value, datetime) and value.microsecond:
        value = value.replace(microsecond=0)
    return str(value) if hasattr(value, "total_seconds") or type(value).__name__ == "time" else text_of(value)


def _decoded(path: Path) -> str:
    """The file's text: UTF-8 first, because valid UTF-8 is hardly ever anything else, then Korean Windows."""
    data = path.read_bytes()
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp949"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise TableError(f"{path.name} is neither UTF-8 nor Korean (CP949) text: save it as CSV UTF-8")


def _delimiter(text: str) -> str:
    """The sign that stands most often in the heading row outside quotes; a comma where none does."""
    heading = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", heading)
    return max((",", ";", "\t"), key=bare.count)


def _fitting(row: list[str], width: int, name: str, line: int) -> tuple[str, ...]:
    while len(row) > width and not row[-1].strip():
        row = row[:-1]
    if len(row) != width:
        raise TableError(
            f"line {line} of {name} has {len(row)} cells, but the heading row names {width} columns: correct "
            f"the line"
        )
    return tuple(row)
