"""A worker process: treats one file after another, told by lines of JSON.

Started as `python -m hilum.archive.worker`, never imported by the program itself. It ends when its input
ends, so that it never outlives the process that started it.
"""

import json
import os
import sys
import warnings
from pathlib import Path
from typing import Any, BinaryIO

_MEMORY = 1 << 30
_MEMORY_PER_BYTE = 8


def main() -> None:
    """Treat files until the input ends."""
    warnings.simplefilter("ignore")
    out = _own_output()
    first = json.loads(sys.stdin.buffer.readline())

    from hilum.archive.fetching import DISK_FULL
    from hilum.archive.leaves import Leaf
    from hilum.archive.quarantine import Quarantine
    from hilum.archive.treatment import Desk, treat
    from hilum.deid import ResearchKeys
    from hilum.deid.burned_in import TextSearch
    from hilum.deid.protocol_file import options_from
    from hilum.deid.raw import RawCleaner
    from hilum.deid.screen_templates import templates_for

    def ask(what: str, key: str) -> Any:
        _send(out, {"ask": what, "key": key})
        return json.loads(sys.stdin.buffer.readline())["answer"]

    keys = ResearchKeys(bytes.fromhex(first["key"]))
    options = options_from(first.get("options", {}))
    quarantine, cleaner = Quarantine(Path(first["quarantine"])), RawCleaner(keys, options)
    screens = templates_for(Path(first["workspace"]))
    desk = Desk(keys, Path(first["staging"]), quarantine, TextSearch(), ask, options, cleaner, screens)
    _send(out, {"ready": True})
    for line in sys.stdin.buffer:
        job = json.loads(line)
        leaf = Leaf(**job["leaf"])
        _limit_memory(leaf.path)
        try:
            treated = treat(leaf, desk, looked_by_person=job["looked_by_person"], boxes=job["boxes"])
            _send(out, {"done": vars(treated)})
        except MemoryError:
            _send(out, {"failed": "needs too much memory"})
        except OSError as error:
            _send(out, {"full": True} if error.errno in DISK_FULL else {"failed": "cannot be read"})
        except Exception as error:  # noqa: BLE001 - one file must not stop the others
            _send(out, {"failed": f"unexpected {type(error).__name__}"})


def _own_output() -> BinaryIO:
    """Keep the pipe for messages, and let whatever libraries print go nowhere."""
    out = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return out


def _send(out: BinaryIO, message: dict[str, Any]) -> None:
    out.write(json.dumps(message).encode() + b"\n")
    out.flush()


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
