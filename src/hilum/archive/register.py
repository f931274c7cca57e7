"""The one writer of the index: what enters the archive, and what is known already."""

import contextlib
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, select

from hilum.archive.index import DECISIONS, IMAGES, TEXT_SEARCHES, reading, writing
from hilum.archive.quarantine import REJECTED
from hilum.archive.treatment import ARCHIVED, SKIPPED, Treated
from hilum.deid.burned_in import METHOD


class Register:
    """Writes cleaned files into archive and index, in this order, so that a row never points to nothing.

    A process that dies in between leaves a file without a row. The next ingest makes the same file again,
    finds it in its place, and writes the row.

    Args:
        engine: of the index.
        folder: of the archive.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder

    def holds(self, source: str) -> bool:
        """Whether an image made from this source is in the archive."""
        with reading(self.engine) as connection:
            return _has_source(connection, source)

    def rejected(self, source: str) -> bool:
        """Whether a person said that a file with these bytes shall stay out."""
        chosen = (DECISIONS.c.source == source, DECISIONS.c.decision == REJECTED)
        with reading(self.engine) as connection:
            return connection.execute(select(DECISIONS.c.number).where(*chosen)).first() is not None

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

        Files that turn out to be in the archive already become `skipped`.

        Returns:
            The sources whose SOP Instance UID the archive holds with other content; nothing was done with
            them.
        """
        conflicts: set[str] = set()
        if not batch:
            return conflicts
        with writing(self.engine) as connection:
            for treated in batch:
                _remember_boxes(connection, treated)
                if treated.outcome != ARCHIVED:
                    continue
                if _has_source(connection, treated.source):
                    treated.outcome = SKIPPED
                    Path(treated.staged).unlink(missing_ok=True)
                elif _has_instance(connection, treated.row["instance"]):
                    conflicts.add(treated.source)
                else:
                    self._place(treated)
                    connection.execute(insert(IMAGES).values(**treated.row, source=treated.source))
        return conflicts

    def _place(self, treated: Treated) -> None:
        target = self.folder / treated.row["image"]
        with contextlib.suppress(OSError):
            if hashlib.sha256(target.read_bytes()).hexdigest() == treated.row["file_sha256"]:
                Path(treated.staged).unlink()
                return
        target.parent.mkdir(parents=True, exist_ok=True)
        Path(treated.staged).chmod(0o644)
        Path(treated.staged).replace(target)


def _has_source(connection: Connection, source: str) -> bool:
    return connection.execute(select(IMAGES.c.image).where(IMAGES.c.source == source)).first() is not None


def _has_instance(connection: Connection, instance: str) -> bool:
    return connection.execute(select(IMAGES.c.image).where(IMAGES.c.instance == instance)).first() is not None


def _remember_boxes(connection: Connection, treated: Treated) -> None:
    if treated.boxes is None:
        return
    pixels, boxes = treated.boxes
    key = (TEXT_SEARCHES.c.pixel_sha256 == pixels, TEXT_SEARCHES.c.method == METHOD)
    if connection.execute(select(TEXT_SEARCHES.c.method).where(*key)).first() is None:
        row = {"pixel_sha256": pixels, "method": METHOD, "boxes": json.dumps(boxes)}
        connection.execute(insert(TEXT_SEARCHES).values(**row))
