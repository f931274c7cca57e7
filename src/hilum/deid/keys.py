"""Research identifiers made from real ones with a secret key.

Everything here is a keyed hash (HMAC-SHA256, RFC 2104): whoever has the key always gets the same answer, in
every file, run and process; whoever does not have it cannot test a guess. Plain hashes of identifiers would
be identifiers too.
"""

import hmac
from dataclasses import dataclass, field
from uuid import UUID

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_SHORTEST_SHIFT, _LONGEST_SHIFT = 366, 3_650


@dataclass(frozen=True)
class ResearchKeys:
    """Makes pseudonyms, unique identifiers and date offsets from one secret.

    Attributes:
        secret: at least 32 bytes; never printed, never in the archive.

    Example:
        >>> keys = ResearchKeys(bytes(32))
        >>> keys.patient("00123") == keys.patient(" 00123 ")
        True
        >>> keys.patient("00123") == keys.patient("123")
        False
    """

    secret: bytes = field(repr=False)

    def patient(self, patient_id: str) -> str:
        """The pseudonym of a patient: `P` and 15 letters and digits (75 bits)."""
        return "P" + self._letters("patient", _normal(patient_id))

    def accession(self, number: str) -> str:
        """The pseudonym of an accession number: `A` and 15 letters and digits (SH holds 16)."""
        return "A" + self._letters("accession", _normal(number))

    def uid(self, uid: str) -> str:
        """The new unique identifier for an old one: `2.25.` and a UUID as a whole number (PS3.5 section B.2).

        Example:
            >>> ResearchKeys(bytes(32)).uid("1.2.3").startswith("2.25.")
            True
        """
        number = bytearray(self._digest("uid", uid.strip(" \0"))[:16])
        number[6] = number[6] & 0x0F | 0x80  # version 8: made from something else (RFC 9562)
        number[8] = number[8] & 0x3F | 0x80
        return f"2.25.{UUID(bytes=bytes(number)).int}"

    def date_offset_days(self, patient_id: str) -> int:
        """By how many days all dates of a patient are moved: between 366 and 3,650 days into the past.

        Whole days, so that times of day, time zones and every interval within a patient stay as they were.

        Example:
            >>> -3650 <= ResearchKeys(bytes(32)).date_offset_days("00123") <= -366
            True
        """
        span = _LONGEST_SHIFT - _SHORTEST_SHIFT + 1
        number = int.from_bytes(self._digest("date offset", _normal(patient_id))[:8], "big")
        return -(_SHORTEST_SHIFT + number % span)

    def fingerprint(self, digest: bytes) -> str:
        """A keyed fingerprint of a file's digest: tells that a file was seen without saying which it was."""
        return self._digest("file", digest.hex()).hex()

    def check_value(self) -> bytes:
        """What a vault stores to recognise its key again; tells nothing about the key."""
        return self._digest("check", "hilum vault")

    def sealing_key(self) -> bytes:
        """The key (256 bits) that seals the rows of the vault."""
        return self._digest("seal", "rows")

    def lookup(self, kind: str, real: str) -> str:
        """How a real identifier is found in the vault without being written there in the open."""
        return self._digest(f"lookup {kind}", _normal(real)).hex()

    def _digest(self, purpose: str, text: str) -> bytes:
        message = purpose.encode() + b"\0" + text.encode("utf-8", "surrogatepass")
        return hmac.digest(self.secret, message, "sha256")

    def _letters(self, purpose: str, text: str) -> str:
        number = int.from_bytes(self._digest(purpose, text)[:10], "big") >> 5
        return "".join(_ALPHABET[number >> shift & 31] for shift in range(70, -5, -5))


def _normal(text: str) -> str:
    """The same identifier with or without DICOM's padding."""
    return text.strip(" \0\t\r\n")
