"""The queue: DBOS keeps it in a database, and goes on with it when the server is back."""

import functools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import make_url

from hilum.archive.database import connection_of
from hilum.serving.settings import Settings

if TYPE_CHECKING:
    from dbos import DBOSConfig

HEAVY, LIGHT = "hilum-heavy", "hilum-light"
_POLL_SECONDS = 0.5
_MOST_BEGINNINGS = 50
"""A job that ends the server each time it is begun is left alone after so many."""
_LOCK = threading.RLock()
_AT_WORK: "list[JobQueue]" = []


@dataclass(frozen=True)
class QueueLimits:
    """How much is done at the same time.

    Attributes:
        heavy: jobs that use all of the machine, such as runs and ingests.
        light: jobs that one waits for, such as checks and reports.
    """

    heavy: int = 1
    light: int = 2


class JobQueue:
    """The queue of one server; DBOS allows one in a process.

    Args:
        settings: of the server.
        perform: does the work of the job with an id.
        limits: how much is done at the same time.
    """

    def __init__(self, settings: Settings, perform: Callable[[str], str], limits: QueueLimits) -> None:
        self._settings, self.perform, self._limits = settings, perform, limits

    def open(self) -> None:
        """Begin to work, and go on with what was cut off."""
        from dbos import DBOS

        _workflow()
        with _LOCK:
            while _AT_WORK:
                _AT_WORK[-1].close()
            DBOS(config=self._config())
            _AT_WORK.append(self)
            DBOS.launch()
            for name, many in ((HEAVY, self._limits.heavy), (LIGHT, self._limits.light)):
                DBOS.register_queue(
                    name,
                    worker_concurrency=many,
                    polling_interval_sec=_POLL_SECONDS,
                    on_conflict="always_update",
                )

    def close(self) -> None:
        """Work no more; what waits is kept."""
        from dbos import DBOS

        with _LOCK:
            if self in _AT_WORK:
                _AT_WORK.remove(self)
                DBOS.destroy()

    def put(self, job: str, attempt: int, *, heavy: bool) -> None:
        """Put a job at the end of its queue; the same attempt is never done twice."""
        from dbos import DBOS, SetWorkflowID

        with SetWorkflowID(_workflow_id(job, attempt)):
            DBOS.enqueue_workflow(HEAVY if heavy else LIGHT, _workflow(), job)

    def take_out(self, job: str, attempt: int) -> None:
        """Take a job that waits out of its queue."""
        from dbos import DBOS

        DBOS.cancel_workflow(_workflow_id(job, attempt))

    def holds(self, job: str, attempt: int) -> bool:
        """Whether an attempt waits or works."""
        from dbos import DBOS

        status = DBOS.get_workflow_status(_workflow_id(job, attempt))
        return status is not None and status.status in ("ENQUEUED", "PENDING", "DELAYED")

    def _config(self) -> "DBOSConfig":
        from dbos import DBOSPortableJSONSerializer

        return {
            "name": "hilum",
            "application_version": "1",
            "executor_id": "hilum",
            "system_database_url": _database(self._settings),
            "serializer": DBOSPortableJSONSerializer(),  # the usual one pickles
            "log_level": "ERROR",
            "use_listen_notify": False,
            "notification_listener_polling_interval_sec": 1.0,
            "sys_db_pool_size": 5,
        }


def _workflow_id(job: str, attempt: int) -> str:
    return f"{job}.{attempt}"


def _database(settings: Settings) -> str:
    """Where DBOS keeps its queues: a file of its own, or the workbench's database server."""
    if settings.database is None:
        file: Path = settings.folder / "queues.sqlite"
        file.touch(mode=0o600)
        return f"sqlite:///{file}"
    asked = dict(make_url(settings.database).query)
    address, _ = connection_of(settings.database)
    url = address.set(drivername="postgresql+psycopg", query={})
    if "sslmode" in asked:
        url = url.update_query_dict({"sslmode": str(asked["sslmode"])})
    if "unix_sock" in asked:  # pg8000 names the socket, libpq its folder and the port in its name
        socket = Path(str(asked["unix_sock"]))
        port = socket.name.rpartition(".")[2]
        url = url.update_query_dict({"host": str(socket.parent)})
        url = url.set(port=int(port)) if port.isdecimal() else url
    return url.render_as_string(hide_password=False)


@functools.cache
def _workflow() -> Callable[[str], str]:
    """The one workflow, known to DBOS by its name; what it does is the business of the queue at work."""
    from dbos import DBOS

    @DBOS.workflow(name="hilum-job", max_recovery_attempts=_MOST_BEGINNINGS)
    def job(name: str) -> str:
        with _LOCK:
            queue = _AT_WORK[-1] if _AT_WORK else None
        return "cut off" if queue is None else queue.perform(name)

    return job
