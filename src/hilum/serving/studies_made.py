"""Tables with columns that were made, beside the tables that they were made from."""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hilum.serving.proposing.making import Making, make_columns
from hilum.serving.studies_private import write_private
from hilum.serving.studies_revisions import keep_file

if TYPE_CHECKING:
    import pandas as pd

_RECORD = ".made.json"
_ENDING = " (made).csv"


def make_table(
    folder: Path, source: str, frame: "pd.DataFrame", makings: Sequence[Making]
) -> tuple[str, dict[str, str]]:
    """Write a table with further columns beside its source, and note how they were made.

    Returns:
        The new table's name, and for `save` its name with the hash of its content.

    Raises:
        TableError: A column cannot be made.
    """
    made = make_columns(frame, makings)
    text = io.StringIO()
    made.to_csv(text, index=False)
    name = f"{Path(source).stem[:100]}{_ENDING}"
    files = keep_file(folder, name, text.getvalue().encode("utf-8"))
    record = {**_record(folder), name: {"source": source, "makings": [asdict(each) for each in makings]}}
    write_private(folder / _RECORD, json.dumps(record, ensure_ascii=False).encode())
    return name, files


def source_of(folder: Path, name: str) -> tuple[str, list[Making]]:
    """The table that another one was made from, and how; the table itself where it was brought."""
    found = _record(folder).get(name)
    if not isinstance(found, dict):
        return name, []
    return str(found["source"]), [
        Making(**{**each, "columns": tuple(each["columns"])}) for each in found["makings"]
    ]


def _record(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
