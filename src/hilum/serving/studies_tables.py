"""Tables beside a study: taken in within limits, looked at, shown without what tells who a person is."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hilum.errors import HilumError, TableError
from hilum.serving.failures import Refusal
from hilum.serving.proposing.columns import ColumnGuess, guess_columns
from hilum.serving.proposing.private import holds_private

if TYPE_CHECKING:
    import pandas as pd

MOST_BYTES = 50_000_000
MOST_ROWS, MOST_COLUMNS = 300_000, 1_000
_MOST_UNPACKED, _MOST_PARTS, _MOST_TIMES = 500_000_000, 2_000, 250
_SHOWN_ROWS = 12
_KEPT_TABLES = 6
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")
HIDDEN = "•••"


@dataclass(frozen=True)
class TableLook:
    """A table that was read.

    Attributes:
        name: The file's name.
        frame: Its content.
        columns: What each column seems to hold.
    """

    name: str
    frame: "pd.DataFrame"
    columns: tuple[ColumnGuess, ...]


def see_upload(path: Path, name: str) -> None:
    """See that a file is a table of a bearable size, before it takes its place.

    Formulas are never computed: of an Excel file the values are read that were saved with it.

    Args:
        path: Where it lies for now; its ending is that of the name.
        name: What it is called.

    Raises:
        Refusal: 413 or 422, with what is wrong.
    """
    if Path(name).suffix.lower() not in SUFFIXES:
        raise Refusal(422, "this is no table that can be read: save it as Excel (.xlsx), CSV or Parquet")
    if path.stat().st_size > MOST_BYTES:
        raise Refusal(
            413, f"the table has more than {MOST_BYTES // 1_000_000} MB: leave out what is not needed"
        )
    if path.suffix.lower() == ".xlsx":
        _see_packed(path)
    frame = _read(path)
    if len(frame) > MOST_ROWS or len(frame.columns) > MOST_COLUMNS:
        raise Refusal(413, f"the table has more than {MOST_ROWS:,} rows or {MOST_COLUMNS:,} columns: cut it")
    if frame.empty:
        raise Refusal(422, "the table has no rows below its heading row")


def look_at_table(kept: dict[str, Any], path: Path) -> TableLook:
    """A table with what its columns seem to hold; read again only where the file has changed.

    Args:
        kept: What the server keeps as long as it runs.
        path: The table.

    Raises:
        TableError: It cannot be read.
    """
    try:
        status = path.stat()
    except OSError:
        raise TableError("the study's table is not there any more: bring it again") from None
    tables: dict[tuple[str, int, int], TableLook] = kept.setdefault("studies tables", {})
    key = (str(path), status.st_mtime_ns, status.st_size)
    found = tables.get(key)
    if found is None:
        frame = _read(path)
        found = TableLook(path.name, frame, guess_columns(frame))
        tables[key] = found
        while len(tables) > _KEPT_TABLES:
            tables.pop(next(iter(tables)))
    return found


def shown_rows(look: TableLook, patient: str, *, identities: bool) -> list[list[str]]:
    """The first rows as text; who a person is stays hidden from those without the right to see it.

    Args:
        look: The table.
        patient: The column with the patient, as the study or the guess says.
        identities: Whether the person may see identities.
    """
    from hilum.study.values import text_of

    private = {each.name for each in look.columns if each.private} | {patient}
    unsure = {each.name for each in look.columns if each.kind in {"identifier", "text"}}
    rows = []
    for row in look.frame.head(_SHOWN_ROWS).itertuples(index=False, name=None):
        texts = [text_of(value) for value in row]
        if not identities:
            names = [str(name) for name in look.frame.columns]
            texts = [_masked(text, name, private | unsure) for text, name in zip(texts, names, strict=True)]
        rows.append([text[:120] for text in texts])
    return rows


def _masked(text: str, name: str, hidden: set[str]) -> str:
    return HIDDEN if text and (name in hidden or holds_private(text)) else text


def shown_values(column: ColumnGuess, patient: str, *, identities: bool) -> Mapping[str, int]:
    """The frequent values of a column, where they tell nobody's identity."""
    if not identities and (column.private or column.name == patient):
        return {}
    return {value: number for value, number in column.values if identities or not holds_private(value)}


def _read(path: Path) -> "pd.DataFrame":
    from hilum.study import read_table

    try:
        return read_table(path)
    except HilumError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, MemoryError, OSError):
        raise TableError("the table cannot be read: it is damaged, or not what its name says") from None


def _see_packed(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as parts:
            sizes = [(part.file_size, part.compress_size) for part in parts.infolist()]
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Refusal(422, "this is no Excel workbook, or it is damaged or locked by a password") from None
    swollen = any(size > 20_000_000 and size > _MOST_TIMES * max(packed, 1) for size, packed in sizes)
    if len(sizes) > _MOST_PARTS or sum(size for size, _ in sizes) > _MOST_UNPACKED or swollen:
        raise Refusal(413, "the workbook is far larger unpacked than a table can be: save the sheet as CSV")
