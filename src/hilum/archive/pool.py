"""A pool of worker processes that survives what hostile files do to them."""

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from hilum.errors import WorkspaceError

_START_SECONDS = 180.0
_MOST_FAILED_STARTS = 3
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
TOO_SLOW, CRASHED = "took too long to read", "crashed the program that reads it"


@dataclass(frozen=True)
class Job:
    """Something for a worker to do.

    Attributes:
        number: tells which answer belongs to it.
        message: what the worker is told.
        seconds: how long it may take.
    """

    number: int
    message: dict[str, Any]
    seconds: float


@dataclass(frozen=True)
class Answer:
    """What a worker answered, or that it was killed or died over the job (`{"failed": why}`)."""

    number: int
    message: dict[str, Any]


class _Worker:
    """One process, with a thread that listens to it."""

    def __init__(self, greeting: dict[str, Any], inbox: "queue.SimpleQueue[tuple[_Worker, Any]]") -> None:
        # A program of its own, not a fork: it works the same everywhere and from scripts without a main
        # guard.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hilum.archive.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | dict.fromkeys(_ONE_THREAD, "1"),
            start_new_session=True,  # Ctrl-C reaches the parent only, which ends the workers in order
        )
        self.job: Job | None = None
        self.ready = False
        self.deadline = time.monotonic() + _START_SECONDS
        self.listener = threading.Thread(target=self._listen, args=(inbox,), daemon=True)
        self.listener.start()
        self.tell(greeting)

    def _listen(self, inbox: "queue.SimpleQueue[tuple[_Worker, Any]]") -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            inbox.put((self, json.loads(line)))
        inbox.put((self, None))

    def tell(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # its listener reports the end
            self.process.stdin.write(json.dumps(message).encode() + b"\n")
            self.process.stdin.flush()

    def give(self, job: Job) -> None:
        self.job, self.deadline = job, time.monotonic() + job.seconds
        self.tell(job.message)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.listener.join()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


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
        self._inbox: queue.SimpleQueue[tuple[_Worker, Any]] = queue.SimpleQueue()
        self._workers: list[_Worker] = []
        self._failed_starts = 0

    def run(self, jobs: Iterable[Job]) -> Iterator[Answer]:
        """Do the jobs; answers come as they are ready. However this ends, all processes are ended.

        Raises:
            WorkspaceError: workers cannot be started.
        """
        waiting = iter(jobs)
        upcoming = next(waiting, None)
        try:
            while upcoming is not None or any(worker.job for worker in self._workers):
                idle = [worker for worker in self._workers if worker.ready and worker.job is None]
                starting = sum(not worker.ready for worker in self._workers)
                if upcoming is not None and not idle and not starting and len(self._workers) < self._size:
                    self._start(self._size - len(self._workers))
                for worker in idle:
                    if upcoming is not None:
                        worker.give(upcoming)
                        upcoming = next(waiting, None)
                yield from self._hear()
        finally:
            for worker in self._workers:
                worker.end()
            self._workers.clear()

    def _start(self, count: int) -> None:
        self._workers += [_Worker(self._greeting, self._inbox) for _ in range(count)]

    def _hear(self) -> Iterator[Answer]:
        """Take in one message, or see which worker is late."""
        try:
            worker, message = self._inbox.get(timeout=0.2)
        except queue.Empty:
            for late in [one for one in self._workers if (one.job or not one.ready) and _is_late(one)]:
                yield from self._lose(late, TOO_SLOW)
            return
        if worker not in self._workers:
            return
        if message is None:
            yield from self._lose(worker, CRASHED)
        elif "ready" in message:
            worker.ready, self._failed_starts = True, 0
        elif "ask" in message:
            worker.tell({"answer": self._reply(message["ask"], message["key"])})
        elif worker.job is not None:
            job, worker.job = worker.job, None
            yield Answer(job.number, message)

    def _lose(self, worker: _Worker, why: str) -> Iterator[Answer]:
        self._workers.remove(worker)
        worker.end()
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= _MOST_FAILED_STARTS:
                raise WorkspaceError("the processes that read images cannot be started: run `hilum doctor`")
        if worker.job is not None:
            yield Answer(worker.job.number, {"failed": why})


def _is_late(worker: _Worker) -> bool:
    return time.monotonic() > worker.deadline
