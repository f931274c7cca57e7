"""Encrypted connections: what each side shows and demands (PS3.15 annex B, BCP 195 profile)."""

import ssl
from pathlib import Path

from hilum.errors import PacsError
from hilum.pacs.peer import Tls


def client_context(tls: Tls) -> ssl.SSLContext:
    """What we show and demand when we call a peer: TLS 1.2 or later, the peer's certificate checked.

    Raises:
        PacsError: a certificate or key cannot be read.

    Example:
        >>> client_context(Tls()).verify_mode.name
        'CERT_REQUIRED'
    """
    context = _context(ssl.Purpose.SERVER_AUTH, tls)
    if not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def server_context(tls: Tls) -> ssl.SSLContext:
    """What we show and demand when we are called: with `ca`, callers must show a certificate it vouches for.

    Raises:
        PacsError: there is no certificate, or one cannot be read.

    Example:
        >>> server_context(Tls())
        Traceback (most recent call last):
        hilum.errors.PacsError: an encrypted port needs a certificate and its key: name both files
    """
    if tls.certificate is None or tls.key is None:
        raise PacsError("an encrypted port needs a certificate and its key: name both files")
    context = _context(ssl.Purpose.CLIENT_AUTH, tls)
    if tls.ca is not None:
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def _context(purpose: ssl.Purpose, tls: Tls) -> ssl.SSLContext:
    for path in (tls.ca, tls.certificate, tls.key):
        if path is not None and not path.is_file():
            raise PacsError(f"the certificate file {path} is not there")
    try:
        context = ssl.create_default_context(purpose, cafile=_text(tls.ca))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if tls.certificate is not None:
            context.load_cert_chain(tls.certificate, tls.key)
    except (ssl.SSLError, OSError) as error:
        reason = getattr(error, "reason", None) or "it cannot be read"
        raise PacsError(
            f"a certificate or key for the encrypted connection is not usable ({reason})"
        ) from None
    return context


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
