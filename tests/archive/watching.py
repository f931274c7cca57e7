"""Worker processes whose time and memory are measured for each file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hilum.archive import pool
from hilum.archive.worker_process import Job, WorkerProcess

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """What one file cost its worker: seconds of processor time and the megabytes by which its peak rose."""

    file: str
    seconds: float
    megabytes: float


@contextmanager
def watched_workers() -> Iterator[list[Cost]]:
    """Within it, every ingest of this process notes what each file costs."""
    costs: list[Cost] = []

    class Watched(WorkerProcess):
        def takes(self, job: Job) -> bool:
            return not self.jobs and super().takes(job)  # one after another, so that each can be measured

        def give(self, job: Job) -> None:
            Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")  # the peak begins anew
            self._before = (_seconds(self.process.pid), _status(self.process.pid, "VmRSS"))
            super().give(job)

        def answered(self, now: float) -> Job:
            job = super().answered(now)
            if self.process.poll() is None:
                costs.append(self._cost(job))
            return job

        def _cost(self, job: Job) -> Cost:
            seconds, memory = self._before
            peak = _status(self.process.pid, "VmHWM")
            return Cost(_name(job.message), _seconds(self.process.pid) - seconds, peak - memory)

    room: Any = pool
    room.WorkerProcess = Watched
    try:
        yield costs
    finally:
        room.WorkerProcess = WorkerProcess


def _name(message: dict[str, Any]) -> str:
    return Path(str(message["leaf"][1])).name


def _seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _status(process: int, name: str) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024
