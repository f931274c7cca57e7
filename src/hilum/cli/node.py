"""`hilum node`: receive images from a PACS or a modality, and answer what the archive holds."""

import json
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hilum.cli.options import JsonFlag, WorkspaceOption, demanded_workspace

if TYPE_CHECKING:
    from hilum.conduct.node import NodeReport
    from hilum.pacs.peer import Tls


AllowOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        help="Who may send: TITLE, TITLE@host, TITLE@10.0.0.0/24, or * for anybody; may be repeated.",
        show_default=False,
    ),
]
QueryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--query",
        help="Who may ask for and retrieve archived, de-identified images: TITLE or TITLE@host; may be "
        "repeated; nobody without it.",
        show_default=False,
    ),
]
TitleOption = Annotated[
    str | None, typer.Option("--ae-title", help="Our AE title; else that of peers.toml.", show_default=False)
]
PortOption = Annotated[
    int | None,
    typer.Option("--port", help="Where to listen; else the port of peers.toml.", show_default=False),
]
AddressOption = Annotated[
    str, typer.Option("--address", help="Listen on this address of the machine only.", show_default=False)
]
CertificateOption = Annotated[
    Path | None, typer.Option("--tls-certificate", help="Our certificate (PEM): connections are encrypted.")
]
KeyOption = Annotated[Path | None, typer.Option("--tls-key", help="Its private key (PEM).")]
AuthorityOption = Annotated[
    Path | None,
    typer.Option("--tls-ca", help="Callers must show a certificate that this one vouches for (PEM)."),
]
FreeOption = Annotated[
    int,
    typer.Option("--keep-free-mb", help="How much of the disk stays free; beyond it, nothing is taken in."),
]
SpoolOnlyFlag = Annotated[
    bool, typer.Option("--spool-only", help="Only take in; archive later, with `hilum pacs archive`.")
]
CommitFlag = Annotated[
    bool,
    typer.Option(
        "--commit-deidentified",
        help="Commit to storage also where only the de-identified copy is left, not the original.",
    ),
]


def node(
    allow: AllowOption = None,
    query: QueryOption = None,
    ae_title: TitleOption = None,
    port: PortOption = None,
    address: AddressOption = "",
    tls_certificate: CertificateOption = None,
    tls_key: KeyOption = None,
    tls_ca: AuthorityOption = None,
    associations: Annotated[int, typer.Option("--associations", help="How many callers at once.")] = 64,
    keep_free_mb: FreeOption = 1024,
    spool_only: SpoolOnlyFlag = False,
    commit_deidentified: CommitFlag = False,
    workspace: WorkspaceOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Receive images and archive them until Ctrl-C; nothing is acknowledged before it is on the disk."""
    from hilum.archive import open_archive
    from hilum.conduct.node import Node
    from hilum.conduct.peers import peers_of
    from hilum.errors import PacsError
    from hilum.pacs.allowed import allowed
    from hilum.pacs.peer import checked_title
    from hilum.pacs.server import NodeOptions
    from hilum.pacs.spool import SpoolLimits

    archive = open_archive(demanded_workspace(workspace, Path.cwd()))
    peers = peers_of(archive)
    if not allow and not query:
        raise PacsError(
            "nobody may call yet: name each sender with --allow TITLE or --allow TITLE@host, and who may ask "
            "with --query"
        )
    options = NodeOptions(
        checked_title(peers.ae_title if ae_title is None else ae_title),
        peers.port if port is None else port,
        tuple(allowed(text) for text in allow or ()),
        _tls(tls_certificate, tls_key, tls_ca),
        associations,
        address,
        query=tuple(allowed(text) for text in query or ()),
    )
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    running = Node(
        archive,
        options,
        SpoolLimits(keep_free_bytes=keep_free_mb << 20),
        archives=not spool_only,
        commit_deidentified=commit_deidentified,
    )
    secured = "encrypted" if options.tls else "not encrypted"
    typer.echo(
        f"{options.ae_title} listens on port {running.server.port}, {secured}; Ctrl-C ends it", err=as_json
    )
    while not ended.wait(1.0):
        pass
    report = running.stop()
    typer.echo(json.dumps(vars(report)) if as_json else _sentence(report))


def _sentence(report: "NodeReport") -> str:
    return (
        f"{report.received} objects received, {report.refused} refused; {report.archived} archived, "
        f"{report.quarantined} in quarantine, {report.waiting} still waiting"
    )


def _tls(certificate: Path | None, key: Path | None, authority: Path | None) -> "Tls | None":
    from hilum.errors import PacsError
    from hilum.pacs.peer import Tls

    if certificate is not None:
        return Tls(authority, certificate, key)
    if key or authority:
        raise PacsError("--tls-key and --tls-ca need --tls-certificate: without it nothing is encrypted")
    return None
