"""Secrets that browsers and programs hold, of which the database knows only the digest."""

import hashlib
import hmac
import secrets

TOKEN_MARK = "hilum_"  # noqa: S105  # what an API token begins with


def new_secret() -> str:
    """256 random bits, as text for an address or a cookie.

    Example:
        >>> len(new_secret())
        43
    """
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What the database keeps of a secret; it is random and long, so that a plain hash suffices.

    Example:
        >>> digest("a")[:8]
        'ca978112'
    """
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def csrf_token(session: str) -> str:
    """What a page must repeat with every change, so that another site's page cannot make one.

    Example:
        >>> csrf_token("session") == csrf_token("another")
        False
    """
    return hmac.digest(session.encode("utf-8", "replace"), b"hilum csrf", "sha256").hex()
