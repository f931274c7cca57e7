"""Reading and checking the columns of tables from outside.

Text stays text, numbers become numbers, rest is an error.
"""

import difflib
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.errors import ReadingsError

LARGEST_FILE = 2 * 1024**3
MISSING_WORDS = frozenset({"", "na", "nan", "n/a", "null", "<na>"})
_LOOKS_LIKE = (
    (r"[-+]?\d*,\d+", "they have a decimal comma, so save the table with decimal points"),
    (r"[-+]?\d+([.,]\d+)?\s*%", "they have a percent sign, so write 0.5 for 50 %"),
    (r"\d{4}[-./]\d{1,2}[-./]\d{1,2}.*", "they are dates, so count days from the image"),
)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_INTEGER_AS_FLOAT = re.compile(r"^-?\d+\.0+$")


def load_frame(path: str | Path) -> pd.DataFrame:
    r"""Read a CSV or Parquet file; in a CSV every value stays text.

    UTF-8, UTF-16 and Korean CP949; comma, semicolon or tab.

    Raises:
        ReadingsError: the file is missing, too large, neither CSV nor Parquet, or broken.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder) / "readings.csv"
        ...     _ = file.write_text("case,score\n007,0.5\n")
        ...     load_frame(file).loc[0, "case"]
        '007'
    """
    source = Path(path)
    if source.is_dir():
        raise ReadingsError(f"{source.name} is a folder: name the file in it that holds the table")
    if not source.is_file():
        raise ReadingsError(f"there is no file {source.name}: check the path of truth and readings")
    if source.stat().st_size > LARGEST_FILE:
        raise ReadingsError(f"{source.name} is larger than 2 GiB: split it by reader")
    kind = source.suffix.lower()
    if kind in {".xlsx", ".xls"}:
        raise ReadingsError(f"{source.name} is an Excel file: save it as CSV (UTF-8) in Excel")
    if kind not in {".csv", ".tsv", ".txt", ".parquet"}:
        raise ReadingsError(f"{source.name} is neither CSV nor Parquet: save it as one of them")
    if kind != ".parquet" and _is_blank(source):
        raise ReadingsError(f"{source.name} is empty: give a table with a line of column names and rows")
    try:
        frame = pd.read_parquet(source) if kind == ".parquet" else _read_csv(source)
    except (OSError, ValueError, UnicodeDecodeError, MemoryError, pd.errors.ParserError):
        raise ReadingsError(
            f"{source.name} cannot be read as a table: check that it is whole and saved as CSV or Parquet"
        ) from None
    frame.columns = pd.Index([str(column).strip() for column in frame.columns])
    repeated = frame.columns[frame.columns.duplicated()]
    if len(repeated):
        raise ReadingsError(f"{source.name} has the column `{repeated[0]}` twice: remove one of them")
    return frame


def _is_blank(source: Path) -> bool:
    with source.open("rb") as stream:
        return not stream.read(100_000).strip(b"\xef\xbb\xbf \t\r\n")


def _read_csv(source: Path) -> pd.DataFrame:
    with source.open("rb") as stream:
        if stream.read(2) in _UTF_16:
            return _parse_csv(source, "utf-16")
    try:
        return _parse_csv(source, "utf-8-sig")
    except UnicodeDecodeError:
        return _parse_csv(source, "cp949")


def _parse_csv(source: Path, encoding: str) -> pd.DataFrame:
    with source.open(encoding=encoding) as stream:
        header = stream.readline(1_000_000)
    separator = max(",;\t", key=header.count)
    # pandas would call the second of two equal columns `case.1`; read as data, the names stay what they are.
    table = pd.read_csv(
        source, sep=separator, header=None, dtype=str, keep_default_na=False, encoding=encoding
    )
    table.columns = pd.Index(table.iloc[0])
    return table.iloc[1:].reset_index(drop=True)


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that is spelt most like a word, if any is near.

    Example:
        >>> nearest("evnt", ["time", "event"])
        'event'
    """
    by_fold = {choice.casefold(): choice for choice in choices}
    found = difflib.get_close_matches(word.casefold(), list(by_fold), n=1, cutoff=0.7)
    return by_fold[found[0]] if found else None


def missing_column(column: str, present: Iterable[str], table: str) -> ReadingsError:
    """The error for a column that must be there, with the nearest one that is.

    Example:
        >>> str(missing_column("case", ["Case", "score"], "the readings"))
        'the readings have no column `case`: rename `Case`, which is near, or add it'
    """
    names = [str(name) for name in present]
    near = nearest(column, names)
    verb = "have" if table.endswith("s") else "has"
    if near is not None:
        return ReadingsError(
            f"{table} {verb} no column `{column}`: rename `{near}`, which is near, or add it"
        )
    return ReadingsError(
        f"{table} {verb} no column `{column}`: add it (there are {', '.join(names) or 'none'})"
    )


def text_of(value: object) -> str:
    """A value as the text that people mean: 7.0 is "7", blanks around it go, what is missing is "".

    Example:
        >>> text_of(7.0), text_of(" 007 "), text_of(None), text_of("1.0")
        ('7', '007', '', '1')
    """
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "1" if value else "0"
    text = str(value).strip()
    return text.split(".", maxsplit=1)[0] if _INTEGER_AS_FLOAT.match(text) else text


def identifier_of(value: object) -> str:
    """An identifier as text: numbers lose a decimal zero that a table gave them, text is left as it is.

    Example:
        >>> identifier_of(12.0), identifier_of("12.0"), identifier_of(" 0012")
        ('12', '12.0', '0012')
    """
    if isinstance(value, str):
        return value.strip()
    return text_of(value)


def text_column(values: "pd.Series[str]") -> "pd.Series[str]":
    """A column of labels or decisions as text, "" where missing.

    Example:
        >>> list(text_column(pd.Series([1.0, None, "NA", "normal"])))
        ['1', '', '', 'normal']
    """
    known = {value: text_of(value) for value in values.drop_duplicates()}
    cleaned = {value: ("" if text.casefold() in MISSING_WORDS else text) for value, text in known.items()}
    return values.map(lambda value: cleaned.get(value, "")).astype(object)


def identifier_column(values: "pd.Series[str]") -> "pd.Series[str]":
    """A column of identifiers as text, "" where missing.

    Example:
        >>> list(identifier_column(pd.Series(["007", None])))
        ['007', '']
    """
    return values.map(identifier_of, na_action=None).astype(object)


def number_column(values: "pd.Series[str]", column: str, table: str) -> NDArray[np.float64]:
    """A column as numbers, NaN where missing.

    Raises:
        ReadingsError: a value is neither a number nor missing; the message gives its row.

    Example:
        >>> number_column(pd.Series(["0.5", ""]), "score", "the readings")
        array([0.5, nan])
    """
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    text = values.map(lambda value: "" if value is None or value is pd.NA else str(value).strip())
    absent = text.str.casefold().isin(MISSING_WORDS | {"none"}).to_numpy()
    given: pd.Series[str] = text.mask(absent)
    numbers: NDArray[np.float64] = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64)
    wrong = np.flatnonzero(np.isnan(numbers) & ~absent)
    if len(wrong):
        raise ReadingsError(
            f"column `{column}` of {table} holds {len(wrong)} value{'s' if len(wrong) > 1 else ''} that "
            f"{'are no numbers' if len(wrong) > 1 else 'is no number'}, the first in data row "
            f"{wrong[0] + 1}: {_advice(text.iloc[wrong])}"
        )
    return numbers


def _advice(wrong: "pd.Series[str]") -> str:
    """What to do about values that are no numbers, by what they look like."""
    for form, advice in _LOOKS_LIKE:
        if wrong.str.fullmatch(form).all():
            return advice
    return "correct or empty it"
