"""A PACS: who is asked, whether it answers, and fetching by lists that two people have checked."""

from pathlib import Path as FilePath
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Path, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from hilum.archive import Archive, open_archive
from hilum.archive.release_terms import names_a_patient
from hilum.conduct.peers import PEERS_FILE, peers_of
from hilum.conduct.pull_list import PullList, PullRow
from hilum.conduct.pull_list_check import list_check, sign_list
from hilum.pacs.peer import Peer
from hilum.serving.access.asking import Person, asks
from hilum.serving.access.rights import Right
from hilum.serving.bodies import largest_body
from hilum.serving.failures import Refusal
from hilum.serving.images.acknowledged import require_acknowledged
from hilum.serving.images.peers_kept import delete_peer, put_own, put_peer
from hilum.serving.images.pull_lists import KeptList, PullLists
from hilum.serving.jobs.desk import start_job
from hilum.serving.language import Told
from hilum.serving.paging import AfterNumber, Limit
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

    sentence: Told


class ListShown(BaseModel):
    """A list of patients to fetch; rows are named by their numbers only."""

    id: str
    made: float = Field(description="Seconds since 1970.")
    mine: bool = Field(description="Whether this person sent it.")
    rows: int
    columns: dict[str, str] = Field(description="Which column was taken for what.")
    problems: list[Told] = Field(description="What must be corrected, by row number.")
    remarks: list[Told] = Field(description="What looks odd and a person should look at.")
    signed: list[str] = Field(description="Who has checked it.")
    checked: bool = Field(description="Whether two different people have.")
    signed_by_me: bool = Field(description="Whether this person has.")
    peer: str = Field(description="Who was asked, where it was made of answers; empty where it was sent.")


class ListsShown(BaseModel):
    """All lists that are kept."""

    items: list[ListShown]
    two_must_sign: bool = Field(
        description="Whether there is no way round the second signature: the workbench has accounts."
    )


class ListRow(BaseModel):
    """A row of a list; whom it names, only for who may see identities."""

    number: int
    patient_id: str | None
    accession: str | None
    dates: str | None = Field(description="As 20240301 or 20240301-20240331; empty for all.")
    modalities: list[str]
    problem: Told


class ListRows(BaseModel):
    """A page of a list's rows."""

    items: list[ListRow]
    next: int | None
    total: int
    identities: bool = Field(description="Whether this person sees whom the rows name.")


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
    lists = PullLists(server.settings)
    items = [shown_list(server, lists, person, kept) for kept in lists.all()]
    return ListsShown(items=items, two_must_sign=server.settings.accounts)


@router.post("/lists", status_code=201, openapi_extra=largest_body(_LARGEST_LIST + 65536))
def add_pull_list(
    server: Server, person: Puller, table: Annotated[UploadFile, File(description="CSV or Excel.")]
) -> ListShown:
    """Take a list of patients or accession numbers, with dates where wanted."""
    lists = PullLists(server.settings)
    kept = lists.add(person.id, FilePath(table.filename or "").suffix.lower(), table.file.read())
    server.audit.record(person.id, "pull_list_sent", kept.id)
    return shown_list(server, lists, person, kept)


@router.get("/lists/{kept}/rows")
def read_pull_list(
    server: Server, person: Puller, kept: ListId, after: AfterNumber = 0, limit: Limit = 100
) -> ListRows:
    """Show the rows of a list, so that it can be checked; each look is recorded."""
    lists = PullLists(server.settings)
    found = lists.find(kept)
    rows, sees = lists.read(found).rows, person.may(Right.see_identities)
    server.audit.record(person.id, "pull_list_seen", kept, {"identities": int(sees)})
    return ListRows(
        items=[_list_row(one, sees=sees) for one in rows[after : after + limit]],
        next=after + limit if after + limit < len(rows) else None,
        total=len(rows),
        identities=sees,
    )


@router.post("/lists/{kept}/sign")
def sign_pull_list(server: Server, person: Puller, kept: ListId) -> ListShown:
    """Sign that the person has checked a list; the second signature must be another person's."""
    archive, lists = _archive(server), PullLists(server.settings)
    found = lists.find(kept)
    if found.peer and not person.may(Right.see_identities):
        raise Refusal(403, "only those who may see whom its rows name can check this list: ask one of them")
    sign_list(archive, lists.read(found), person.name)
    server.audit.record(person.id, "pull_list_signed", kept)
    return shown_list(server, lists, person, found)


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
    _require_signatures(server, lists.read(found, asked.modality, asked.days), asked.unchecked)
    peers_of(archive).named(asked.peer)
    job = start_job(server, person, "pull", {"table": str(found.table), **asked.model_dump()})
    server.audit.record(
        person.id, "pull_asked_for", kept, {"job": job, "unchecked": int(bool(asked.unchecked))}
    )
    return PullBegun(job=job)


def _require_signatures(server: Serving, listing: PullList, unchecked: str) -> None:
    """See that two people have signed; the single user signs alone, and says why nobody else does.

    Raises:
        Refusal: a signature is missing, or the reason.
    """
    check = list_check(_archive(server), listing)
    if check.done:
        return
    if not check.names:
        raise Refusal(409, "nobody has checked this list yet: look at its rows and sign it first")
    if server.settings.accounts:
        raise Refusal(409, "one person has checked this list: a second person must sign it as well")
    if names_a_patient(_archive(server), {"reason": unchecked}):
        raise Refusal(422, "the reason holds an identifier of a patient: say it without")
    if not any(map(str.isalnum, unchecked)):
        raise Refusal(409, "only you have checked this list: say why no second person does; it is recorded")


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


def shown_list(server: Serving, lists: PullLists, person: Person, kept: KeptList) -> ListShown:
    """A list, as a person sees it."""
    listing = lists.read(kept)
    check = list_check(_archive(server), listing)
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
        signed_by_me=person.name in check.names,
        peer=kept.peer,
    )


def _list_row(row: PullRow, *, sees: bool) -> ListRow:
    query = row.query
    named = {
        "patient_id": query.patient_id if query else "",
        "accession": query.accession if query else "",
        "dates": query.date_range if query else "",
    }
    return ListRow(
        number=row.number,
        modalities=list(query.modalities) if query else [],
        problem=row.problem,
        **{name: value if sees else None for name, value in named.items()},
    )
