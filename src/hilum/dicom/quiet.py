"""Python warnings of the libraries below stay below."""

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Silence:
    """Counts who asks for silence, so that threads that overlap do not restore each other's filters."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._saved: warnings.catch_warnings[Any] | None = None
        self._level = logging.NOTSET

    def enter(self) -> None:
        with self._lock:
            self._count += 1
            if self._count == 1:
                self._saved = warnings.catch_warnings()
                self._saved.__enter__()
                warnings.simplefilter("ignore")
                logger = logging.getLogger("pydicom")
                self._level = logger.level
                logger.setLevel(logging.CRITICAL + 1)

    def leave(self) -> None:
        with self._lock:
            self._count -= 1
            if self._count == 0 and self._saved is not None:
                self._saved.__exit__(None, None, None)
                self._saved = None
                logging.getLogger("pydicom").setLevel(self._level)


_silence = _Silence()


@contextmanager
def quietly() -> Iterator[None]:
    """Keep pydicom's warnings about odd but readable files from the person at the screen.

    Safe in threads: filters are saved by the first that enters and restored by the last that leaves.

    Example:
        >>> import warnings
        >>> with quietly():
        ...     warnings.warn("Invalid value for VR UI")
    """
    _silence.enter()
    try:
        yield
    finally:
        _silence.leave()
