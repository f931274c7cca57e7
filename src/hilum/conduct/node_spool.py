"""From the spool into the archive; a received file is deleted only when it is accounted for."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from hilum.archive import Archive
from hilum.pacs.spool import Spool
from hilum.progress import Progress, silent

_BATCH = 500


class _StoppedError(Exception):
    """The ingest was asked to stop; what it did stays, the rest waits in the spool."""


class SpoolIngest:
    """Brings the files of a spool into the archive, batch by batch; one process at a time does.

    Args:
        archive: takes them.
        spool: holds them.
        workers: processes for the archive; None for one a core.
    """

    def __init__(self, archive: Archive, spool: Spool, workers: int | None = None) -> None:
        self._archive, self._spool, self._workers = archive, spool, workers
        self._stopped = False
        self.archived = self.quarantined = 0

    def stop(self) -> None:
        """Stop after the file at hand."""
        self._stopped = True

    def run(self, progress: Progress = silent) -> None:
        """Bring in what waits, and delete each file that is in the archive or in quarantine.

        Where another process of this workspace is doing it, that is left to do it.

        Raises:
            WorkspaceError: the disk is full or the archive cannot be used; everything that was not brought in
                stays in the spool.
        """
        with _alone(self._spool.folder / "archiving.lock") as alone:
            files = self._spool.waiting() if alone else []
            for start in range(0, len(files), _BATCH):
                if not self._stopped:
                    self._bring_in(files[start : start + _BATCH], (start, len(files)), progress)

    def _bring_in(self, batch: list[Path], place: tuple[int, int], progress: Progress) -> None:
        def told(done: int, total: int, what: str) -> None:  # noqa: ARG001
            if self._stopped:
                raise _StoppedError
            progress(place[0] + done, place[1], what)

        try:
            self._archive.ingest(batch, progress=told, workers=self._workers)
        except _StoppedError:
            return
        fates = [(path, self._archive.accounting.fate(path)) for path in batch]
        os.sync()  # the index may not have reached the disk yet, and after this line it is the only place
        for path, fate in fates:
            if fate:
                path.unlink(missing_ok=True)
                self.archived += fate == "archived"
                self.quarantined += fate != "archived"


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Whether no other process holds this lock, for as long as the block lasts."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
