"""Secrets sealed by a key: what makes the research identifiers never changes, the key around it may."""

import base64
import binascii
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any

from hilum.deid.vault_key import Key
from hilum.errors import WorkspaceError

WRONG_KEY = (
    "the key does not belong to this vault: bring back the key file that it was made with, or set "
    "HILUM_VAULT_KEY to that key"
)
_NOT_OPENED = "the passphrase does not open this: see that it is the right one and try again"
# 128 MiB and about half a second a guess: RFC 7914, with the cost that OWASP's cheat sheet asks for.
_SCRYPT = {"n": 1 << 17, "r": 8, "p": 1}
_DEAREST = {"n": 1 << 20, "r": 16, "p": 4}


def sealed(key: Key, contents: bytes, purpose: str) -> tuple[str, bytes]:
    """Seal contents with AES-256-GCM (NIST SP 800-38D) under a key or a passphrase (scrypt, RFC 7914).

    Args:
        key: the key.
        contents: what to seal.
        purpose: what it is; the seal of one thing is no seal of another.

    Returns:
        A header (JSON) that says how to open it with the key, and the sealed bytes; the header is bound to
        them.

    Example:
        >>> key = Key("folder", bytes(32))
        >>> opened(key, *sealed(key, b"contents", "example"))
        b'contents'
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    head: dict[str, Any] = {"version": 2, "purpose": purpose, "opened by": "key"}
    if key.source == "passphrase":
        salt = base64.b64encode(secrets.token_bytes(16)).decode("ascii")
        head |= {"opened by": "passphrase", "scrypt": {**_SCRYPT, "salt": salt}}
    header = json.dumps(head, sort_keys=True)
    nonce = secrets.token_bytes(12)
    box = AESGCM(_sealing_key(key, head)).encrypt(nonce, contents, header.encode())
    return header, nonce + box


def opened(key: Key, header: str, box: bytes) -> bytes:
    """Open what `sealed` made.

    Raises:
        WorkspaceError: the key is another one, or the contents were changed; which of the two is not told.

    Example:
        >>> header, box = sealed(Key("folder", bytes(32)), b"contents", "example")
        >>> opened(Key("folder", bytes([1]) * 32), header, box)
        Traceback (most recent call last):
        hilum.errors.WorkspaceError: the key does not belong to this vault: ...
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(_sealing_key(key, _head(header))).decrypt(box[:12], box[12:], header.encode())
    except (InvalidTag, ValueError):
        raise WorkspaceError(_NOT_OPENED if key.source == "passphrase" else WRONG_KEY) from None


def wants_passphrase(header: str) -> bool:
    """Whether a passphrase opens what this header belongs to.

    Example:
        >>> wants_passphrase(sealed(Key("folder", bytes(32)), b"", "example")[0])
        False
    """
    return _head(header).get("opened by") == "passphrase"


def _head(header: str) -> Mapping[str, Any]:
    try:
        head = json.loads(header)
    except ValueError:
        head = None
    if not isinstance(head, dict) or head.get("version") != 2:
        raise WorkspaceError("this is sealed in a way that this version of hilum does not know")
    return head


def _sealing_key(key: Key, head: Mapping[str, Any]) -> bytes:
    if head.get("opened by") != "passphrase":
        return hmac.digest(key.material, b"hilum envelope", "sha256")
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    try:
        given = head["scrypt"]
        cost = {name: int(given[name]) for name in _SCRYPT}
        salt = base64.b64decode(given["salt"], validate=True)
        if all(1 <= cost[name] <= _DEAREST[name] for name in cost):
            return Scrypt(salt=salt, length=32, **cost).derive(key.material)
    except (KeyError, TypeError, ValueError, binascii.Error):
        pass
    raise WorkspaceError("what says how a passphrase opens this was changed from outside")
