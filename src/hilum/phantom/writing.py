"""Files that are whole or absent, and spreadsheets that are the same bytes every time."""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from hilum.errors import HilumError

_STAMP = (2024, 1, 1, 0, 0, 0)


def write_whole(path: Path, content: bytes, partial: Path) -> None:
    """Write a file so that at any moment it is either whole or absent.

    The unfinished file lies in a folder of its own, so that a cut leaves nothing strange among the films.

    Args:
        path: the file to be.
        content: what goes into it.
        partial: an existing folder on the same disk for the unfinished file.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> write_whole(folder / "deep" / "a.txt", b"whole", folder)
        >>> (folder / "deep" / "a.txt").read_bytes()
        b'whole'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = partial / f"{path.parent.parent.name}-{path.parent.name}-{path.name}.part"
    unfinished.write_bytes(content)
    unfinished.replace(path)


def same_facts(folder: Path, facts: Mapping[str, object], partial: Path) -> None:
    """Write down what a folder was made with, or refuse to mix two phantom worlds in it.

    Args:
        folder: of the phantom world.
        facts: its arguments.
        partial: an existing folder on the same disk for the unfinished file.

    Raises:
        HilumError: the folder was made with other arguments.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> same_facts(folder, {"seed": 7}, folder)
        >>> same_facts(folder, {"seed": 7}, folder)
    """
    note, content = folder / "phantom.json", json_bytes(facts)
    if not note.is_file():
        write_whole(note, content, partial)
    elif note.read_bytes() != content:
        raise HilumError(
            f"{folder} holds a phantom hospital made with other numbers of patients, pixels or another seed: "
            "choose an empty folder, or ask for the same"
        )


def emptied(partial: Path) -> None:
    """Remove the folder of unfinished files, with what a cut left in it.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> emptied(folder)
        >>> folder.exists()
        False
    """
    for left in partial.iterdir():
        left.unlink()
    partial.rmdir()


def json_bytes(content: Mapping[str, object]) -> bytes:
    r"""Strict JSON, readable.

    Example:
        >>> json_bytes({"a": None})
        b'{\n "a": null\n}\n'
    """
    return (json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


def csv_bytes(frame: pd.DataFrame) -> bytes:
    r"""A table as CSV in UTF-8; missing = empty.

    Example:
        >>> csv_bytes(pd.DataFrame({"id": ["007"], "confusion": [None]}))
        b'id,confusion\n007,\n'
    """
    return frame.to_csv(index=False, lineterminator="\n").encode()


def workbook_bytes(frame: pd.DataFrame) -> bytes:
    """A table as an Excel workbook, without the moment of its making in it; missing = empty cell.

    Args:
        frame: columns become the first row; text stays text, leading zeros included.

    Returns:
        The bytes of an .xlsx file, the same for the same table.

    Example:
        >>> workbook_bytes(pd.DataFrame({"id": ["007"]}))[:2]
        b'PK'
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("outcomes")
    sheet.append(list(frame.columns))
    for row in frame.astype(object).itertuples(index=False):
        sheet.append([None if pd.isna(cell) else cell for cell in row])
    written = io.BytesIO()
    book.save(written)
    return _without_time(written)


def _without_time(written: io.BytesIO) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(written) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z?", b"2024-01-01T00:00:00Z", content)
            after.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def whole_numbers(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    r"""The table with whole numbers written without a decimal point, missing values kept.

    Example:
        >>> whole_numbers(pd.DataFrame({"confusion": [1.0, None]}), ("confusion",)).to_csv(index=False)
        'confusion\n1\n""\n'
    """
    return frame.astype(dict.fromkeys(columns, "Int64"))
