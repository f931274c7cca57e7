"""The node of a workspace: what is sent to it is spooled, archived, and only then let go."""

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hilum.archive import Archive
from hilum.conduct.node_answers import ArchiveHoldings
from hilum.conduct.node_log import AnswerLog
from hilum.conduct.node_spool import SpoolIngest
from hilum.conduct.peers import peers_of
from hilum.errors import HilumError
from hilum.pacs.answering import AnswerDesk
from hilum.pacs.commitment import CommitmentDesk
from hilum.pacs.retrieving import RetrieveDesk
from hilum.pacs.server import Desks, NodeOptions, StorageNode
from hilum.pacs.spool import Spool, SpoolLimits, unchanged

_LOG = logging.getLogger("hilum.pacs")
_QUIET_SECONDS = 2.0
_PATIENCE_SECONDS = 30.0
_MANY = 200


@dataclass(frozen=True)
class NodeReport:
    """What a node did while it ran.

    Attributes:
        received: objects that were acknowledged.
        refused: objects that were turned away with an error status.
        archived: files that are in the archive now, or were already.
        quarantined: files that are in quarantine now.
        waiting: files that still wait in the spool.
    """

    received: int
    refused: int
    archived: int
    quarantined: int
    waiting: int


def spool_of(archive: Archive, limits: SpoolLimits | None = None) -> Spool:
    """The spool of a workspace: its folder `incoming`."""
    return Spool(archive.workspace.root / "incoming", archive.accounting.keys, limits)


def safe_of(
    archive: Archive, spool: Spool, instances: Iterable[str], *, originals: bool = False
) -> frozenset[str]:
    """Which objects are on the disk and intact: in the spool, in the archive or in quarantine.

    Args:
        archive: of the workspace.
        spool: of the same workspace.
        instances: SOP Instance UIDs as the hospital knows them.
        originals: whether only originals count, as they came: in the spool or in quarantine.
    """
    asked = frozenset(instances)
    waiting = spool.intact_among(asked)
    done = archive.accounting.intact(asked - waiting, spool.name_begins, unchanged, originals=originals)
    # What was on its way from the spool into the archive between the two looks is found by a third.
    moved = spool.intact_among(asked - waiting - done)
    return waiting | done | moved


class Node:
    """A running node with its archive.

    Args:
        archive: takes what is received.
        options: how the node is called and who may call it.
        limits: when no more is taken in.
        archives: whether the spool is brought into the archive while the node runs.
        commit_deidentified: whether storage commitment is given for objects of which only the de-identified
            copy is left.

    Raises:
        PacsError: the port is taken.
        WorkspaceError: the workspace cannot be used.
    """

    def __init__(
        self,
        archive: Archive,
        options: NodeOptions,
        limits: SpoolLimits | None = None,
        *,
        archives: bool = True,
        commit_deidentified: bool = False,
    ) -> None:
        self.archive = archive
        self.spool = spool_of(archive, limits)
        self.ingest = SpoolIngest(archive, self.spool)
        peers = peers_of(archive)
        record, holdings = AnswerLog(archive).add, ArchiveHoldings(archive)

        def safe(instances: Iterable[str]) -> frozenset[str]:
            return safe_of(archive, self.spool, instances, originals=not commit_deidentified)

        desks = Desks(
            CommitmentDesk(safe, peers.titled),
            AnswerDesk(holdings, record, options.ae_title),
            RetrieveDesk(holdings, record, peers.titled),
        )
        self.server = StorageNode(options, self.spool, desks)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        if archives:
            self._thread.start()

    def stop(self) -> NodeReport:
        """Take no more calls, let those in progress end, and stop archiving after the file at hand."""
        self.server.stop()
        self._stop.set()
        self.ingest.stop()
        if self._thread.ident is not None:
            self._thread.join()
        return NodeReport(
            self.server.received,
            self.server.refused,
            self.ingest.archived,
            self.ingest.quarantined,
            len(self.spool.waiting()),
        )

    def _run(self) -> None:
        """Bring in what waits: at once where it is much, else when nothing has come for a moment."""
        pause = 0.2
        while not self._stop.wait(pause):
            waiting, pause = self.spool.waiting(), 0.5
            if not waiting or (len(waiting) < _MANY and _just_came(waiting)):
                continue
            try:
                self.ingest.run()
            except HilumError as error:
                _LOG.warning("received objects wait: %s", error)
                pause = _PATIENCE_SECONDS


def _just_came(waiting: list[Path]) -> bool:
    try:
        return time.time() - waiting[-1].stat().st_mtime < _QUIET_SECONDS
    except FileNotFoundError:
        return True
