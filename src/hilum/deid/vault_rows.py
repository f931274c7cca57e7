"""The rows of the vault: a real identifier sealed beside the research identifier that stands for it."""

import json
import secrets
from dataclasses import dataclass

from hilum.errors import WorkspaceError

PATIENT, ACCESSION, STUDY = "patient", "accession", "study"
KINDS = (PATIENT, ACCESSION, STUDY)


@dataclass(frozen=True)
class VaultEntry:
    """A real identifier and the research identifier that stands for it.

    Attributes:
        kind: `patient`, `accession` or `study`.
        research: the research identifier.
        real: the real one.
    """

    kind: str
    research: str
    real: str


class RowSeal:
    """Seals rows with AES-256-GCM (NIST SP 800-38D), each bound to its kind and research identifier.

    Args:
        key: 32 bytes.

    Example:
        >>> seal = RowSeal(bytes(32))
        >>> entry = VaultEntry("patient", "P1", "00123")
        >>> seal.opened("patient", "P1", seal.sealed(entry)) == entry
        True
    """

    def __init__(self, key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cipher = AESGCM(key)

    def sealed(self, entry: VaultEntry) -> bytes:
        """The sealed form of an entry's real identifier."""
        nonce = secrets.token_bytes(12)
        text = json.dumps({"real": entry.real}).encode()
        return nonce + self._cipher.encrypt(nonce, text, f"{entry.kind} {entry.research}".encode())

    def opened(self, kind: str, research: str, box: bytes) -> VaultEntry:
        """The entry that a row holds.

        Raises:
            WorkspaceError: the row was changed by somebody who does not have the key.
        """
        from cryptography.exceptions import InvalidTag

        try:
            text = self._cipher.decrypt(box[:12], box[12:], f"{kind} {research}".encode())
        except (InvalidTag, ValueError):
            raise WorkspaceError(
                "a row of the vault was changed from outside: bring the vault back from a backup"
            ) from None
        return VaultEntry(kind, research, str(json.loads(text)["real"]))
