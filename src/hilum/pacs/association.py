"""An association with a peer, and in a sentence why there is none (PS3.8)."""

import logging
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pynetdicom import AE, _config
from pynetdicom.association import Association
from pynetdicom.presentation import PresentationContext

from hilum.errors import PacsError
from hilum.pacs.peer import Peer
from hilum.pacs.tls import client_context

CONNECT_SECONDS, ANSWER_SECONDS = 10.0, 120.0
LARGEST_PDU = 128 << 10
_REJECTED: dict[tuple[int | None, int | None], str] = {
    (1, 3): "it does not know our AE title {own}: ask its administrator to add it",
    (1, 7): "it does not answer to the AE title {title}: correct ae_title in peers.toml",
    (3, 1): "it is overloaded at the moment: try again later",
    (3, 2): "it has as many connections as it allows: try again later",
}


def prepared() -> None:
    """Set up pynetdicom for this process: files are sent as they are; logs that quote data are off.

    Example:
        >>> prepared()
    """
    _config.LOG_HANDLER_LEVEL = "none"
    _config.STORE_SEND_CHUNKED_DATASET = True
    _config.UNRESTRICTED_STORAGE_SERVICE = True
    for name in ("pynetdicom", "dicomweb_client", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def entity(ae_title: str) -> AE:
    """Our application entity, with limits on how long it waits.

    Example:
        >>> entity("HILUM").maximum_pdu_size
        131072
    """
    prepared()
    made = AE(ae_title)
    made.maximum_pdu_size = LARGEST_PDU
    made.connection_timeout, made.acse_timeout = CONNECT_SECONDS, 30.0
    made.dimse_timeout, made.network_timeout = ANSWER_SECONDS, ANSWER_SECONDS
    return made


@contextmanager
def associated(peer: Peer, contexts: Sequence[PresentationContext], **settings: Any) -> Iterator[Association]:
    """An association with a peer, released when the block ends and aborted when it fails.

    Args:
        peer: whom to call.
        contexts: what to speak about, at most 128.
        settings: `ext_neg` and `evt_handlers` of pynetdicom.

    Raises:
        PacsError: there is no association, and why.
    """
    encrypted = None if peer.tls is None else (client_context(peer.tls), peer.host)
    association = entity(peer.own_ae_title).associate(
        peer.host,
        peer.port,
        contexts=list(contexts),
        ae_title=peer.ae_title,
        tls_args=encrypted,
        **settings,
    )
    if not association.is_established:
        _close(association)
        raise PacsError(why_not(peer, association))
    try:
        yield association
    except BaseException:
        association.abort()
        raise
    if association.is_established:
        association.release()


def _close(association: Association) -> None:
    """Close the socket of an association that never was, which pynetdicom leaves open."""
    held = association.dul.socket
    if held is not None and held.socket is not None:
        held.socket.close()


def why_not(peer: Peer, association: Association) -> str:
    """In a sentence why an association was not made."""
    if association.is_rejected and association.acceptor.primitive is not None:
        answer = association.acceptor.primitive
        reason = _REJECTED.get((answer.result_source, answer.diagnostic), answer.reason_str)
        told = reason.format(own=peer.own_ae_title, title=peer.ae_title)
        return f"{peer.name} refused the association: {told}"
    if association.is_established is False and association.rejected_contexts:
        return f"{peer.name} does not offer the service that was asked for"
    return _why_unreachable(peer)


def _why_unreachable(peer: Peer) -> str:
    where = f"{peer.name} ({peer.host}, port {peer.port})"
    try:
        with socket.create_connection((peer.host, peer.port), CONNECT_SECONDS) as connection:
            if peer.tls is not None:
                with client_context(peer.tls).wrap_socket(connection, server_hostname=peer.host):
                    pass
    except ssl.SSLCertVerificationError as error:
        found = f"shows a certificate that is not trusted ({error.verify_message})"
        return f"{where} {found}: name its ca in peers.toml"
    except ssl.SSLError:
        return f"{where} does not speak TLS as we do: see that tls in peers.toml is what it expects"
    except OSError as error:
        reason = error.strerror or "no answer in time"
        return f"{where} cannot be reached ({reason}): is it on, and does a firewall stand between?"
    hint = "" if peer.tls else ", perhaps because it expects an encrypted connection (tls in peers.toml)"
    return f"{where} answers but closed the connection{hint}"


def refused(peer: Peer, service: str, status: int | None) -> PacsError:
    """In a sentence what a DIMSE status other than success means (PS3.7 annex C, PS3.4).

    Example:
        >>> str(refused(Peer("pacs"), "C-FIND", 0xA700))
        'pacs ended C-FIND with status A700 (out of resources): ask its administrator'
    """
    if status is None:
        return PacsError(f"{peer.name} did not answer {service} in time, or closed the connection: try again")
    known = {
        0xA700: "out of resources",
        0xA701: "out of resources",
        0xA702: "out of resources",
        0xA801: "it does not know where to send: add our AE title, address and port to it",
        0xA900: "the request does not fit the service",
        0x0122: "it does not offer this service",
        0x0124: "not allowed to us",
        0xFE00: "cancelled",
    }
    meaning = known.get(status, "it could not do it" if status >= 0xC000 else "unexpected")
    return PacsError(
        f"{peer.name} ended {service} with status {status:04X} ({meaning}): ask its administrator"
    )


def check_offered(peer: Peer, association: Association, service: str) -> None:
    """See that the peer accepted at least one presentation context.

    Raises:
        PacsError: it accepted none.
    """
    if not association.accepted_contexts:
        raise PacsError(f"{peer.name} does not offer {service}")


def status_of(answer: Any) -> int | None:
    """The status of an answer; None where there was no answer.

    Example:
        >>> from pydicom.dataset import Dataset
        >>> status_of(Dataset()) is None
        True
    """
    value = getattr(answer, "Status", None)
    return None if value is None else int(value)
