"""A process that has the libraries loaded and becomes the program `hilum` each time it is asked to.

Loading torch, pandas, scipy and the rest takes seconds of every command of a story. Here they are loaded
once, and each command is a fork: a process of its own, with its own arguments, folder, environment, output
and exit code. The modules of hilum themselves are loaded anew in each, as they are when a person starts it.

Run as `python waiting.py SOCKET`; it ends when its standard input ends.
"""

import atexit
import contextlib
import gc
import importlib
import io
import json
import os
import selectors
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn

_LOOKS_AGAIN_SECONDS = 0.01
LIBRARIES = (
    "torch",
    "torch.optim.swa_utils",
    "torch.export._trace",
    "torch.onnx._internal.exporter._compat",
    "onnxscript.function_libs.torch_lib.ops",
    "sympy.tensor.tensor",
    "networkx",
    "numba",
    "numba.np.random.generator_methods",
    "pandas",
    "pyarrow.parquet",
    "scipy.stats",
    "sklearn.linear_model",
    "matplotlib.pyplot",
    "PIL.Image",
    "cv2",
    "pydicom",
    "jinja2",
    "pydantic",
    "sqlalchemy",
    "typer",
)


def load() -> None:
    """Load what the commands load."""
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    names = [(task / "comm").read_text().strip() for task in Path("/proc/self/task").glob("[0-9]*")]
    # jemalloc, which pyarrow brings, looks after its own thread in a fork.
    assert len([name for name in names if not name.startswith("jemalloc")]) == 1, names
    assert not any(name.partition(".")[0] == "hilum" for name in sys.modules)
    gc.collect()
    gc.freeze()


def asked(here: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """One question: what to run, and the files that are its input, output and errors."""
    size, files, _, _ = socket.recv_fds(here, 8, 3)
    length, content = int.from_bytes(size, "big"), b""
    while len(content) < length:
        content += here.recv(length - len(content))
    return json.loads(content), list(files)


def become(told: dict[str, Any], files: list[int]) -> None:
    """Be the program from here on; the process goes on as `hilum` would."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(told["environment"])
    os.chdir(told["folder"])
    sys.argv = list(told["arguments"])
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)))
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w", closefd=False)))
    errors = io.BufferedWriter(io.FileIO(2, "w", closefd=False))
    sys.stderr = io.TextIOWrapper(errors, errors="backslashreplace", line_buffering=True)


def end_with(code: object) -> NoReturn:
    """End the program as `sys.exit` does, without taking the libraries down one by one."""
    if not isinstance(code, int):
        sys.stderr.write(f"{code}\n")
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code if isinstance(code, int) else 1)


def mind(program: int, here: socket.socket) -> None:
    """Wait for the program and say how it ended; kill it when nobody wants to know any more."""
    waiting = selectors.DefaultSelector()
    waiting.register(here, selectors.EVENT_READ)
    ended, status = os.waitpid(program, os.WNOHANG)
    while not ended:
        if waiting.select(_LOOKS_AGAIN_SECONDS):
            os.kill(program, signal.SIGKILL)
            _, status = os.waitpid(program, 0)
            break
        ended, status = os.waitpid(program, os.WNOHANG)
    with contextlib.suppress(OSError):
        here.sendall(os.waitstatus_to_exitcode(status).to_bytes(8, "big", signed=True))


def serve(address: str) -> tuple[dict[str, Any], list[int]]:
    """Wait for questions; returns only in a process that is to be the program."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen(8)
    waiting = selectors.DefaultSelector()
    waiting.register(listening, selectors.EVENT_READ)
    waiting.register(0, selectors.EVENT_READ)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        ready = [key.fileobj for key, _ in waiting.select()]
        with contextlib.suppress(ChildProcessError):  # who minded a command that has ended
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
        if 0 in ready:
            os._exit(0)  # whoever started it has gone
        here, _ = listening.accept()
        told, files = asked(here)
        if os.fork() == 0:
            listening.close()
            waiting.close()
            program = os.fork()
            if program == 0:
                here.close()
                return told, files
            mind(program, here)
            os._exit(0)
        here.close()
        for file in files:
            os.close(file)


if __name__ == "__main__":
    load()
    become(*serve(sys.argv[1]))
    from hilum.cli import main

    code: object = 1
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code or 0
    except BaseException:  # noqa: BLE001
        sys.excepthook(*sys.exc_info())
    end_with(code)
