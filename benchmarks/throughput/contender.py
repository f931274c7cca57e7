"""Training loops that take turns: each is a process of its own, waits asleep, and runs a window when told.

A window is one pass over the images. What else the machine does, and how warm it is, so meets all loops
alike; and what one loop asks of its process (threads, the C library's memory settings) stays with it. The
first pass of each, in which caches are filled, is not counted.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

_PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class Settings:
    """What one loop trains.

    Attributes:
        loop: one of `throughput.loops.LOOPS`.
        model: name of the network.
        folder: where the films and what is prepared of them lie.
        images: how many there are.
        size: rows and columns of what the network sees.
        batch: images a step.
        threads: of the processor.
        device: "cpu" or "cuda".
        workers: processes that load images, where the loop has such.
        half: whether convolutions are computed in bfloat16.
    """

    loop: str
    model: str
    folder: str
    images: int
    size: int
    batch: int
    threads: int
    device: str = "cpu"
    workers: int = 0
    half: bool = False

    def __post_init__(self) -> None:
        if self.images < self.batch:
            raise ValueError(f"{self.images} images make no batch of {self.batch}: ask for more")

    @property
    def steps(self) -> int:
        """Whole batches of one pass, which is one window."""
        return self.images // self.batch

    @property
    def name(self) -> str:
        """How the loop is called in a table."""
        return f"{self.loop}, {self.workers} workers" if self.workers else self.loop


class Clock:
    """Inside a contender: counts steps, reports every window, and waits until the next may begin."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.done, self.began = settings, 0, time.perf_counter()
        # Whatever else is printed must not come between the reports.
        self.reports = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)

    def step(self) -> None:
        """Count a step; at the end of a window report its seconds and wait."""
        self.done += 1
        if self.done % self.settings.steps:
            return
        if self.settings.device == "cuda":
            import torch

            torch.cuda.synchronize()
        print(time.perf_counter() - self.began, file=self.reports, flush=True)
        if sys.stdin.readline().strip() != "go":
            self.reports.close()
            # Loader processes and threads may be in the middle of something.
            os._exit(0)
        self.began = time.perf_counter()


class Contender:
    """From outside: a loop that runs a window when it is told."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        hidden = {} if settings.device == "cuda" else {"CUDA_VISIBLE_DEVICES": ""}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "throughput.contender", json.dumps(asdict(settings))],
            cwd=Path(__file__).resolve().parents[1],
            env={**os.environ, **hidden},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if settings.loop == "monai" else None,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.process.communicate("stop\n", timeout=_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()

    def get_ready(self) -> None:
        """Wait until its first pass, which does not count, is over."""
        self._report()

    def rate(self) -> float:
        """Run a window; images a second."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return self.settings.steps * self.settings.batch / self._report()

    def _report(self) -> float:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.settings.name} ended with {self.process.wait()}")
        return float(line)


def main() -> None:
    """Train by one loop until told to stop."""
    settings = Settings(**json.loads(sys.argv[1]))
    clock = Clock(settings)
    from throughput.loops import LOOPS

    LOOPS[settings.loop](settings, clock)


if __name__ == "__main__":
    main()
