"""How often somebody may try to sign in: the more failures, the longer the wait; a restart forgives nothing.

A try is counted before the password is looked at, and forgiven when it was right, so that many tries at
the same time count as many.
"""

import hashlib
import time
from math import ceil

from sqlalchemy import Column, Connection, Float, Integer, Table, delete, insert, select, update

from hilum.archive.words import Words
from hilum.serving import tables
from hilum.serving.failures import Refusal

FREE = {"name": 5, "address": 20}
"""Failures without a wait, for an account and for an address on the network."""
_LONGEST_WAIT, _FORGOTTEN = 900.0, 86_400.0

TRIES = Table(
    "sign_in_tries",
    tables.metadata,
    Column("key", Words(), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last", Float, nullable=False),
    Column("until", Float, nullable=False),
)
"""Failures in a row, by digest of name or address: what was typed as a name may have been a password."""


def wait_after(kind: str, failures: int) -> float:
    """Seconds of waiting after so many failures in a row: doubled with each, a quarter of an hour at most.

    Example:
        >>> [wait_after("name", failures) for failures in (4, 5, 6, 8, 50)]
        [0.0, 2.0, 4.0, 16.0, 900.0]
    """
    over = failures - FREE[kind]
    return 0.0 if over < 0 else min(_LONGEST_WAIT, 2.0 ** min(over + 1, 20))


def count_try(connection: Connection, name: str, address: str) -> None:
    """Count a try to sign in.

    Args:
        connection: in a transaction that writes.
        name: key of the name that was given.
        address: where the request comes from.

    Raises:
        Refusal: 429, where there were too many failures, with the seconds to wait.
    """
    now = time.time()
    connection.execute(delete(TRIES).where(TRIES.c.last < now - _FORGOTTEN))
    keys = {"name": _key("name", name), "address": _key("address", address)}
    rows = connection.execute(select(TRIES).where(TRIES.c.key.in_(list(keys.values()))))
    found = {row["key"]: row for row in rows.mappings()}
    wait = max((row["until"] - now for row in found.values()), default=0.0)
    if wait > 0:
        seconds = ceil(wait)
        raise Refusal(
            429,
            f"too many attempts to sign in failed: wait {seconds} seconds and try again",
            {"Retry-After": str(seconds)},
        )
    for kind, key in keys.items():
        count = (found[key]["count"] if key in found else 0) + 1
        values = {"count": count, "last": now, "until": now + wait_after(kind, count)}
        if key in found:
            connection.execute(update(TRIES).where(TRIES.c.key == key).values(**values))
        else:
            connection.execute(insert(TRIES).values(key=key, **values))


def forgive(connection: Connection, name: str, address: str | None = None) -> None:
    """Forget the failures of an account, and take back the one try that was counted for its address."""
    connection.execute(delete(TRIES).where(TRIES.c.key == _key("name", name)))
    if address is not None:
        connection.execute(
            update(TRIES)
            .where(TRIES.c.key == _key("address", address), TRIES.c.count > 0)
            .values(count=TRIES.c.count - 1, until=0.0)
        )


def _key(kind: str, value: str) -> str:
    return f"{kind}:{hashlib.sha256(value.encode('utf-8', 'replace')).hexdigest()}"
