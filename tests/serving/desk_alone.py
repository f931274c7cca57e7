"""A program that does jobs and nothing else: `python desk_alone.py WORKSPACE [KIND ASKED]`; it prints ids."""

import json
import sys
import time
from pathlib import Path

from hilum.archive import find_workspace
from hilum.serving import tables
from hilum.serving.access.person import Person
from hilum.serving.access.rights import EVERY_RIGHT
from hilum.serving.audit import AuditLog
from hilum.serving.jobs.desk import jobs_beside, jobs_of, start_job  # noqa: F401  # tests use them from here
from hilum.serving.settings import Settings
from hilum.serving.state import Serving


def serving_of(folder: Path) -> Serving:
    """A server's state without a server."""
    workspace = find_workspace(folder)
    assert workspace is not None
    settings = Settings(workspace)
    engine = tables.opened(settings)
    return Serving(settings, engine, AuditLog.open(engine, settings.folder))


PERSON = Person(1, "kim", frozenset(), EVERY_RIGHT)


def main(folder: str, *asked: str) -> None:
    serving = serving_of(Path(folder))
    with jobs_beside(serving):
        if asked:
            sys.stdout.write(start_job(serving, PERSON, asked[0], json.loads(asked[1])) + "\n")
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            time.sleep(0.2)


if __name__ == "__main__":
    main(*sys.argv[1:])
