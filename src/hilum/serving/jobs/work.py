"""The work of one job: its command is started, watched, and stopped when somebody asks for that."""

import json
import logging
import re
import secrets
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hilum.archive import Workspace
from hilum.serving.jobs.child import COMMAND, ERRORS, OUTPUT, PROGRESS, Child, private_file
from hilum.serving.jobs.events import EventLog
from hilum.serving.jobs.kinds import JobKind, kind_named
from hilum.serving.jobs.records import Job, JobRecords, State, now
from hilum.serving.jobs.run_watch import RunWatch
from hilum.serving.jobs.snapshot import Snapshot, snapshot_of
from hilum.serving.jobs.tail import Tail
from hilum.serving.jobs.told import ToldProgress

_LOGGER = logging.getLogger("hilum.serving")
ASKED, CANCEL = "asked.json", "cancel"
STOPPED = "stopped as asked; what was finished is kept, and resuming goes on from there"
_LOOK_SECONDS = 0.25
_TELL_SECONDS = 1.0
_PATIENCE_SECONDS = 10.0
_MOST_LINES = 5000
_LONGEST_LINE = 1000


@dataclass(frozen=True)
class Workplace:
    """What the work of all jobs has at hand.

    Attributes:
        workspace: where the commands work.
        folder: holds one folder a job.
        records: of the jobs.
        stopping: set when the server ends; work is then cut off, and gone on with when it is back.
        live: how far the jobs at work are, by their ids.
        busy: the ids of the jobs at work.
    """

    workspace: Workspace
    folder: Path
    records: JobRecords
    stopping: threading.Event = field(default_factory=threading.Event)
    live: dict[str, Snapshot] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)


def perform(place: Workplace, name: str) -> str:
    """Do the work of a job that waits, or that was cut off.

    Returns:
        How it stands afterwards; `running` where the server's end cut it off.
    """
    job = place.records.find(name)
    if place.stopping.is_set() or job is None:
        return "nothing to do"
    place.busy.add(name)
    try:
        if not place.records.change(name, state=State.running, began=job.began or now()):
            return "nothing to do"
        return _Work(place, job).do()
    except Exception as fault:  # noqa: BLE001  # a job that cannot even begin must not stay "running" for ever
        incident = secrets.token_hex(4)
        _LOGGER.error("incident %s in a job of kind %s: %s", incident, job.kind, type(fault).__name__)  # noqa: TRY400  # its words may name a patient
        sentence = f"a fault of the program: tell whoever looks after this server the number {incident}"
        place.records.change(name, state=State.failed, sentence=sentence, ended=now())
        EventLog(place.folder / name).add("state", state=State.failed, sentence=sentence)
        return State.failed
    finally:
        place.live.pop(name, None)
        place.busy.discard(name)


class _Work:
    def __init__(self, place: Workplace, job: Job) -> None:
        self.place, self.job = place, job
        self.folder = place.folder / job.id
        self.kind: JobKind = kind_named(job.kind)
        self.asked = self.kind.asked.model_validate_json((self.folder / ASKED).read_bytes())
        self.log = EventLog(self.folder)
        sizes = {name: _size(self.folder / name) for name in (OUTPUT, ERRORS, PROGRESS)}
        self.output, self.errors = (
            Tail(self.folder / OUTPUT, sizes[OUTPUT]),
            Tail(self.folder / ERRORS, sizes[ERRORS]),
        )
        self.told = ToldProgress(self.folder / PROGRESS, sizes[PROGRESS])
        self.run = self._run_watch()
        self.printed: list[str] = []
        self.said: list[str] = []
        self.lines = 0
        self.told_at = 0.0

    def do(self) -> str:
        if (self.folder / CANCEL).exists():
            return self._end(State.cancelled, STOPPED)
        self.log.add("state", state=State.running)
        child = Child(self.folder, self.kind.words(self.asked, self.folder), self.place.workspace.root)
        try:
            code = self._watch(child)
        finally:
            child.kill()
        if code is None:
            return State.running
        self._look(last=True)
        if (self.folder / CANCEL).exists():
            return self._end(State.cancelled, STOPPED)
        if code == 0 or (code == 1 and self.kind.found_is_done):
            result = self.kind.result("\n".join(self.printed), self.folder, self.place.workspace)
            return self._end(State.done, "", result, serious=code == 1)
        return self._end(State.failed, self._why(code), serious=code == 1)

    def _watch(self, child: Child) -> int | None:
        """Until the command ends: its exit code; None where the server ends first."""
        asked_at: float | None = None
        while (code := child.ended(_LOOK_SECONDS)) is None:
            self._look()
            if self.place.stopping.is_set():
                child.ask_to_stop()
                child.ended(_PATIENCE_SECONDS / 4)
                return None
            if (self.folder / CANCEL).exists():
                if asked_at is None:
                    asked_at = time.monotonic()
                    child.ask_to_stop()
                elif time.monotonic() - asked_at > 2 * _PATIENCE_SECONDS:
                    child.kill()
                elif time.monotonic() - asked_at > _PATIENCE_SECONDS:
                    child.demand_to_stop()
        return code

    def _look(self, *, last: bool = False) -> None:
        """Take in what the command said since the last look."""
        said, printed = self.errors.lines(), self.output.lines()
        self.said += said
        self.printed += printed
        for line in said if self.kind.prints_json else printed + said:
            self._line(line)
        changed, points = self.told.look()
        for point in points:
            self.log.add("curve", **vars(point))
        for history in self.run.look() if self.run else ():
            self.log.add("history", **vars(history))
        due = time.monotonic() - self.told_at >= _TELL_SECONDS
        if last or (changed and due):
            self.told_at = time.monotonic()
            self._tell(snapshot_of(self.told, self.run))

    def _tell(self, found: Snapshot) -> None:
        if found.now and self.place.live.get(self.job.id) != found:
            self.place.live[self.job.id] = found
            found.save(self.folder)
            self.log.add("progress", **found.to_dict())

    def _line(self, line: str) -> None:
        self.lines += 1
        if self.lines <= _MOST_LINES and line.strip():
            self.log.add("line", text=self._without_secrets(line)[:_LONGEST_LINE])

    def _without_secrets(self, text: str) -> str:
        """A line without the paths that a person chose: folders are named after patients, too."""
        for secret in sorted(self.kind.secrets(self.asked), key=len, reverse=True):
            # What lies below may hold spaces: all of it goes, up to the next part of the sentence.
            text = re.sub(re.escape(secret) + r"(/.*?(?=: |$))?", "the chosen place", text)
        return text

    def _why(self, code: int) -> str:
        said = [line.removeprefix("hilum: ") for line in self.said if line.startswith("hilum: ")]
        if said:
            return self._without_secrets(said[-1])[:_LONGEST_LINE]
        if code in (137, 143):
            return "it was ended from outside, or the machine ran out of memory: resume it, or ask for less"
        return f"the work ended without saying why (exit code {code}): resume it, or run it with --debug"

    def _end(
        self, state: State, sentence: str, result: dict[str, Any] | None = None, *, serious: bool = False
    ) -> str:
        values: dict[str, Any] = {
            "state": state,
            "sentence": sentence,
            "ended": now(),
            "serious": int(serious),
        }
        if state is State.done:
            self.kind.after(self.asked, self.place.folder.parent)
            # It may name folders that are named after patients, and is not needed any more.
            (self.folder / COMMAND).unlink(missing_ok=True)
            private_file(self.folder / ASKED, b"")
        self.place.records.change(self.job.id, **values, result=json.dumps(result or {}))
        # Last: whoever hears of the end finds it in the record.
        self.log.add("state", state=state, sentence=sentence, serious=serious, result=result or {})
        return state

    def _run_watch(self) -> RunWatch | None:
        if self.kind.name != "run":
            return None
        file = Path(getattr(self.asked, "file", ""))
        return RunWatch(self.place.workspace.runs_folder, file, time.time())


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
