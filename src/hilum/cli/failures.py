"""Every failure ends as one sentence on the error stream and an exit code, never as a stack of code."""

import errno
import os
import sys
import traceback
from typing import Any

import typer
from typer.core import TyperGroup

from hilum.errors import HilumError

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


class OneSentenceGroup(TyperGroup):
    """The commands, with what goes wrong in them told in a sentence."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; turn a failure into its sentence and exit code."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Whoever read the output, such as `head`, has seen enough.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except (Exception, KeyboardInterrupt) as failure:  # noqa: BLE001  # nobody shall see a stack
            if ctx.params.get("debug"):
                traceback.print_exception(failure)
            sentence, code = explain(failure)
            typer.echo(f"hilum: {sentence}", err=True)
            raise typer.Exit(code) from None


def explain(failure: BaseException) -> tuple[str, int]:
    """The sentence and the exit code for a failure.

    Example:
        >>> explain(KeyboardInterrupt())
        ('stopped as asked; what was finished is kept, run the same command again to go on', 130)
    """
    if isinstance(failure, HilumError):
        return str(failure), failure.exit_code
    if isinstance(failure, KeyboardInterrupt):
        return "stopped as asked; what was finished is kept, run the same command again to go on", 130
    if isinstance(failure, OSError) and failure.errno in _NO_SPACE:
        return "the disk is full: make room and run the same command again; nothing half-written is left", 2
    if isinstance(failure, MemoryError):
        return "the machine ran out of memory: close other programs, or give the reader a smaller `size`", 2
    if not isinstance(failure, OSError):
        return (
            f"a fault of the program ({type(failure).__name__}): what was finished is kept; run the same "
            "with --debug and report what it shows"
        ), 2
    reason = failure.strerror or type(failure).__name__
    place = f" at {failure.filename}" if failure.filename else ""
    return (
        f"the file system refused{place} ({reason}): see that the path exists and may be read and written",
        2,
    )
