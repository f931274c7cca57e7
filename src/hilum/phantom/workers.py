"""Films made by several processes; what is there already is left alone."""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

from hilum.phantom.objects import film_bytes
from hilum.phantom.orders import FilmOrder
from hilum.phantom.writing import write_whole
from hilum.progress import Progress, silent


class Order(Protocol):
    """What one film is to be, and where it is to lie."""

    @property
    def relative_path(self) -> str:
        """Below the folder of the films, with forward slashes."""


AnyOrder = TypeVar("AnyOrder", bound=Order)


@dataclass(frozen=True)
class _Maker:
    """Makes one film at its place; it travels to other processes."""

    content: Callable[..., bytes]
    folder: str
    partial: str

    def __call__(self, order: Order) -> None:
        write_whole(Path(self.folder) / order.relative_path, self.content(order), Path(self.partial))


def _one_thread_each() -> None:
    import cv2

    cv2.setNumThreads(1)


def make_films(
    orders: Sequence[FilmOrder], folder: Path, partial: Path, workers: int = 2, progress: Progress = silent
) -> int:
    """Make every DICOM film that is not there yet.

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
    return make_files(orders, film_bytes, folder, partial, workers=workers, progress=progress)


def make_files(
    orders: Sequence[AnyOrder],
    content: Callable[[AnyOrder], bytes],
    folder: Path,
    partial: Path,
    *,
    workers: int = 2,
    progress: Progress = silent,
) -> int:
    """Make every file that is not there yet.

    Args:
        orders: what is to be made.
        content: makes the bytes of one file; a function of a module, so that other processes find it.
        folder: where the files go.
        partial: an existing folder on the same disk for unfinished files.
        workers: processes; 1 makes the files in this one.
        progress: told how far it is.

    Returns:
        How many files were made now.

    Example:
        >>> import tempfile
        >>> from hilum.phantom.small_films import SmallFilm, png_bytes
        >>> from hilum.phantom.anatomy import Person
        >>> folder = Path(tempfile.mkdtemp())
        >>> order = SmallFilm("0.png", Person(60, "M", "PA", 0.3), seed=(1, 2), rows=64, columns=54)
        >>> make_files([order], png_bytes, folder, folder), make_files([order], png_bytes, folder, folder)
        (1, 0)
    """
    missing = [order for order in orders if not (folder / order.relative_path).is_file()]
    done = len(orders) - len(missing)
    what = "making films"
    progress(done, len(orders), what)
    make = _Maker(content, str(folder), str(partial))
    for number, _ in enumerate(_made(missing, make, workers), done + 1):
        progress(number, len(orders), what)
    return len(missing)


def _made(missing: Sequence[Order], make: _Maker, workers: int) -> Iterator[None]:
    if workers <= 1 or len(missing) < 8:
        for order in missing:
            make(order)
            yield
        return
    context = multiprocessing.get_context("spawn")  # forking a process that has threads can hang
    pool = ProcessPoolExecutor(min(workers, len(missing)), context, initializer=_one_thread_each)
    try:
        yield from _few_ahead(pool, missing, make, 4 * workers)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _few_ahead(
    pool: ProcessPoolExecutor, missing: Iterable[Order], make: _Maker, ahead: int
) -> Iterator[None]:
    """Keep a few films in the queue only, so that an interruption ends soon."""
    orders = iter(missing)
    running: set[Future[None]] = {pool.submit(make, order) for order in islice(orders, ahead)}
    while running:
        finished, running = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            future.result()
            running |= {pool.submit(make, order) for order in islice(orders, 1)}
            yield
