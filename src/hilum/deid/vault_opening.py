"""Opening a vault: the key that is at hand, or a sentence that tells nothing of what is inside."""

import hmac
from dataclasses import dataclass, field
from pathlib import Path

from hilum.deid.keys import ResearchKeys
from hilum.deid.vault_chain import Chain
from hilum.deid.vault_envelope import WRONG_KEY, opened, sealed, wants_passphrase
from hilum.deid.vault_key import PASSPHRASE_VARIABLE, Key, Source, keys_at_hand, passphrase
from hilum.deid.vault_store import NAME, bring_up_to_date, connected, read_envelope
from hilum.errors import WorkspaceError

PURPOSE = "the secrets of a vault"


@dataclass(frozen=True)
class Opened:
    """The secrets of a vault.

    Attributes:
        source: where its key came from.
        generation: which key it is, counted from 1.
        secret: makes research identifiers; 32 bytes that never change.
        row_key: seals the rows; 32 bytes, new with every new key.
    """

    source: Source
    generation: int
    secret: bytes = field(repr=False)
    row_key: bytes = field(repr=False)


def opened_vault(folder: Path) -> Opened:
    """Open a vault with the key that is at hand; one of an older form is brought up to date first.

    Raises:
        WorkspaceError: the key is missing or another vault's.

    Example:
        >>> import tempfile
        >>> from hilum.deid.vault import Vault
        >>> folder = Path(tempfile.mkdtemp()) / "vault"
        >>> Vault.create(folder).keys.secret == opened_vault(folder).secret
        True
    """
    try:
        return _opened(folder)
    except WorkspaceError as error:
        if str(error) != WRONG_KEY:
            raise
    return _opened(folder)  # its key may just have been changed beside us


def _opened(folder: Path) -> Opened:
    with connected(folder / NAME) as connection:
        envelope = read_envelope(connection)
    if envelope is None:
        return _older(folder, next(keys_at_hand(folder)))
    generation, header, box = envelope
    if wants_passphrase(header):
        keys = iter((passphrase(PASSPHRASE_VARIABLE, "Passphrase of the vault", new=False),))
    else:
        keys = keys_at_hand(folder)
    wrong = WorkspaceError(WRONG_KEY)
    for key in keys:
        try:
            contents = opened(key, header, box)
        except WorkspaceError as error:
            wrong = error
            continue
        return Opened(key.source, generation, contents[:32], contents[32:])
    raise wrong


def _older(folder: Path, key: Key) -> Opened:
    """A vault whose key was used directly: the same secrets, from now on sealed under the key."""
    keys = ResearchKeys(key.material)
    with connected(folder / NAME) as connection:
        known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'key_check'").fetchone()
        row = connection.execute("SELECT value FROM key_check").fetchone() if known else None
        if row is None or not hmac.compare_digest(bytes(row[0]), keys.check_value()):
            raise WorkspaceError(WRONG_KEY)
        if read_envelope(connection) is None:
            header, box = sealed(key, keys.secret + keys.sealing_key(), PURPOSE)
            chain = Chain(hmac.digest(keys.secret, b"record of accesses", "sha256"))
            bring_up_to_date(connection, header, box, chain)
            connection.execute("DROP TABLE key_check")
    return _opened(folder)
