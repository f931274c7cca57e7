"""A job's events as they happen (server-sent events, WHATWG HTML section 9.2)."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from hilum.serving.jobs.events import EVENTS, events_from
from hilum.serving.jobs.records import UNFINISHED
from hilum.serving.language import told_event

_LOOK_SECONDS = 0.5
_HEARTBEAT_SECONDS = 15.0
LONGEST_SECONDS = 300.0
"""After which the browser asks again, and it is seen whether the person is still signed in."""
_AT_ONCE = 500


async def stream(folder: Path, last: int, is_over: Callable[[], bool]) -> AsyncIterator[str]:
    """The events after a number, until the job has ended and all of them were sent.

    One listener costs a look at the file's size twice a second, and no thread.

    Args:
        folder: the job's.
        last: the number of the last event that the browser saw; 0 for none.
        is_over: whether the server has to end.
    """
    place, beat, until = 0, time.monotonic(), time.monotonic() + LONGEST_SECONDS
    yield "retry: 2000\n\n"
    ended = False
    while not is_over() and time.monotonic() < until:
        sent = 0
        if _size(folder) > place:
            for event, following in events_from(folder, place):
                place = following
                ended = event["kind"] == "state" and event["state"] not in UNFINISHED
                if event["n"] > last:
                    yield told(event)
                    sent += 1
                if sent >= _AT_ONCE:
                    break
        if sent:
            beat = time.monotonic()
            await asyncio.sleep(0)
            continue
        if ended:
            return
        if time.monotonic() - beat > _HEARTBEAT_SECONDS:
            beat = time.monotonic()
            yield ": still here\n\n"
        await asyncio.sleep(_LOOK_SECONDS)


def told(event: dict[str, Any]) -> str:
    r"""An event as the browser gets it; its number lets the browser go on after a cut.

    Example:
        >>> told({"n": 2, "kind": "line", "text": "done"})
        'id: 2\ndata: {"n": 2, "kind": "line", "text": "done"}\n\n'
    """
    return f"id: {event['n']}\ndata: {json.dumps(told_event(event), ensure_ascii=False)}\n\n"


def _size(folder: Path) -> int:
    try:
        return (folder / EVENTS).stat().st_size
    except FileNotFoundError:
        return 0
