"""A pool of worker processes that survives what hostile files do to them."""

import json
import queue
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from hilum.archive.worker_process import Heard, Job, WorkerProcess
from hilum.errors import WorkspaceError

_MOST_FAILED_STARTS = 3
_LOOK_SECONDS = 0.2
TOO_SLOW, CRASHED = "took too long to read", "crashed the program that reads it"


@dataclass(frozen=True)
class Answer:
    """What a worker answered, or that it was killed or died over the job (`{"failed": why}`)."""

    number: int
    message: dict[str, Any]


class Pool:
    """Worker processes; a job that takes too long or kills its worker costs nothing but itself.

    Args:
        size: how many processes.
        greeting: what each worker is told first.
        reply: answers a question that a worker asks in the middle of a job: (what, key) -> JSON.

    Example:
        >>> list(Pool(1, {}, lambda what, key: None).run([]))
        []
    """

    def __init__(self, size: int, greeting: dict[str, Any], reply: Callable[[str, str], Any]) -> None:
        self._size, self._greeting, self._reply = size, greeting, reply
        self._inbox: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self._workers: list[WorkerProcess] = []
        self._given_back: deque[Job] = deque()
        self._failed_starts = 0
        self._looked = 0.0

    def run(self, jobs: Iterable[Job]) -> Iterator[Answer]:
        """Do the jobs; answers come as they are ready. However this ends, all processes are ended.

        Raises:
            WorkspaceError: workers cannot be started.
        """
        waiting = iter(jobs)
        upcoming = next(waiting, None)
        try:
            while upcoming is not None or any(worker.jobs for worker in self._workers):
                while upcoming is not None and (worker := self._free_for(upcoming)):
                    worker.give(upcoming)
                    upcoming = self._given_back.popleft() if self._given_back else next(waiting, None)
                if upcoming is not None and all(worker.ready for worker in self._workers):
                    self._start(self._size - len(self._workers))
                yield from self._hear()
                if upcoming is None and self._given_back:
                    upcoming = self._given_back.popleft()
        finally:
            for worker in self._workers:
                worker.end()
            self._workers.clear()

    def _free_for(self, job: Job) -> WorkerProcess | None:
        """The worker with the least before it, if it should be given a job now."""
        ready = [worker for worker in self._workers if worker.ready]
        least = min(ready, key=lambda worker: len(worker.jobs), default=None)
        return least if least is not None and least.takes(job) else None

    def _start(self, count: int) -> None:
        self._workers += [WorkerProcess(self._greeting, self._inbox) for _ in range(count)]

    def _hear(self) -> Iterator[Answer]:
        """Take in one message, and now and then see which worker is late."""
        try:
            heard = self._inbox.get(timeout=_LOOK_SECONDS)
        except queue.Empty:
            heard = None
        if heard is not None and heard.worker in self._workers:
            yield from self._take_in(heard)
        if time.monotonic() > self._looked + _LOOK_SECONDS:
            self._looked = time.monotonic()
            for late in [worker for worker in self._workers if worker.late]:
                yield from self._lose(late, TOO_SLOW)

    def _take_in(self, heard: Heard) -> Iterator[Answer]:
        worker = heard.worker
        worker.heard()
        if not heard.line:
            yield from self._lose(worker, CRASHED)
            return
        message = json.loads(heard.line)
        if "ready" in message:
            worker.ready, self._failed_starts = True, 0
        elif "ask" in message:
            reply = {"answer": self._reply(message["ask"], message["key"])}
            worker.waited(time.monotonic() - heard.at)
            worker.tell(reply)
        elif worker.jobs:
            yield Answer(worker.answered(heard.at).number, message)

    def _lose(self, worker: WorkerProcess, why: str) -> Iterator[Answer]:
        """End a worker that failed on the first of its jobs; the others are given to another one."""
        self._workers.remove(worker)
        worker.end()
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= _MOST_FAILED_STARTS:
                raise WorkspaceError("the processes that read images cannot be started: run `hilum doctor`")
        if worker.jobs:
            failed, *others = worker.jobs
            worker.jobs.clear()
            self._given_back.extend(others)
            yield Answer(failed.number, {"failed": why})
