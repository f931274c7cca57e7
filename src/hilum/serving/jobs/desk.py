"""The desk where jobs are asked for, cancelled and gone on with."""

import json
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from hilum.errors import WorkspaceError
from hilum.files import held
from hilum.serving.configuration import read_configuration
from hilum.serving.failures import Refusal
from hilum.serving.jobs.child import private_file
from hilum.serving.jobs.durable_queue import JobQueue, QueueLimits
from hilum.serving.jobs.events import EventLog
from hilum.serving.jobs.kinds import kind_named
from hilum.serving.jobs.records import UNFINISHED, Job, JobRecords, State, now
from hilum.serving.jobs.snapshot import Snapshot, load_snapshot
from hilum.serving.jobs.work import ASKED, CANCEL, STOPPED, Workplace, perform
from hilum.serving.settings import Settings
from hilum.serving.state import Serving
from hilum.serving.tables import when_kept

ROOM = "jobs"
_MOST_WAITING = 200
_LONGEST_END_SECONDS = 8.0


class JobDesk:
    """The jobs of one server.

    Args:
        serving: the server.
        limits: how much is done at the same time.
    """

    def __init__(self, serving: Serving, limits: QueueLimits) -> None:
        self.settings: Settings = serving.settings
        self.folder = self.settings.folder / "jobs"
        self._engine = serving.engine
        self.records = JobRecords(serving.engine)
        self.place = Workplace(serving.workspace, self.folder, self.records)
        self._queue = JobQueue(self.settings, lambda name: perform(self.place, name), limits)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Work as long as the block lasts; what is unfinished at its end is gone on with at the next.

        Raises:
            WorkspaceError: another server works on the jobs of this workspace.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with held(self.folder) as mine:
            if not mine:
                raise WorkspaceError(
                    "another `hilum serve` works in this workspace: use that one, or stop it first"
                )
            self._queue.open()
            try:
                self._go_on()
                yield
            finally:
                self.place.stopping.set()
                self._wait_for_work()
                self._queue.close()

    def start(self, person: tuple[int, str], kind: str, asked: Mapping[str, Any], study: str | None) -> str:
        """Put a job into its queue.

        Args:
            person: number and name of who asks; the right was asked for before.
            kind: a name of `KINDS`.
            asked: what the kind asks for; kept in a file that only the owner of the workspace can read.
            study: the study that it works for.

        Returns:
            The job's id.

        Raises:
            Refusal: too much waits already, the same study is being worked on, or what is asked has not the
                form it must have.
        """
        found = kind_named(kind)
        known = self.records.unfinished()
        if len(known) >= _MOST_WAITING:
            raise Refusal(429, f"{len(known)} jobs wait already: let some of them end first")
        same = study and any(job.study == study and job.kind == kind for job in known)
        if same and not found.side_by_side:
            raise Refusal(409, "this is being done for this study already: wait for it, or cancel it")
        try:
            form: BaseModel = found.asked.model_validate(dict(asked))
        except ValidationError:
            raise Refusal(422, "what is asked of the job has not the form it must have") from None
        name = secrets.token_hex(8)
        (self.folder / name).mkdir(mode=0o700)
        private_file(self.folder / name / ASKED, form.model_dump_json().encode())
        self.records.add(name, kind, person, study or "", found.about(form))
        EventLog(self.folder / name).add("state", state=State.waiting)
        # Asked for within a larger change, it is begun once that is kept.
        when_kept(self._engine, lambda: self._queue.put(name, 1, heavy=found.heavy))
        return name

    def cancel(self, job: Job) -> None:
        """Stop a job that works, or take one that waits out of its queue; what was finished is kept.

        Raises:
            Refusal: it has ended.
        """
        if job.state not in UNFINISHED:
            raise Refusal(409, "this job has ended: there is nothing to cancel")
        private_file(self.folder / job.id / CANCEL, b"")
        ended = {"state": State.cancelled, "sentence": STOPPED, "ended": now()}
        if self.records.change(job.id, [State.waiting], **ended):
            self._queue.take_out(job.id, job.attempt)
            EventLog(self.folder / job.id).add("state", state=State.cancelled, sentence=STOPPED)

    def resume(self, job: Job) -> None:
        """Go on with a job that was cancelled or failed.

        Raises:
            Refusal: it works, waits, or is done.
        """
        if job.state in UNFINISHED:
            raise Refusal(409, "this job is being done already")
        if job.state is State.done:
            raise Refusal(409, "this job is done: ask for it anew")
        (self.folder / job.id / CANCEL).unlink(missing_ok=True)
        fresh = {
            "state": State.waiting,
            "attempt": job.attempt + 1,
            "ended": "",
            "sentence": "",
            "serious": 0,
        }
        if self.records.change(job.id, [State.cancelled, State.failed], **fresh):
            EventLog(self.folder / job.id).add("state", state=State.waiting)
            heavy = kind_named(job.kind).heavy
            when_kept(self._engine, lambda: self._queue.put(job.id, job.attempt + 1, heavy=heavy))

    def snapshot(self, job: Job) -> Snapshot:
        """How far a job is."""
        return self.place.live.get(job.id) or load_snapshot(self.folder / job.id)

    def folder_of(self, job: Job) -> Path:
        """Where a job keeps what it was asked, what it says and what came of it."""
        return self.folder / job.id

    def _wait_for_work(self) -> None:
        """The commands are being stopped; their threads need a moment."""
        until = time.monotonic() + _LONGEST_END_SECONDS
        while self.place.busy and time.monotonic() < until:
            time.sleep(0.05)

    def _go_on(self) -> None:
        """Put what was unfinished back where the queue does not know of it, as after a tidy end."""
        for job in self.records.unfinished():
            if self._queue.holds(job.id, job.attempt):
                continue
            attempt = job.attempt + 1
            if self.records.change(job.id, attempt=attempt):
                self._queue.put(job.id, attempt, heavy=kind_named(job.kind).heavy)


@contextmanager
def jobs_beside(serving: Serving) -> Iterator[None]:
    """The queue of jobs, as long as the server runs."""
    desk = JobDesk(serving, limits_of(serving.settings))
    with desk.open():
        serving.kept[ROOM] = desk
        try:
            yield
        finally:
            del serving.kept[ROOM]


def jobs_of(serving: Serving) -> JobDesk:
    """The desk of a running server.

    Raises:
        Refusal: the server does not run jobs.
    """
    desk = serving.kept.get(ROOM)
    if not isinstance(desk, JobDesk):
        raise Refusal(503, "this server does not do long work: start it with `hilum serve`")
    return desk


def limits_of(settings: Settings) -> QueueLimits:
    """How much is done at the same time, as `[serve]` in `hilum.toml` says (`heavy_jobs`, `light_jobs`)."""
    said = read_configuration(settings.workspace)
    return QueueLimits(said.heavy_jobs, said.light_jobs)


def start_job(
    serving: Serving, person: Any, kind: str, asked: Mapping[str, Any], study: str | None = None
) -> str:
    """Ask for a job; the route that calls this has asked for the right, and seen to the paths.

    Args:
        serving: the server.
        person: who asks; has `id`, `name` and `may(right)`.
        kind: a name of `KINDS`.
        asked: what the kind asks for.
        study: the study that it works for, whose people may see it.

    Returns:
        The job's id.

    Raises:
        Refusal: the person has not the right of the kind, or `JobDesk.start` refuses.
    """
    if not person.may(kind_named(kind).right):
        raise Refusal(403, "your role does not allow this work: ask whoever manages the accounts")
    name = jobs_of(serving).start((person.id, person.name), kind, asked, study)
    serving.audit.record(person.id, "job_asked_for", name, {"kind": kind, "study": study or ""})
    return name


def last_result(serving: Serving, kind: str) -> tuple[Job, Any] | None:
    """The last finished job of a kind, with the result that it kept in its folder."""
    desk = jobs_of(serving)
    job = desk.records.last_done(kind)
    if job is None:
        return None
    try:
        return job, json.loads((desk.folder_of(job) / "result.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
