"""Stands between the server and a job's command: the command never outlives the server.

Started as a program of its own, with nothing but the standard library: `python supervisor.py COMMAND...` in a
session of its own. Its standard input is the lifeline: when the server ends, however it ends, the system
closes it, and the whole process group is killed.
"""

import contextlib
import ctypes
import os
import signal
import subprocess  # the command is the server's own
import sys
import threading
from types import FrameType

_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of prctl(2)."""
_LESS_URGENT = 5
"""Added to the command's niceness, so that pages still answer at once while it works."""


def main() -> int:
    """Run the command until it ends or the server does; returns its exit code, 128 + n for a signal n."""
    os.nice(_LESS_URGENT)
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, _left_to_the_command)
    command = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, preexec_fn=_die_with_parent)  # noqa: PLW1509, S603
    threading.Thread(target=_hold_lifeline, daemon=True).start()
    code = command.wait()
    # Workers that the command left behind have nobody to work for.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(0, signal.SIGTERM)
    return 128 - code if code < 0 else code


def _left_to_the_command(_number: int, _frame: FrameType | None) -> None:
    """A signal to the group is meant for the command, which then ends by itself."""


def _die_with_parent() -> None:
    """Between fork and exec of the command, of which this process has no other thread yet."""
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def _hold_lifeline() -> None:
    while os.read(0, 4096):
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
