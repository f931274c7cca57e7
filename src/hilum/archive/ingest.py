"""Bringing files into the archive: many workers, one writer."""

import logging
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from hilum.archive.behind import Behind
from hilum.archive.fetching import DISK_FULL, fetched, source_of
from hilum.archive.leaves import Leaf, leaves_of
from hilum.archive.outcome import (
    ARCHIVED,
    QUARANTINED,
    SKIPPED,
    UNREADABLE,
    Treated,
    entry_name,
    put_aside,
)
from hilum.archive.pool import Answer, Pool
from hilum.archive.quarantine import RELEASED, Quarantine
from hilum.archive.register import Register
from hilum.archive.staging import staging_folder
from hilum.archive.worker_process import Job
from hilum.archive.workspace import Workspace
from hilum.archive.writing_known_sources import write_known_sources
from hilum.deid.protocol_file import read_protocol
from hilum.deid.refusal import Refusal
from hilum.deid.vault import Vault, VaultEntry
from hilum.errors import WorkspaceError
from hilum.progress import Progress

_LOG = logging.getLogger("hilum.archive")
_BATCH, _BATCH_SECONDS, _BATCHES_WAITING = 64, 1.0, 2
_SECONDS, _BYTES_PER_SECOND = 30.0, 5 << 20
CONFLICT = Refusal(
    "same SOP Instance UID, other content",
    "the archive holds another file with this SOP Instance UID; a unique identifier must not be used twice",
)


@dataclass(frozen=True)
class IngestReport:
    """What became of the files of one ingest.

    Attributes:
        files: how many there were; archived + quarantined + skipped.
        archived: now in the archive.
        quarantined: could not be cleaned or read, now or at an earlier ingest.
        skipped: in the archive already, byte for byte the same.
        problems: sentences about what could not be looked into, without names of files.

    Example:
        >>> IngestReport(3, 1, 1, 1, ()).files
        3
    """

    files: int
    archived: int
    quarantined: int
    skipped: int
    problems: tuple[str, ...]


@dataclass(frozen=True)
class IngestOptions:
    """How to bring files in.

    Attributes:
        workers: how many processes; None for one a core.
        looked_by_person: a person has said that there is no writing in the pictures, but in `boxes`.
        boxes: x, y, width and height of what that person wants blanked.
    """

    workers: int | None = None
    looked_by_person: bool = False
    boxes: tuple[tuple[int, int, int, int], ...] = ()


class Ingest:
    """One ingest into one workspace.

    Args:
        workspace: where to.
        engine: its index.
        vault: its vault.
        options: how.
    """

    def __init__(self, workspace: Workspace, engine: Engine, vault: Vault, options: IngestOptions) -> None:
        self.workspace, self.vault, self.options = workspace, vault, options
        self.quarantine = Quarantine(workspace.quarantine_folder)
        self.register = Register(engine, workspace.archive_folder)
        self.counts = dict.fromkeys((ARCHIVED, QUARANTINED, SKIPPED), 0)
        self.reasons: list[str] = []
        self.remembered: set[VaultEntry] = set()

    def run(self, sources: Sequence[Path], progress: Progress) -> IngestReport:
        """Bring everything in sources in.

        Raises:
            WorkspaceError: a source does not exist, the disk is full, or workers cannot be started. What was
                archived before stays; nothing is half-written; running it again continues.
        """
        problems: list[str] = []
        try:
            self.register.open()
            with staging_folder(self.workspace.archive_folder) as staging:
                leaves = leaves_of(sources, staging, self.workspace.root, problems)
                self._run(leaves, staging, progress)
        except OSError as error:
            if error.errno in DISK_FULL:
                raise _disk_full(self.workspace) from None
            raise WorkspaceError(f"{self.workspace.root} cannot be written: {error.strerror}") from error
        finally:
            self.register.close()
        _LOG.info("ingest ended: %s", self.counts)
        return IngestReport(
            len(leaves),
            self.counts[ARCHIVED],
            self.counts[QUARANTINED],
            self.counts[SKIPPED],
            tuple(problems),
        )

    def _run(self, leaves: list[Leaf], staging: Path, progress: Progress) -> None:
        size = max(1, min(self.options.workers or _cores(), len(leaves)))
        answers = Pool(size, self._greeting(staging, len(leaves)), self._reply).run(self._jobs(leaves))
        done, early = 0, dict[int, Answer]()
        batch: list[tuple[Leaf, Treated]] = []
        written = time.monotonic()
        with Behind(_BATCHES_WAITING) as writer:  # the one writer; workers go on while it waits for the disk
            for answer in answers:
                early[answer.number] = answer
                while done in early:  # in the order of the sources, so that every run writes the same archive
                    batch.append((leaves[done], self._treated(leaves[done], early.pop(done), staging)))
                    done += 1
                if len(batch) >= _BATCH or time.monotonic() - written > _BATCH_SECONDS:
                    writer.do(partial(self._write, batch, staging))
                    batch, written = [], time.monotonic()
                progress(done, len(leaves), "de-identifying")
            writer.do(partial(self._write, batch, staging))

    def _greeting(self, staging: Path, files: int) -> dict[str, Any]:
        """What workers are told first."""
        known = staging / "known sources"
        return {
            "key": self.vault.keys.secret.hex(),
            "staging": str(staging),
            "quarantine": str(self.workspace.quarantine_folder),
            "workspace": str(self.workspace.root),
            "options": asdict(read_protocol(self.workspace.root / "protocol.toml")),
            "looked_by_person": self.options.looked_by_person,
            "boxes": list(self.options.boxes),
            "known": str(known) if write_known_sources(self.register.engine, known, files) else "",
        }

    def _jobs(self, leaves: list[Leaf]) -> Iterator[Job]:
        for number, leaf in enumerate(leaves):
            try:
                size = os.stat(leaf.path).st_size if leaf.member is None else 0  # noqa: PTH116 - of many files
            except OSError:
                size = 0
            message = {"leaf": [leaf.path, leaf.shown, leaf.member, leaf.obstacle]}
            yield Job(number, message, _SECONDS + size / _BYTES_PER_SECOND)

    def _reply(self, what: str, key: str) -> Any:
        """Answer a worker: what became of a source, or what was found in a picture."""
        if what != "source":
            return self.register.boxes(what, key)
        return self.register.state(key)

    def _treated(self, leaf: Leaf, answer: Answer, staging: Path) -> Treated:
        """Take a worker's answer, or put the file that it failed on into quarantine."""
        if "full" in answer.message:
            raise _disk_full(self.workspace)
        if "done" in answer.message:
            return Treated(**answer.message["done"])
        refusal = Refusal(UNREADABLE, f"it {answer.message['failed']}")
        return self._put_aside(leaf, refusal, staging)

    def _settle(self, entry: str) -> None:
        """What once had to go to quarantine and could now be cleaned need not stay there."""
        if self.quarantine.has(entry) and self.quarantine.find(entry) is not None:
            self.quarantine.settle(entry, RELEASED)

    def _put_aside(self, leaf: Leaf, refusal: Refusal, staging: Path) -> Treated:
        with fetched(leaf, staging) as path:
            source = source_of(leaf, path, self.vault.keys)
            put_aside(self.quarantine, leaf, source, refusal, path)
        return Treated(QUARANTINED, source, reason=refusal.reason)

    def _write(self, batch: list[tuple[Leaf, Treated]], staging: Path) -> None:
        """Write what the workers did into vault and index, then count it."""
        entries = {VaultEntry(*entry) for _, treated in batch for entry in treated.vault} - self.remembered
        if entries:
            self.vault.remember(entries)
            self.remembered |= entries
        conflicts = self.register.enter([treated for _, treated in batch])
        for leaf, treated in batch:
            if treated.source in conflicts and treated.outcome == ARCHIVED:
                Path(treated.staged).unlink(missing_ok=True)
                treated.outcome, treated.reason = QUARANTINED, CONFLICT.reason
                if not self.options.looked_by_person:
                    self._put_aside(leaf, CONFLICT, staging)
            elif treated.outcome == ARCHIVED:
                self._settle(entry_name(treated.source, leaf.shown))
            self.counts[treated.outcome] += 1
            if treated.outcome == QUARANTINED:
                self.reasons.append(treated.reason)


def _cores() -> int:
    """The processor's cores that this process may use."""
    with suppress(AttributeError):  # other systems do not tell
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _disk_full(workspace: Workspace) -> WorkspaceError:
    return WorkspaceError(
        f"the disk that holds {workspace.root} is full: make room and run the same command again: it "
        "continues where it stopped"
    )
