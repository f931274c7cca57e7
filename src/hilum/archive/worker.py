"""A worker process: treats one file after another, told by lines of JSON.

Started as `python -m hilum.archive.worker`, never imported by the program itself. It ends when its input
ends, so that it never outlives the process that started it.
"""

import json
import os
import sys
import warnings
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from hilum.archive.treatment import Desk

_MEMORY = 1 << 30
_MEMORY_PER_BYTE = 8


def main() -> None:
    """Treat files until the input ends."""
    warnings.simplefilter("ignore")
    talk = _Talk(sys.stdin.buffer, _own_output())
    first = talk.next()
    assert first is not None

    from hilum.archive.fetching import DISK_FULL
    from hilum.archive.leaves import Leaf
    from hilum.archive.treatment import treat

    desk = _desk(first, talk)
    looked, boxes = first.get("looked_by_person", False), first.get("boxes", ())
    talk.say({"ready": True})
    while (job := talk.next()) is not None:
        leaf = Leaf(*job["leaf"])
        _limit_memory(leaf.path)
        try:
            talk.say({"done": vars(treat(leaf, desk, looked_by_person=looked, boxes=boxes))})
        except MemoryError:
            talk.say({"failed": "needs too much memory"})
        except OSError as error:
            talk.say({"full": True} if error.errno in DISK_FULL else {"failed": "cannot be read"})
        except Exception as error:  # noqa: BLE001 - one file must not stop the others
            talk.say({"failed": f"unexpected {type(error).__name__}"})


def _desk(first: dict[str, Any], talk: "_Talk") -> "Desk":
    """What the greeting says that the worker has at hand."""
    from hilum.archive.known_sources import KnownSources
    from hilum.archive.quarantine import Quarantine
    from hilum.archive.treatment import Desk
    from hilum.deid import ResearchKeys
    from hilum.deid.burned_in import TextSearch
    from hilum.deid.protocol_file import options_from
    from hilum.deid.raw import RawCleaner
    from hilum.deid.screen_templates import templates_for

    keys = ResearchKeys(bytes.fromhex(first["key"]))
    options = options_from(first.get("options", {}))
    return Desk(
        keys,
        Path(first["staging"]),
        Quarantine(Path(first["quarantine"])),
        TextSearch(),
        talk.ask,
        options,
        RawCleaner(keys, options),
        templates_for(Path(first["workspace"])),
        KnownSources(Path(first["known"]) if first.get("known") else None),
    )


class _Talk:
    """Lines of JSON from and to the program that gives the work; jobs may come before they are asked for."""

    def __init__(self, from_program: BinaryIO, to_program: BinaryIO) -> None:
        self._in, self._out = from_program, to_program
        self._jobs: deque[dict[str, Any]] = deque()

    def next(self) -> dict[str, Any] | None:
        """The next job; None when there will be none."""
        if self._jobs:
            return self._jobs.popleft()
        line = self._in.readline()
        return json.loads(line) if line else None

    def say(self, message: dict[str, Any]) -> None:
        self._out.write(json.dumps(message).encode() + b"\n")
        self._out.flush()

    def ask(self, what: str, key: str) -> Any:
        """Ask the program, and wait for its answer."""
        self.say({"ask": what, "key": key})
        while "answer" not in (message := json.loads(self._in.readline())):
            self._jobs.append(message)
        return message["answer"]


def _own_output() -> BinaryIO:
    """Keep the pipe for messages, and let whatever libraries print go nowhere."""
    out = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return out


def _limit_memory(path: str) -> None:
    """Let the process take a gigabyte more than it has, and what a large file needs."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
        size = Path(path).stat().st_size
        limit = pages * resource.getpagesize() + max(_MEMORY, _MEMORY_PER_BYTE * size)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.RLIM_INFINITY))
    except (ImportError, OSError, ValueError, IndexError):
        return  # other systems have no such limit


if __name__ == "__main__":
    main()
