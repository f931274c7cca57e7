"""The other side: a PACS, a modality or a DICOMweb server, as `peers.toml` names it."""

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from hilum.errors import PacsError

Retrieve = Literal["move", "get"]
_TITLE = re.compile(r"[!-\[\]-~](?:[ -\[\]-~]{0,14}[!-\[\]-~])?")
_TOP = frozenset({"ae_title", "port", "peers"})
_PEER = frozenset({"ae_title", "host", "port", "url", "retrieve", "tls"})
_TLS = frozenset({"ca", "certificate", "key", "verify"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Tls:
    """How a connection is encrypted (PS3.15 annex B).

    Attributes:
        ca: certificates of those who may vouch for the peer; None for those that the system trusts.
        certificate: our own certificate; None where the peer asks for none.
        key: its private key.
        verify: whether the peer must prove who it is.
    """

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    verify: bool = True


@dataclass(frozen=True)
class Peer:
    """Somebody to speak with: by DIMSE (`host`, `port`, `ae_title`) or by DICOMweb (`url`).

    Attributes:
        name: how the user calls it.
        ae_title: its application entity title.
        host: its address.
        port: its DICOM port.
        own_ae_title: ours, as it knows us.
        own_port: where we listen when it sends to us.
        tls: how the connection is encrypted; None for an open one.
        url: the root of its DICOMweb service; empty for DIMSE.
        retrieve: by C-MOVE (it sends to our own port) or C-GET (over the same association).

    Example:
        >>> Peer("pacs", "PACS", "10.0.0.5", 104).speaks_web
        False
    """

    name: str
    ae_title: str = ""
    host: str = ""
    port: int = 104
    own_ae_title: str = "HILUM"
    own_port: int = 11112
    tls: Tls | None = None
    url: str = ""
    retrieve: Retrieve = "move"

    @property
    def speaks_web(self) -> bool:
        """Whether it is asked by DICOMweb."""
        return bool(self.url)

    def secret(self, what: Literal["TOKEN", "USER", "PASSWORD"]) -> str:
        """A secret for this peer, from the environment: HILUM_PEER_<NAME>_TOKEN, _USER or _PASSWORD.

        Example:
            >>> os.environ["HILUM_PEER_CLOUD_1_TOKEN"] = "sesame"
            >>> Peer("cloud-1", url="https://example.org").secret("TOKEN")
            'sesame'
        """
        return os.environ.get(f"HILUM_PEER_{re.sub(r'[^A-Z0-9]', '_', self.name.upper())}_{what}", "")


@dataclass(frozen=True)
class Peers:
    """All peers of a workspace, and who we are to them."""

    ae_title: str
    port: int
    peers: dict[str, Peer]

    def named(self, name: str) -> Peer:
        """The peer of this name.

        Raises:
            PacsError: there is none.

        Example:
            >>> Peers("HILUM", 11112, {}).named("pacs")
            Traceback (most recent call last):
            hilum.errors.PacsError: peers.toml names no peer `pacs`: it names none yet
        """
        if name not in self.peers:
            known = ", ".join(sorted(self.peers)) or "none yet"
            raise PacsError(f"peers.toml names no peer `{name}`: it names {known}")
        return self.peers[name]

    def titled(self, ae_title: str) -> Peer | None:
        """The peer with this application entity title; None where no one has it."""
        known = (peer for peer in self.peers.values() if not peer.speaks_web)
        return next((peer for peer in known if peer.ae_title == ae_title), None)


def read_peers(path: Path) -> Peers:
    r"""Read `peers.toml`; a file that is not there names nobody.

    Raises:
        PacsError: it cannot be read, or says something that cannot be.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "peers.toml"
        >>> _ = path.write_text("[peers.pacs]\nae_title = 'PACS'\nhost = '10.0.0.5'\nport = 104\n")
        >>> read_peers(path).named("pacs").port
        104
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Peers("HILUM", 11112, {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PacsError(f"{path} cannot be read as TOML ({error}): correct it") from None
    _known(data, _TOP, "peers.toml")
    title, port = checked_title(data.get("ae_title", "HILUM")), _port(data.get("port", 11112), "peers.toml")
    table = _table(data.get("peers", {}), "[peers]")
    peers = {name: _peer(name, _table(one, name), path.parent, title, port) for name, one in table.items()}
    return Peers(title, port, peers)


def checked_title(title: object) -> str:
    """An application entity title as it may be (PS3.5 section 6.2: 1 to 16 printable ASCII characters).

    Raises:
        PacsError: it is not.

    Example:
        >>> checked_title(" HILUM ")
        'HILUM'
    """
    text = title.strip() if isinstance(title, str) else ""
    if not _TITLE.fullmatch(text):
        raise PacsError(f"an AE title has 1 to 16 plain characters without backslash, and {title!r} has not")
    return text


def _peer(name: str, table: dict[str, Any], folder: Path, title: str, port: int) -> Peer:
    where = f"[peers.{name}]"
    _known(table, _PEER, where)
    retrieve = table.get("retrieve", "move")
    if retrieve not in ("move", "get"):
        raise PacsError(f"retrieve in {where} is neither `move` nor `get`")
    tls = _tls(table.get("tls"), folder, where)
    if "url" in table:
        return Peer(name, own_ae_title=title, own_port=port, tls=tls, url=_url(table["url"], where))
    host = table.get("host")
    if not isinstance(host, str) or not host:
        raise PacsError(f"{where} has no host: give ae_title, host and port, or a url for DICOMweb")
    peer_title, peer_port = checked_title(table.get("ae_title")), _port(table.get("port", 104), where)
    return Peer(name, peer_title, host, peer_port, title, port, tls, "", retrieve)


def _url(url: object, where: str) -> str:
    parts = urlsplit(url if isinstance(url, str) else "")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise PacsError(
            f"url in {where} must begin with https:// (or http://) and hold no password: put secrets into "
            "the environment"
        )
    return parts.geturl().rstrip("/")


def is_open_to_listeners(url: str) -> bool:
    """Whether what is sent to this address can be read on the way: plain http to another machine.

    Example:
        >>> is_open_to_listeners("http://pacs.example/dicom-web"), is_open_to_listeners("http://localhost/x")
        (True, False)
    """
    parts = urlsplit(url)
    return parts.scheme == "http" and (parts.hostname or "") not in _LOOPBACK


def _tls(given: object, folder: Path, where: str) -> Tls | None:
    if given is None or given is False:
        return None
    if given is True:
        return Tls()
    table = _table(given, f"{where} tls")
    _known(table, _TLS, f"{where} tls")
    verify = table.get("verify", True)
    if not isinstance(verify, bool):
        raise PacsError(f"verify in {where} tls is neither true nor false")
    paths = {key: folder / str(table[key]) for key in ("ca", "certificate", "key") if key in table}
    return Tls(**paths, verify=verify)


def _table(given: object, where: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise PacsError(f"{where} in peers.toml is no table")
    return given


def _known(table: dict[str, Any], keys: frozenset[str], where: str) -> None:
    if unknown := sorted(set(table) - keys):
        raise PacsError(
            f"{where} holds `{unknown[0]}`, which means nothing there: {', '.join(sorted(keys))} do"
        )


def _port(given: object, where: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= 65535:
        raise PacsError(f"port in {where} is no number from 1 to 65535")
    return given
