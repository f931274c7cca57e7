"""A worker process as the program that gives it work sees it."""

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass
from functools import cached_property
from typing import Any

_START_SECONDS = 180.0
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_AHEAD_SECONDS, _MOST_AHEAD = 0.04, 15
_AHEAD_BYTES = 4096  # the least that a pipe takes without anybody reading it: who writes must never wait
_SLOW = 1.0  # seconds a file, until it has shown how quick it is
_NEWEST = 0.2  # what the newest file counts in the mean


@dataclass(frozen=True)
class Job:
    r"""Something for a worker to do.

    Attributes:
        number: tells which answer belongs to it.
        message: what the worker is told.
        seconds: how long it may take.

    Example:
        >>> Job(0, {"leaf": []}, 30.0).line
        b'{"leaf": []}\n'
    """

    number: int
    message: dict[str, Any]
    seconds: float

    @cached_property
    def line(self) -> bytes:
        """The message as it is sent."""
        return json.dumps(self.message).encode() + b"\n"


@dataclass(frozen=True)
class Heard:
    """What came from a worker.

    Attributes:
        worker: which.
        at: when, by the monotonic clock in seconds.
        line: the message; empty when the worker has ended.
    """

    worker: "WorkerProcess"
    at: float
    line: bytes


class WorkerProcess:
    """One process, with a thread that listens to it.

    It is given a few small jobs ahead, so that it need not wait for the next; its time for a job begins when
    it has answered the one before.

    Args:
        greeting: what it is told first.
        inbox: gets what it says.

    Attributes:
        jobs: what it was given and has not answered; it works on the first.
        ready: whether it has started.
    """

    def __init__(self, greeting: dict[str, Any], inbox: "queue.SimpleQueue[Heard]") -> None:
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
        self.jobs: deque[Job] = deque()
        self.ready = False
        self._said, self._dealt_with = 0, 0
        self._pace, self._begun = _SLOW, 0.0
        self._deadline = time.monotonic() + _START_SECONDS
        self._listener = threading.Thread(target=self._listen, args=(inbox,), daemon=True)
        self._listener.start()
        self.tell(greeting)

    def _listen(self, inbox: "queue.SimpleQueue[Heard]") -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said += 1
            inbox.put(Heard(self, time.monotonic(), line))
        inbox.put(Heard(self, time.monotonic(), b""))

    def tell(self, message: dict[str, Any]) -> None:
        """Send a message that the worker waits for."""
        self._send(json.dumps(message).encode() + b"\n")

    def _send(self, line: bytes) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # its listener reports the end
            self.process.stdin.write(line)
            self.process.stdin.flush()

    def takes(self, job: Job) -> bool:
        """Whether it should be given a job now: it has none, or is quick and has little before it."""
        if not self.ready or not self.jobs:
            return self.ready
        waiting = sum(len(one.line) for one in self.jobs) + len(job.line)
        ahead = min(_MOST_AHEAD, int(_AHEAD_SECONDS / self._pace))
        return len(self.jobs) <= ahead and waiting <= _AHEAD_BYTES

    def give(self, job: Job) -> None:
        """Give it a job."""
        self.jobs.append(job)
        if len(self.jobs) == 1:
            self.begins(time.monotonic())
        self._send(job.line)

    def begins(self, now: float) -> None:
        """Its time for the first of its jobs begins."""
        if self.jobs:
            self._begun, self._deadline = now, now + self.jobs[0].seconds

    def heard(self) -> None:
        """One of its messages is dealt with."""
        self._dealt_with += 1

    def answered(self, now: float) -> Job:
        """It has answered: take the first of its jobs from it."""
        self._pace += _NEWEST * (now - self._begun - self._pace)
        job = self.jobs.popleft()
        self.begins(now)
        return job

    def waited(self, seconds: float) -> None:
        """It had to wait for an answer, which is not counted as its time."""
        self._deadline += seconds

    @property
    def late(self) -> bool:
        """Whether it takes too long, and not because nobody has listened to it."""
        busy = bool(self.jobs) or not self.ready
        return busy and self._said == self._dealt_with and time.monotonic() > self._deadline

    def end(self) -> None:
        """Kill the process and wait for its end."""
        self.process.kill()
        self.process.wait()
        self._listener.join()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
