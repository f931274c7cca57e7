"""C-ECHO: is somebody there who speaks with us (PS3.4 annex A)?"""

from pynetdicom.presentation import build_context
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]

from hilum.pacs.association import associated, refused, status_of
from hilum.pacs.peer import Peer


def echo(peer: Peer) -> str:
    """Ask a peer for a sign of life.

    Returns:
        A sentence that says it answered.

    Raises:
        PacsError: it did not, and why.

    Example:
        >>> import os
        >>> os.environ["HILUM_PEER_EXAMPLE_TOKEN"] = "sesame"
        >>> echo(Peer("example", url="http://pacs.example/dicom-web"))
        Traceback (most recent call last):
        hilum.errors.PacsError: the secret for example would travel in the open: use https in peers.toml
    """
    if peer.speaks_web:
        from hilum.pacs.web import web_echo

        return web_echo(peer)
    with associated(peer, [build_context(Verification)]) as association:
        status = status_of(association.send_c_echo())
    if status != 0:
        raise refused(peer, "C-ECHO", status)
    return f"{peer.name} answers as {peer.ae_title}" + (", encrypted" if peer.tls else "")
