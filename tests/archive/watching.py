"""Worker processes whose time and memory are measured for each file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hilum.archive import pool

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

    class Watched(pool._Worker):  # type: ignore[misc]
        _job: pool.Job | None = None

        @property
        def job(self) -> pool.Job | None:
            return self._job

        @job.setter
        def job(self, job: pool.Job | None) -> None:
            if job is None and self._job is not None and self.process.poll() is None:
                costs.append(self._cost(self._job))
            self._job = job

        def give(self, job: pool.Job) -> None:
            Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")  # the peak begins anew
            self._before = (_seconds(self.process.pid), _status(self.process.pid, "VmRSS"))
            super().give(job)

        def _cost(self, job: pool.Job) -> Cost:
            seconds, memory = self._before
            peak = _status(self.process.pid, "VmHWM")
            return Cost(_name(job.message), _seconds(self.process.pid) - seconds, peak - memory)

    usual, pool._Worker = pool._Worker, Watched
    try:
        yield costs
    finally:
        pool._Worker = usual


def _name(message: dict[str, Any]) -> str:
    return Path(str(message["leaf"]["shown"])).name


def _seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _status(process: int, name: str) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024
