"""The peers of a workspace, as `peers.toml` holds them; changed so that its comments stay."""

import threading
from pathlib import Path
from typing import Any

import tomlkit

from hilum.errors import PacsError
from hilum.files import replaced_when_done
from hilum.pacs.peer import read_peers

_LOCK = threading.Lock()


def put_peer(path: Path, name: str, facts: dict[str, Any]) -> None:
    """Add a peer, or change one; what the file says of it otherwise, such as encryption, stays.

    Args:
        path: `peers.toml` of the workspace.
        name: how the peer is called.
        facts: `ae_title`, `host`, `port` and `retrieve`, or `url`.

    Raises:
        PacsError: the file cannot be read, or what it would say cannot be; it is then left as it was.
    """

    def change(document: tomlkit.TOMLDocument) -> None:
        peers = document.setdefault("peers", tomlkit.table(is_super_table=True))
        table = peers.setdefault(name, tomlkit.table())
        for key in ("ae_title", "host", "port", "retrieve", "url"):
            if key in facts:
                table[key] = facts[key]
            else:
                table.pop(key, None)

    _changed(path, change)


def put_own(path: Path, ae_title: str, port: int) -> None:
    """Say who we are to all peers.

    Raises:
        PacsError: the title or the port cannot be.
    """

    def change(document: tomlkit.TOMLDocument) -> None:
        # tomlkit puts new keys before the first table, where they belong to the whole file.
        document["ae_title"], document["port"] = ae_title, port

    _changed(path, change)


def delete_peer(path: Path, name: str) -> None:
    """Forget a peer.

    Raises:
        PacsError: there is none of this name.
    """
    read_peers(path).named(name)
    _changed(path, lambda document: document["peers"].pop(name))


def _changed(path: Path, change: Any) -> None:
    with _LOCK:
        read_peers(path)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        document = tomlkit.parse(text)
        change(document)
        try:
            with replaced_when_done(path) as temporary:
                temporary.write_text(tomlkit.dumps(document), encoding="utf-8")
                read_peers(temporary)
        except PacsError as error:
            raise PacsError(str(error).replace(str(path.parent), "").lstrip("/")) from None
