"""Fetching by a list: each row is looked up, fetched, and checked object by object; can be gone on with."""

import contextlib
import json
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from hilum.archive import Archive
from hilum.conduct.node import safe_of, spool_of
from hilum.conduct.node_spool import SpoolIngest
from hilum.conduct.pull_list import PullList, PullRow
from hilum.conduct.pull_list_check import pulls_folder, require_check
from hilum.conduct.pull_rows import DONE, FAILED, INCOMPLETE, NOTHING_FOUND, RowState, RowStates
from hilum.errors import PacsError
from hilum.pacs.allowed import Allowed
from hilum.pacs.find import find
from hilum.pacs.peer import Peer
from hilum.pacs.query import Answer, Query
from hilum.pacs.retrieve import get, move
from hilum.pacs.server import NodeOptions, StorageNode
from hilum.progress import Progress, silent

_LOG = logging.getLogger("hilum.pacs")
_MANY = 500
_MOST_FAILED_IN_A_ROW = 3
_GRACE_SECONDS = 3.0
T = TypeVar("T")


@dataclass(frozen=True)
class PullOptions:
    """How to fetch.

    Attributes:
        retries: how often something that failed is tried again.
        first_wait_seconds: how long before the first retry; doubled before each further one.
        pause_seconds: how long to rest after each study, so that the PACS can serve its clinic.
        unchecked: why the list was not checked by two people; empty where it was.
    """

    retries: int = 3
    first_wait_seconds: float = 2.0
    pause_seconds: float = 0.0
    unchecked: str = ""


@dataclass(frozen=True)
class PullReport:
    """What came of a pull.

    Attributes:
        rows: one state a row.
        table: the file with the same.
        archived: files that entered the archive, or were there already.
        quarantined: files that went to quarantine.
        on_whose_word: whether two people checked the list, or why not.
    """

    rows: tuple[RowState, ...]
    table: Path
    archived: int
    quarantined: int
    on_whose_word: str


class Pull:
    """One pull by one list from one peer.

    Args:
        archive: takes what is fetched.
        listing: the list.
        peer: whom to ask.
        options: how.
    """

    def __init__(self, archive: Archive, listing: PullList, peer: Peer, options: PullOptions) -> None:
        self.archive, self.listing, self.peer, self.options = archive, listing, peer, options
        self.spool = spool_of(archive)
        self.ingest = SpoolIngest(archive, self.spool)
        self.states = RowStates(pulls_folder(archive) / self._name())

    def run(self, progress: Progress = silent) -> PullReport:
        """Fetch every row that is not done yet.

        Raises:
            PacsError: the list was not checked, has rows that cannot be read, or the peer fails repeatedly.
            WorkspaceError: the archive cannot be used.
        """
        if self.listing.problems:
            raise PacsError(
                f"the list has {len(self.listing.problems)} rows to correct: see `hilum pacs list-check`"
            )
        word = require_check(self.archive, self.listing, self.options.unchecked)
        _LOG.info("pull begins: %d rows, %s", len(self.listing.rows), word)
        self._record(word)
        with _listening(self.peer, self._listener):
            self._rows(progress)
        self.ingest.run(progress=progress)
        table = self.states.write_table()
        return PullReport(
            tuple(self.states.all()), table, self.ingest.archived, self.ingest.quarantined, word
        )

    def _rows(self, progress: Progress) -> None:
        failed = 0
        for row in self.listing.rows:
            if not self.states.done(row.number):
                state = self._row(row)
                self.states.put(state)
                failed = failed + 1 if state.status == FAILED else 0
                if failed >= _MOST_FAILED_IN_A_ROW:
                    raise PacsError(
                        f"{failed} rows failed one after the other, the last because {state.problem}"
                    )
                if len(self.spool.waiting()) >= _MANY:
                    self.ingest.run()
            progress(row.number, len(self.listing.rows), "fetching")

    def _row(self, row: PullRow) -> RowState:
        assert row.query is not None
        query = row.query
        try:
            studies = self._patiently(lambda: find(self.peer, "STUDY", query))
            if not studies:
                return RowState(row.number, NOTHING_FOUND)
            counts = [self._study(study, query) for study in studies]
        except PacsError as error:
            return RowState(row.number, FAILED, problem=str(error))
        held, came = (sum(numbers) for numbers in zip(*counts, strict=True))
        if not held:
            return RowState(row.number, NOTHING_FOUND, len(studies))
        status = DONE if came >= held else INCOMPLETE
        return RowState(row.number, status, len(studies), held, came, max(0, held - came))

    def _study(self, study: Answer, query: Query) -> tuple[int, int]:
        """Fetch what is not here yet; how many objects the peer holds, and how many are safe here."""
        uid = study["StudyInstanceUID"]
        asked = Query(study=uid, modalities=query.modalities)
        series = self._patiently(lambda: find(self.peer, "SERIES", asked))
        counts = [self._series(uid, one) for one in series]
        time.sleep(self.options.pause_seconds)
        return sum(held for held, _ in counts), sum(came for _, came in counts)

    def _series(self, study: str, series: Answer) -> tuple[int, int]:
        asked = Query(study=study, series=series["SeriesInstanceUID"])
        images = self._patiently(lambda: find(self.peer, "IMAGE", asked))
        instances = frozenset(image["SOPInstanceUID"] for image in images if image["SOPInstanceUID"])

        def fetch() -> int:
            here = safe_of(self.archive, self.spool, instances)
            wanted = [image for image in images if image["SOPInstanceUID"] not in here]
            if images and not wanted:
                return len(here)
            completed = self._fetch(asked, wanted)
            if not instances:
                return completed
            return len(self._arrived(instances))

        held = len(instances) or int(series.get("NumberOfSeriesRelatedInstances") or 0)
        came = self._patiently(fetch)
        if came < held:  # ask once more: what failed may have been a moment's congestion
            came = self._patiently(fetch)
        return held, came

    def _fetch(self, asked: Query, wanted: list[Answer]) -> int:
        if self.peer.speaks_web:
            from hilum.pacs.web import web_get

            return web_get(self.peer, self.spool, wanted)
        if self.peer.retrieve == "get":
            classes = [image["SOPClassUID"] for image in wanted if image["SOPClassUID"]]
            return get(self.peer, self.spool, asked.study, asked.series, classes).completed
        return move(self.peer, asked.study, asked.series).completed

    def _arrived(self, instances: frozenset[str]) -> frozenset[str]:
        """Which objects are safe here, a moment after the peer says that it has sent them."""
        deadline = time.monotonic() + _GRACE_SECONDS
        while True:
            here = safe_of(self.archive, self.spool, instances)
            if here == instances or time.monotonic() > deadline:
                return here
            time.sleep(0.2)

    def _patiently(self, work: Callable[[], T]) -> T:
        """Do it, and after a failure wait and do it again, longer each time."""
        for attempt in range(self.options.retries):
            try:
                return work()
            except PacsError as error:
                _LOG.info("tried again in a moment: %s", error)
                time.sleep(self.options.first_wait_seconds * 2**attempt)
        return work()

    def _listener(self) -> StorageNode:
        tls = self.peer.tls
        encrypted = tls if tls is not None and tls.certificate is not None else None
        allow = (Allowed(self.peer.ae_title),)
        options = NodeOptions(self.peer.own_ae_title, self.peer.own_port, allow, encrypted)
        return StorageNode(options, self.spool)

    def _name(self) -> str:
        """The same list with the same questions to the same peer is the same pull."""
        keys = self.archive.accounting.keys
        questions = [repr(row.query) for row in self.listing.rows]
        return keys.lookup("pull", json.dumps([self.peer.name, self.listing.digest.hex(), questions]))[:16]

    def _record(self, word: str) -> None:
        line = json.dumps({"at": time.time(), "peer": self.peer.name, "checked": word}, ensure_ascii=False)
        with (self.states.folder / "runs.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")


@contextlib.contextmanager
def _listening(peer: Peer, listener: Callable[[], StorageNode]) -> Iterator[None]:
    """Listen for what the peer sends after a C-MOVE; where the port is taken, by the workspace's own node."""
    if peer.speaks_web or peer.retrieve == "get":
        yield
        return
    try:
        node = listener()
    except PacsError:
        _LOG.info("the port is taken: what comes is expected to reach the running node of this workspace")
        yield
        return
    try:
        yield
    finally:
        node.stop()
