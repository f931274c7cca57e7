"""Work spread over processes that start clean, whatever program called."""

import multiprocessing
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from hilum.preparation.fingerprint import available_cores

Given = TypeVar("Given")
Made = TypeVar("Made")

_WORTH_IT = 256
_MOST_WORKERS = 16


def in_processes(
    work: Callable[[Given], Made], pieces: Iterable[Given], workers: int | None, size: int
) -> Iterator[Made]:
    """Do each piece of work, in processes where that is worth starting them.

    Args:
        work: a function of a module, so that another process finds it.
        pieces: what it is called with; only a few are in flight at a time, so memory stays flat.
        workers: processes; None = one a processor core if there are many images; at most 1 = in this process.
        size: how many images all pieces hold.

    Yields:
        Results as they come, in any order.

    Example:
        >>> sorted(in_processes(abs, [-1, 2], workers=1, size=2))
        [1, 2]
    """
    wanted = (
        workers
        if workers is not None
        else (min(available_cores(), _MOST_WORKERS) if size >= _WORTH_IT else 1)
    )
    if wanted <= 1:
        yield from map(work, pieces)
        return
    queue = iter(pieces)
    start = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    with _main_program_hidden(), ProcessPoolExecutor(wanted, multiprocessing.get_context(start)) as pool:
        flying: set[Future[Made]] = {pool.submit(work, piece) for piece in islice(queue, 2 * wanted)}
        while flying:
            finished, flying = wait(flying, return_when=FIRST_COMPLETED)
            flying |= {pool.submit(work, piece) for piece in islice(queue, len(finished))}
            for future in finished:
                yield future.result()


@contextmanager
def _main_program_hidden() -> Iterator[None]:
    """Keep new processes from running the caller's script, as they would where it has no `__main__` guard."""
    main = sys.modules["__main__"]
    kept = {name: main.__dict__.pop(name) for name in ("__file__",) if name in main.__dict__}
    spec, main.__spec__ = main.__spec__, None
    try:
        yield
    finally:
        main.__dict__.update(kept)
        main.__spec__ = spec
