"""Work that one thread does in order, a little behind the thread that hands it out."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self


class Behind:
    """A thread that does what it is handed, one thing after another.

    What goes wrong in it is raised where the next thing is handed over, or at the end. When the block ends
    in an error, what was not begun is left undone.

    Args:
        most: how many things may wait; whoever hands over one more waits.

    Example:
        >>> done = []
        >>> with Behind(2) as behind:
        ...     for number in range(4):
        ...         behind.do(lambda number=number: done.append(number))
        >>> done
        [0, 1, 2, 3]
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: deque[Future[None]] = deque()
        self._thread = ThreadPoolExecutor(1)

    def do(self, work: Callable[[], None]) -> None:
        """Hand something over; wait while too much is waiting."""
        while self._waiting and (len(self._waiting) >= self._most or self._waiting[0].done()):
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(work))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            while kind is None and self._waiting:
                self._waiting.popleft().result()
        finally:
            self._thread.shutdown(wait=True, cancel_futures=True)
