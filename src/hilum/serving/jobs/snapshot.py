"""How far a job is, for whoever looks: what is done now, what is done, what is left, for how long still."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hilum.files import write_atomically
from hilum.serving.jobs.run_watch import RunWatch
from hilum.serving.jobs.told import ToldProgress

SNAPSHOT = "progress.json"


@dataclass(frozen=True)
class Snapshot:
    """How far a job is.

    Attributes:
        now: what is being done, in the program's words; empty before anything was told.
        detail: more of it, such as the epoch.
        done: how much of it is done.
        total: of how much; 0 where that is not known.
        seconds_left: how long the job still takes, as far as can be said; None where it cannot.
        steps_done: what is finished.
        steps_left: what is still to come, as far as it is known.
    """

    now: str = ""
    detail: str = ""
    done: int = 0
    total: int = 0
    seconds_left: int | None = None
    steps_done: tuple[str, ...] = ()
    steps_left: tuple[str, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """As plain data.

        Example:
            >>> Snapshot("de-identifying", done=3, total=4).to_dict()["done"]
            3
        """
        return asdict(self)

    def save(self, folder: Path) -> None:
        """Keep it in the job's folder."""
        write_atomically(folder / SNAPSHOT, json.dumps(self.to_dict(), ensure_ascii=False))


def load_snapshot(folder: Path) -> Snapshot:
    """What was kept last; an empty one where nothing was.

    Example:
        >>> load_snapshot(Path("no job")).now
        ''
    """
    try:
        found = json.loads((folder / SNAPSHOT).read_text(encoding="utf-8"))
        for name in ("steps_done", "steps_left"):
            found[name] = tuple(found[name])
        return Snapshot(**found)
    except (OSError, ValueError, KeyError, TypeError):
        return Snapshot()


def snapshot_of(told: ToldProgress, run: RunWatch | None) -> Snapshot:
    """How far a job is, of what its command told and, for the run of a study, of the run's folder."""
    step = told.steps.get(told.now)
    done, total = (step.done, step.total) if step is not None else (0, 0)
    finished = tuple(name for name in told.steps if name != told.now)
    if run is not None and run.done:
        finished = tuple(run.done)
    left = seconds_left(told, run)
    coming = tuple(run.left) if run is not None else ()
    rounded = None if left is None else round(left)
    return Snapshot(told.now, told.detail, done, total, rounded, finished, coming)


def seconds_left(told: ToldProgress, run: RunWatch | None) -> float | None:
    """The step at hand, and the trainings after it at the pace of those that were."""
    step = told.steps.get(told.now)
    left = None if step is None else step.seconds_left
    if run is None or not run.expected:
        return left
    coming = run.trainings_left()
    if left is None or not coming:
        # Of a study nothing can be said before its first training runs.
        return left if run.expected and not coming else None
    if " repeat " not in told.now or step is None:
        return None
    reader, whole = told.now.rpartition(" repeat ")[0], step.seconds_in_all or 0.0
    if reader in coming:
        coming.remove(reader)
    return left + sum(_usual(run, other, whole) for other in coming)


def _usual(run: RunWatch, reader: str, otherwise: float) -> float:
    took = run.seconds_of_trainings(reader)
    return sum(took) / len(took) if took else otherwise
