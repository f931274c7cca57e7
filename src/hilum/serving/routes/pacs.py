"""A PACS: who is asked, whether it answers, and fetching by lists that two people have checked."""

from pathlib import Path as FilePath
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Path, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from hilum.archive import Archive, open_archive
from hilum.conduct.node import PEERS_FILE, peers_of
from hilum.conduct.pull_list_check import list_check, require_check, sign_list
from hilum.pacs.peer import Peer
from hilum.serving.access.asking import Person, asks
from hilum.serving.access.rights import Right
from hilum.serving.bodies import largest_body
from hilum.serving.images.acknowledged import require_acknowledged
from hilum.serving.images.peers_kept import delete_peer, put_own, put_peer
from hilum.serving.images.pull_lists import KeptList, PullLists
from hilum.serving.jobs.desk import start_job
from hilum.serving.state import Serving, serving

router = APIRouter(prefix="/api/pacs", tags=["pacs"])
Server = Annotated[Serving, Depends(serving)]
Puller = Annotated[Person, Depends(asks(Right.pull_from_pacs))]
PeerName = Annotated[
    str, Path(pattern="^[A-Za-z][A-Za-z0-9_-]{0,39}$", description="How the peer is called.")
]
ListId = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="The list's id.")]
_LARGEST_LIST = 64 << 20


class PeerFacts(BaseModel):
    """How a peer is reached: by DIMSE (AE title, host, port) or by DICOMweb (url)."""

    model_config = ConfigDict(extra="forbid")
    ae_title: str = Field("", max_length=64)
    host: str = Field("", max_length=253)
    port: int = Field(104, ge=1, le=65535)
    retrieve: Literal["move", "get"] = "move"
    url: str = Field("", max_length=1000)


class PeerRow(PeerFacts):
    """A peer."""

    name: str
    encrypted: bool


class PeersShown(BaseModel):
    """Who is known, and who we are to them."""

    ae_title: str
    port: int
    peers: list[PeerRow]


class OwnFacts(BaseModel):
    """Who we are to all peers."""

    model_config = ConfigDict(extra="forbid")
    ae_title: str = Field(min_length=1, max_length=64)
    port: int = Field(ge=1, le=65535)


class EchoAnswer(BaseModel):
    """That a peer answered."""

    sentence: str


class ListShown(BaseModel):
    """A list of patients to fetch; rows are named by their numbers only."""

    id: str
    made: float = Field(description="Seconds since 1970.")
    mine: bool = Field(description="Whether this person sent it.")
    rows: int
    columns: dict[str, str] = Field(description="Which column was taken for what.")
    problems: list[str] = Field(description="What must be corrected, by row number.")
    remarks: list[str] = Field(description="What looks odd and a person should look at.")
    signed: list[str] = Field(description="Who has checked it.")
    checked: bool = Field(description="Whether two different people have.")


class ListsShown(BaseModel):
    """All lists that are kept."""

    items: list[ListShown]


class PullAsked(BaseModel):
    """How a list is to be fetched."""

    model_config = ConfigDict(extra="forbid")
    peer: str = Field(pattern="^[A-Za-z][A-Za-z0-9_-]{0,39}$")
    modality: str = Field("", max_length=64, description="Only these, such as CT or CR,DX.")
    days: int = Field(0, ge=0, le=36500, description="Before and after a row's date.")
    pause: float = Field(0.0, ge=0, le=3600, description="Seconds to rest after each study.")
    unchecked: str = Field("", max_length=500, description="Why two people did not check it; it is recorded.")


class PullBegun(BaseModel):
    """The job that fetches."""

    job: str


@router.get("/peers")
def list_peers(server: Server, _person: Puller) -> PeersShown:
    """List the peers that peers.toml names."""
    known = peers_of(_archive(server))
    rows = [_peer_row(one) for one in known.peers.values()]
    return PeersShown(ae_title=known.ae_title, port=known.port, peers=rows)


@router.put("/own")
def put_own_title(server: Server, person: Puller, facts: OwnFacts) -> PeersShown:
    """Say by which AE title and port the peers know us."""
    put_own(server.workspace.root / PEERS_FILE, facts.ae_title, facts.port)
    server.audit.record(person.id, "pacs_own_title_changed", facts.ae_title)
    return list_peers(server, person)


@router.put("/peers/{name}")
def put_pacs_peer(server: Server, person: Puller, name: PeerName, facts: PeerFacts) -> PeersShown:
    """Add a peer to peers.toml, or change one."""
    dimse = {"ae_title": facts.ae_title, "host": facts.host, "port": facts.port, "retrieve": facts.retrieve}
    put_peer(server.workspace.root / PEERS_FILE, name, {"url": facts.url} if facts.url else dimse)
    server.audit.record(person.id, "pacs_peer_changed", name)
    return list_peers(server, person)


@router.delete("/peers/{name}")
def delete_pacs_peer(server: Server, person: Puller, name: PeerName) -> PeersShown:
    """Forget a peer."""
    delete_peer(server.workspace.root / PEERS_FILE, name)
    server.audit.record(person.id, "pacs_peer_deleted", name)
    return list_peers(server, person)


@router.post("/peers/{name}/echo")
def echo_peer(server: Server, person: Puller, name: PeerName) -> EchoAnswer:
    """Ask a peer for a sign of life (C-ECHO, or a small question to a DICOMweb server)."""
    from hilum.pacs.echo import echo

    peer = peers_of(_archive(server)).named(name)
    server.audit.record(person.id, "pacs_echo", name)
    return EchoAnswer(sentence=echo(peer))


@router.get("/lists")
def list_pull_lists(server: Server, person: Puller) -> ListsShown:
    """List the lists of patients that are kept, the last first."""
    archive, lists = _archive(server), PullLists(server.settings)
    return ListsShown(items=[_shown(archive, lists, person, kept) for kept in lists.all()])


@router.post("/lists", status_code=201, openapi_extra=largest_body(_LARGEST_LIST + 65536))
def add_pull_list(
    server: Server, person: Puller, table: Annotated[UploadFile, File(description="CSV or Excel.")]
) -> ListShown:
    """Take a list of patients or accession numbers, with dates where wanted."""
    lists = PullLists(server.settings)
    kept = lists.add(person.id, FilePath(table.filename or "").suffix.lower(), table.file.read())
    server.audit.record(person.id, "pull_list_sent", kept.id)
    return _shown(_archive(server), lists, person, kept)


@router.post("/lists/{kept}/sign")
def sign_pull_list(server: Server, person: Puller, kept: ListId) -> ListShown:
    """Sign that the person has checked a list; the second signature must be another person's."""
    archive, lists = _archive(server), PullLists(server.settings)
    found = lists.find(kept)
    sign_list(archive, lists.read(found), person.name)
    server.audit.record(person.id, "pull_list_signed", kept)
    return _shown(archive, lists, person, found)


@router.delete("/lists/{kept}", status_code=204)
def delete_pull_list(server: Server, person: Puller, kept: ListId) -> None:
    """Delete a list; who checked it stays on record."""
    lists = PullLists(server.settings)
    lists.delete(lists.find(kept))
    server.audit.record(person.id, "pull_list_deleted", kept)


@router.post("/lists/{kept}/pull", status_code=202)
def start_pull(server: Server, person: Puller, kept: ListId, asked: PullAsked) -> PullBegun:
    """Fetch by a list that two people have checked, into the archive; given again, it goes on."""
    require_acknowledged(server, person)
    archive, lists = _archive(server), PullLists(server.settings)
    found = lists.find(kept)
    require_check(archive, lists.read(found, asked.modality, asked.days), asked.unchecked)
    peers_of(archive).named(asked.peer)
    return PullBegun(job=start_job(server, person, "pull", {"table": str(found.table), **asked.model_dump()}))


def _archive(server: Serving) -> Archive:
    return open_archive(server.workspace)


def _peer_row(peer: Peer) -> PeerRow:
    return PeerRow(
        name=peer.name,
        ae_title=peer.ae_title,
        host=peer.host,
        port=peer.port,
        retrieve=peer.retrieve,
        url=peer.url,
        encrypted=peer.tls is not None or peer.url.startswith("https"),
    )


def _shown(archive: Archive, lists: PullLists, person: Person, kept: KeptList) -> ListShown:
    listing = lists.read(kept)
    check = list_check(archive, listing)
    return ListShown(
        id=kept.id,
        made=kept.made,
        mine=kept.person == person.id,
        rows=len(listing.rows),
        columns=listing.columns,
        problems=listing.problems[:200],
        remarks=list(listing.remarks),
        signed=list(check.names),
        checked=check.done,
    )
