"""The one writer of the index: what enters the archive, and what is known already."""

import contextlib
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Engine, bindparam, insert, literal, select

from hilum.archive.durable import settle_on_disk
from hilum.archive.index import DECISIONS, IMAGES, TEXT_SEARCHES, index_errors, reading, writing
from hilum.archive.outcome import ARCHIVED, QUARANTINED, SKIPPED, Treated
from hilum.archive.quarantine import REJECTED

_AT_ONCE = 500
_STATE = (
    select(literal(ARCHIVED))
    .where(IMAGES.c.source == bindparam("source"))
    .union_all(
        select(literal(QUARANTINED)).where(
            DECISIONS.c.source == bindparam("source"), DECISIONS.c.decision == REJECTED
        )
    )
)


class Register:
    """Writes cleaned files into archive and index, in this order, so that a row never points to nothing.

    All files of a batch are safely on the disk before their rows are.

    A process that dies in between leaves a file without a row. The next ingest makes the same file again,
    finds it in its place, and writes the row.

    Args:
        engine: of the index.
        folder: of the archive.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self._connection: Connection | None = None

    def open(self) -> None:
        """Keep the index open until it is closed: SQLite tidies up each time the last connection goes."""
        with index_errors(self.engine):
            if self._connection is None:
                self._connection = self.engine.connect()
            with self._connection.begin():
                self._connection.execute(select(IMAGES.c.image).limit(1)).first()

    def close(self) -> None:
        """Let go of the index."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def holds(self, source: str) -> bool:
        """Whether an image made from this source is in the archive."""
        with reading(self.engine) as connection:
            return _state(connection, source) == ARCHIVED

    def rejected(self, source: str) -> bool:
        """Whether a person said that a file with these bytes shall stay out."""
        with reading(self.engine) as connection:
            return QUARANTINED in connection.execute(_STATE, {"source": source}).scalars().all()

    def state(self, source: str) -> str | None:
        """`archived`, `quarantined` where a person said that it shall stay out, or None where it is new.

        Only the thread that opened may ask, by the connection that is kept.
        """
        if self._connection is None:
            self.open()
        assert self._connection is not None
        with index_errors(self.engine), self._connection.begin():
            return _state(self._connection, source)

    def boxes(self, method: str, pixels: str) -> list[list[int]] | None:
        """The places of writing that an earlier search found in these pixels; None if there was none."""
        with reading(self.engine) as connection:
            found = connection.execute(
                select(TEXT_SEARCHES.c.boxes).where(
                    TEXT_SEARCHES.c.pixel_sha256 == pixels, TEXT_SEARCHES.c.method == method
                )
            ).scalar_one_or_none()
        return None if found is None else [list(map(int, box)) for box in json.loads(found)]

    def enter(self, batch: Sequence[Treated]) -> set[str]:
        """Give staged files their place and their row, all in one transaction.

        Files that turn out to be in the archive already become `skipped`; those that a person has rejected
        meanwhile, `quarantined`.

        Returns:
            The sources whose SOP Instance UID the archive holds with other content; nothing was done with
            them.
        """
        conflicts: set[str] = set()
        if not batch:
            return conflicts
        with writing(self.engine) as connection:
            arriving = [treated for treated in batch if treated.outcome == ARCHIVED]
            sources = _present(connection, IMAGES.c.source, [treated.source for treated in arriving])
            instances = _present(connection, IMAGES.c.instance, [one.row["instance"] for one in arriving])
            refused = _rejected(connection, [treated.source for treated in arriving])
            rows = []
            for treated in batch:
                _remember_boxes(connection, treated)
                if treated.outcome != ARCHIVED:
                    continue
                if treated.source in sources or treated.source in refused:
                    treated.outcome = SKIPPED if treated.source in sources else QUARANTINED
                    Path(treated.staged).unlink(missing_ok=True)
                elif treated.row["instance"] in instances:
                    conflicts.add(treated.source)
                else:
                    self._place(treated)
                    rows.append({**treated.row, "source": treated.source})
                    sources.add(treated.source)
                    instances.add(treated.row["instance"])
            settle_on_disk(self.folder / row["image"] for row in rows)
            if rows:
                connection.execute(insert(IMAGES), rows)
        return conflicts

    def _place(self, treated: Treated) -> None:
        target = f"{self.folder}/{treated.row['image']}"  # no Path: there are very many files
        with contextlib.suppress(OSError), open(target, "rb") as file:  # noqa: PTH123
            if hashlib.file_digest(file, "sha256").hexdigest() == treated.row["file_sha256"]:
                Path(treated.staged).unlink()
                return
        try:
            os.replace(treated.staged, target)  # noqa: PTH105
        except FileNotFoundError:
            Path(target).parent.mkdir(parents=True, exist_ok=True)
            os.replace(treated.staged, target)  # noqa: PTH105


def _state(connection: Connection, source: str) -> str | None:
    found = connection.execute(_STATE, {"source": source}).scalars().all()
    return ARCHIVED if ARCHIVED in found else found[0] if found else None


def _rejected(connection: Connection, sources: list[str]) -> set[str]:
    """Those of some sources that a person rejected."""
    return _present(connection, DECISIONS.c.source, sources, DECISIONS.c.decision == REJECTED)


def _present(
    connection: Connection, column: ColumnElement[str], values: list[str], *where: ColumnElement[bool]
) -> set[str]:
    """Those of some values that the index has."""
    found: set[str] = set()
    for start in range(0, len(values), _AT_ONCE):
        chosen = select(column).where(column.in_(values[start : start + _AT_ONCE]), *where)
        found.update(connection.execute(chosen).scalars())
    return found


def _remember_boxes(connection: Connection, treated: Treated) -> None:
    if treated.boxes is None:
        return
    method, pixels, boxes = treated.boxes
    key = (TEXT_SEARCHES.c.pixel_sha256 == pixels, TEXT_SEARCHES.c.method == method)
    if connection.execute(select(TEXT_SEARCHES.c.method).where(*key)).first() is None:
        row = {"pixel_sha256": pixels, "method": method, "boxes": json.dumps(boxes)}
        connection.execute(insert(TEXT_SEARCHES).values(**row))
