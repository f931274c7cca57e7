"""The PACS that a workspace knows, without the programs that talk to them."""

from hilum.archive import Archive
from hilum.pacs.peer import Peers, read_peers

PEERS_FILE = "peers.toml"


def peers_of(archive: Archive) -> Peers:
    """The peers that `peers.toml` of the workspace names."""
    return read_peers(archive.workspace.root / PEERS_FILE)
