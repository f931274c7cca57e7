"""Many rows into a table at once."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert

_NOTHING = r"\N"


def put(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows of the same columns; to PostgreSQL as one stream (COPY), as its driver sends single rows."""
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), list(rows))
        return
    names = list(rows[0])
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerows([_NOTHING if row[name] is None else row[name] for name in names] for row in rows)
    stream.seek(0)
    columns = ", ".join(f'"{name}"' for name in names)
    cursor: Any = connection.connection.cursor()
    told = f"COPY {table.name} ({columns}) FROM STDIN WITH (FORMAT csv, NULL '{_NOTHING}')"
    cursor.execute(told, stream=io.BytesIO(stream.getvalue().encode()))
