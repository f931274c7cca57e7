"""Nodes to send to, in this process or in one of their own, and senders."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pynetdicom.presentation import build_context

from hilum.archive import Archive
from hilum.conduct.node import Node
from hilum.pacs.allowed import allowed
from hilum.pacs.association import associated
from hilum.pacs.peer import Peer, Tls
from hilum.pacs.server import NodeOptions
from hilum.pacs.spool import SpoolLimits

HILUM = Path(sys.executable).with_name("hilum")


@contextlib.contextmanager
def node(
    archive: Archive,
    *allow: str,
    port: int = 0,
    tls: Tls | None = None,
    limits: SpoolLimits | None = None,
    archives: bool = False,
    commit_deidentified: bool = False,
    **more: Any,
) -> Iterator[Node]:
    """A node on a free port of this machine."""
    options = NodeOptions(
        "HILUM", port, tuple(map(allowed, allow or ("*",))), tls, address="127.0.0.1", **more
    )
    running = Node(archive, options, limits, archives=archives, commit_deidentified=commit_deidentified)
    try:
        yield running
    finally:
        running.stop()


def to(running: Node, tls: Tls | None = None, title: str = "SENDER") -> Peer:
    """A node as a peer."""
    return Peer("node", "HILUM", "127.0.0.1", running.server.port, title, 1, tls)


@contextlib.contextmanager
def node_process(archive: Archive, port: int, *more: str, **settings: Any) -> Iterator[subprocess.Popen]:
    """`hilum node` as a user starts it."""
    command = [
        HILUM,
        "node",
        "--port",
        str(port),
        "--allow",
        "*",
        "--workspace",
        archive.workspace.root,
        *more,
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **settings)
    try:
        wait_for(port, process)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_for(port: int, process: subprocess.Popen) -> None:
    """Until somebody answers an echo."""
    from hilum.errors import PacsError
    from hilum.pacs.echo import echo

    deadline = time.monotonic() + 30
    import socket

    while True:
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline, "the node did not start"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
        time.sleep(0.05)
    with contextlib.suppress(PacsError):
        echo(Peer("node", "HILUM", "127.0.0.1", port, "SENDER"))


def store(peer: Peer, dataset) -> int | None:
    """Send one data set, whatever is in it; the status of the answer."""
    context = build_context(dataset.SOPClassUID, dataset.file_meta.TransferSyntaxUID)
    with associated(peer, [context]) as association:
        return getattr(association.send_c_store(dataset), "Status", None)
