"""Progress on a terminal; silence where nobody watches."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hilum.progress import Progress, silent


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """A progress that draws one bar per kind of work, or says nothing when output is piped.

    Where the environment names a HILUM_PROGRESS_FILE, lines of JSON are appended to it instead.

    Example:
        >>> with shown_progress() as progress:
        ...     progress(1, 10, "reading films")
    """
    if named := os.environ.get("HILUM_PROGRESS_FILE"):
        from hilum.cli.progress_file import ProgressFile

        yield ProgressFile(Path(named))
        return
    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("  {task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
    )
    with Bars(*columns, console=Console(stderr=True)) as bars:
        tasks = {}

        def show(done: int, total: int, what: str) -> None:
            kind, _, detail = what.partition(" · ")
            if kind not in tasks:
                tasks[kind] = bars.add_task(kind, total=total)
            bars.update(tasks[kind], completed=done, total=total, description=f"{kind} {detail}".rstrip())

        yield show
