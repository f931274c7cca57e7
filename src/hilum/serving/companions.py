"""What runs beside the server as long as it runs, such as the queue of jobs."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from hilum.serving.jobs.desk import jobs_beside
from hilum.serving.state import Serving
from hilum.serving.warming import warmed

Companions = tuple[Callable[[Serving], AbstractContextManager[None]], ...]

COMPANIONS: Companions = (jobs_beside, warmed)
"""Each is entered when the server starts, and left when it ends, the last one first."""
