"""Who may call: application entity titles, each perhaps only from certain addresses."""

import ipaddress
import socket
from dataclasses import dataclass

from hilum.errors import PacsError
from hilum.pacs.peer import checked_title

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Allowed:
    """Somebody who may call.

    Attributes:
        ae_title: its title; `*` for any.
        networks: from where; empty for anywhere.

    Example:
        >>> allowed("CT1@10.0.0.0/24").admits("CT1", "10.0.0.7")
        True
        >>> allowed("CT1@10.0.0.5").admits("CT1", "10.0.0.7")
        False
    """

    ae_title: str
    networks: tuple[Network, ...] = ()

    def admits(self, ae_title: str, address: str) -> bool:
        """Whether a caller with this title and address is meant."""
        if self.ae_title not in ("*", ae_title.strip()):
            return False
        if not self.networks:
            return True
        caller = ipaddress.ip_address(address.partition("%")[0])
        mapped = getattr(caller, "ipv4_mapped", None)
        return any((mapped or caller) in network for network in self.networks)


def allowed(text: str) -> Allowed:
    """Read `TITLE`, `TITLE@host`, `TITLE@10.0.0.0/24` or `*`.

    Raises:
        PacsError: it is none of these, or the host has no address.

    Example:
        >>> allowed("CT1")
        Allowed(ae_title='CT1', networks=())
    """
    title, at, host = text.partition("@")
    title = "*" if title.strip() == "*" else checked_title(title)
    if not at:
        return Allowed(title)
    return Allowed(title, _networks(host.strip(), text))


def _networks(host: str, text: str) -> tuple[Network, ...]:
    try:
        return (ipaddress.ip_network(host, strict=False),)
    except ValueError:
        pass
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        raise PacsError(f"{text}: the host {host} has no address that is known here") from None
    return tuple(ipaddress.ip_network(address.partition("%")[0]) for address in sorted(found))
