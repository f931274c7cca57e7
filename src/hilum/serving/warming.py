"""What the first person to open a page would wait for is made ready beside the first answers."""

import importlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from hilum.errors import HilumError
from hilum.serving.images.index_view import views_of
from hilum.serving.state import Serving

_FIRST_PAGE_SECONDS = 5.0
"""The first page comes first: importing and answering take turns."""
_HEAVY = ("pandas", "pydicom", "hilum.archive.series", "hilum.evaluation", "hilum.reporting", "hilum.readers")
"""What routes import when they are first asked, the soonest needed first."""


@contextmanager
def warmed(serving: Serving) -> Iterator[None]:
    """Make ready in a thread: what pages of the archive and of results need, and the archive's lists."""
    ended = threading.Event()
    thread = threading.Thread(target=_warm, args=(serving, ended), name="warming", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(10)


def _warm(serving: Serving, ended: threading.Event) -> None:
    if ended.wait(_FIRST_PAGE_SECONDS):
        return
    for name in _HEAVY:
        importlib.import_module(name)
        if ended.is_set():
            return
    with suppress(HilumError):  # whoever opens the archive is told what is wrong with it
        views_of(serving).prepare()
