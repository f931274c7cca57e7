"""Passwords: kept as argon2id, checked in the same time whether or not the account exists."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hilum.errors import HilumError
from hilum.serving.access.people import key_of

SHORTEST, LONGEST = 12, 1000
# RFC 9106, second recommended option, with one lane, as many people may sign in at once.
_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1)
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=1$aGlsdW0gbm9ib2R5ISEhIQ$4R4y0uYqk0mQHqXW0m3o1fJx1Yq3mPZ2m0p0W6bC9yE"
_COMMON = frozenset(
    {
        "123456789012",
        "1234567890123",
        "12345678901234",
        "123456123456",
        "111111111111",
        "000000000000",
        "password1234",
        "password12345",
        "password123456",
        "passwordpassword",
        "password1234!",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwertyuiop1234",
        "qwerty123456",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "qwertyuiop[]",
        "administrator",
        "administrator1",
        "adminadminadmin",
        "admin1234567",
        "changemechangeme",
        "changeme1234",
        "letmeinletmein",
        "welcome12345",
        "iloveyou1234",
        "hospital1234",
        "hospital12345",
        "radiology123",
        "radiology1234",
        "abcdefghijkl",
        "abcd12345678",
        "asdfghjkl123",
        "asdfasdfasdf",
        "aaaaaaaaaaaa",
        "zxcvbnm12345",
        "hilumhilumhilum",
        "workbench123",
        "correcthorsebatterystaple",
    }
)


def hashed(password: str, name: str) -> str:
    """What the database keeps of a password.

    Args:
        password: what was chosen.
        name: of the account.

    Raises:
        HilumError: the password is too short, the name, or one that everybody guesses first.
    """
    password = _plain(password)
    if len(password) < SHORTEST:
        raise HilumError(f"the password is too short: choose several words, {SHORTEST} characters at least")
    if len(password) > LONGEST:
        raise HilumError(f"the password is too long: {LONGEST} characters at most")
    if key_of(password) == key_of(name):
        raise HilumError("the password is the name of the account: choose another")
    if key_of(password) in _COMMON or len(set(password)) < 4:
        raise HilumError("the password is among those that are guessed first: choose several words")
    return _HASHER.hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Whether a password is the one that is kept; as slow for an account that does not exist (None)."""
    try:
        right = _HASHER.verify(kept or _NOBODY, _plain(password)[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return right and kept is not None


def _plain(password: str) -> str:
    """The same letters, however a keyboard put them together."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace").decode()
