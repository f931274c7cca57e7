"""Films made by several processes; what is there already is left alone."""

import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import islice
from pathlib import Path

from hilum.phantom.objects import film_bytes
from hilum.phantom.orders import FilmOrder
from hilum.phantom.writing import write_whole
from hilum.progress import Progress, silent


def _one_thread_each() -> None:
    import cv2

    cv2.setNumThreads(1)


def _make(order: FilmOrder, folder: str, partial: str) -> None:
    write_whole(Path(folder) / order.relative_path, film_bytes(order), Path(partial))


def make_films(
    orders: Sequence[FilmOrder], folder: Path, partial: Path, workers: int = 2, progress: Progress = silent
) -> int:
    """Make every film that is not there yet.

    Args:
        orders: what is to be made.
        folder: the export of the PACS.
        partial: an existing folder on the same disk for unfinished files.
        workers: processes; 1 makes the films in this one.
        progress: told how far it is.

    Returns:
        How many films were made now.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> make_films([], folder, folder)
        0
    """
    missing = [order for order in orders if not (folder / order.relative_path).is_file()]
    done = len(orders) - len(missing)
    what = "making films"
    progress(done, len(orders), what)
    for number, _ in enumerate(_made(missing, str(folder), str(partial), workers), done + 1):
        progress(number, len(orders), what)
    return len(missing)


def _made(missing: Sequence[FilmOrder], folder: str, partial: str, workers: int) -> Iterator[None]:
    if workers <= 1 or len(missing) < 8:
        for order in missing:
            _make(order, folder, partial)
            yield
        return
    context = multiprocessing.get_context("spawn")  # forking a process that has threads can hang
    pool = ProcessPoolExecutor(min(workers, len(missing)), context, initializer=_one_thread_each)
    try:
        yield from _few_ahead(pool, iter(missing), folder, partial, 4 * workers)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _few_ahead(
    pool: ProcessPoolExecutor, missing: Iterable[FilmOrder], folder: str, partial: str, ahead: int
) -> Iterator[None]:
    """Keep a few films in the queue only, so that an interruption ends soon."""
    orders = iter(missing)
    running: set[Future[None]] = {
        pool.submit(_make, order, folder, partial) for order in islice(orders, ahead)
    }
    while running:
        finished, running = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            future.result()
            running |= {pool.submit(_make, order, folder, partial) for order in islice(orders, 1)}
            yield
