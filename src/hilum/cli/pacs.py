"""`hilum pacs`: speak with a PACS."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hilum.cli.options import JsonFlag, WorkspaceOption, demanded_workspace

if TYPE_CHECKING:
    from hilum.archive import Archive
    from hilum.conduct.pull_list import PullList

app = typer.Typer(
    name="pacs",
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Ask, fetch from and send to a PACS; peers.toml of the workspace names them.",
)
PeerArgument = Annotated[str, typer.Argument(help="A name of peers.toml.")]
ListArgument = Annotated[
    Path, typer.Argument(help="CSV or Excel with patients or accession numbers, and dates where wanted.")
]
ModalityOption = Annotated[
    str, typer.Option("--modality", help="Only these, such as CT or CR,DX.", show_default=False)
]
DaysOption = Annotated[
    int, typer.Option("--days", min=0, help="Days before and after a row's date that are fetched as well.")
]


def _archive(workspace: Path | None) -> "Archive":
    from hilum.archive import open_archive

    return open_archive(demanded_workspace(workspace, Path.cwd()))


def _listing(path: Path, modality: str, days: int) -> "PullList":
    from hilum.conduct.pull_list import modality_words, read_list
    from hilum.errors import PacsError

    try:
        return read_list(path, modality_words(modality), days)
    except ValueError as error:
        raise PacsError(f"--modality: {error}") from None


@app.command("peers")
def peers(workspace: WorkspaceOption = None, as_json: JsonFlag = False) -> None:
    """List the peers that peers.toml names."""
    from hilum.conduct.peers import peers_of

    known = peers_of(_archive(workspace))
    if as_json:
        found = [
            {"name": one.name, "ae_title": one.ae_title, "host": one.host, "port": one.port, "url": one.url}
            for one in known.peers.values()
        ]
        typer.echo(json.dumps({"ae_title": known.ae_title, "port": known.port, "peers": found}))
        return
    typer.echo(f"we are {known.ae_title}, port {known.port}")
    for one in known.peers.values():
        where = one.url or f"{one.ae_title} at {one.host}, port {one.port}{', encrypted' if one.tls else ''}"
        typer.echo(f"  {one.name}  {where}")
    if not known.peers:
        typer.echo("peers.toml names nobody yet: see docs/how-to/pull-from-a-pacs.md")


@app.command("echo")
def echo(peer: PeerArgument, workspace: WorkspaceOption = None) -> None:
    """Ask a peer for a sign of life."""
    from hilum.conduct.peers import peers_of
    from hilum.pacs.echo import echo as ask

    typer.echo(ask(peers_of(_archive(workspace)).named(peer)))


@app.command("find")
def find(
    peer: PeerArgument,
    patient: Annotated[str, typer.Option("--patient", help="The hospital's patient identifier.")] = "",
    accession: Annotated[str, typer.Option("--accession", help="The hospital's accession number.")] = "",
    date_from: Annotated[str, typer.Option("--from", help="First study date, YYYYMMDD.")] = "",
    date_to: Annotated[str, typer.Option("--to", help="Last study date, YYYYMMDD.")] = "",
    modality: ModalityOption = "",
    study: Annotated[str, typer.Option("--study", help="A Study Instance UID: list its series.")] = "",
    series: Annotated[str, typer.Option("--series", help="A Series Instance UID: list its images.")] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Ask a peer what it holds of a patient, a study or a series; prints what the PACS calls them."""
    from hilum.conduct.peers import peers_of
    from hilum.conduct.pull_list import modality_words
    from hilum.pacs.find import find as ask
    from hilum.pacs.query import Level, Query

    level: Level = "IMAGE" if series else "SERIES" if study else "STUDY"
    query = Query(patient, accession, date_from, date_to, modality_words(modality), study, series)
    answers = ask(peers_of(_archive(workspace)).named(peer), level, query)
    if as_json:
        typer.echo(json.dumps(answers, ensure_ascii=False))
        return
    for answer in answers:
        typer.echo("  " + "  ".join(value for value in answer.values() if value))
    typer.echo(f"{len(answers)} found")


@app.command("list-check")
def list_check(
    table: ListArgument,
    by: Annotated[
        str, typer.Option("--by", help="The name of who has checked it; two different people must.")
    ] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Look a list through, and sign it with --by; the second signature must be another person's."""
    from hilum.conduct.pull_list_check import list_check as check_of
    from hilum.conduct.pull_list_check import sign_list
    from hilum.errors import PacsError

    archive, listing = _archive(workspace), _listing(table, "", 0)
    problems = listing.problems
    check = sign_list(archive, listing, by) if by and not problems else check_of(archive, listing)
    if as_json:
        found = {"rows": len(listing.rows), "columns": listing.columns, "problems": problems}
        more = {"remarks": listing.remarks, "signed": check.names, "checked": check.done}
        typer.echo(json.dumps(found | more, ensure_ascii=False))
    else:
        columns = ", ".join(f"{kind} in `{name}`" for kind, name in listing.columns.items())
        typer.echo(f"{len(listing.rows)} rows; {columns}")
        for line in (*problems, *listing.remarks):
            typer.echo(f"  {line}")
        typer.echo(f"signed by {', '.join(check.names) or 'nobody yet'}")
    if problems:
        raise PacsError(f"{len(problems)} rows must be corrected before the list can be signed")


@app.command("pull")
def pull(
    table: ListArgument,
    peer: Annotated[str, typer.Option("--from", help="A name of peers.toml.", show_default=False)],
    modality: ModalityOption = "",
    days: DaysOption = 0,
    retries: Annotated[int, typer.Option("--retries", min=0, help="How often a failure is tried again.")] = 3,
    pause: Annotated[
        float, typer.Option("--pause", min=0, help="Seconds to rest after each study, to spare the PACS.")
    ] = 0.0,
    unchecked: Annotated[
        str, typer.Option("--unchecked", help="Why the list was not checked by two people; it is recorded.")
    ] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Fetch by a list that two people have checked, into the archive; given again, it goes on."""
    from hilum.cli.progress_bar import shown_progress
    from hilum.conduct.peers import peers_of
    from hilum.conduct.pull import Pull, PullOptions

    archive = _archive(workspace)
    options = PullOptions(retries=retries, pause_seconds=pause, unchecked=unchecked)
    task = Pull(archive, _listing(table, modality, days), peers_of(archive).named(peer), options)
    with shown_progress() as progress:
        report = task.run(progress)
    counts = {status: sum(row.status == status for row in report.rows) for status in
              ("done", "nothing found", "incomplete", "failed")}  # fmt: skip
    if as_json:
        summary = {"rows": [vars(row) for row in report.rows], "archived": report.archived}
        typer.echo(json.dumps(summary | {"quarantined": report.quarantined, "table": str(report.table)}))
    else:
        for row in report.rows:
            told = f"{row.fetched} of {row.instances} objects of {row.studies} studies"
            typer.echo(f"  row {row.row}: {row.status}, {told}{'; ' + row.problem if row.problem else ''}")
        typer.echo(", ".join(f"{count} rows {status}" for status, count in counts.items() if count))
        typer.echo(
            f"{report.archived} archived, {report.quarantined} in quarantine; list {report.on_whose_word}"
        )
        typer.echo(f"the same as a table: {report.table}")
    if counts["incomplete"] or counts["failed"]:
        raise typer.Exit(1)


@app.command("send")
def send(
    peer: PeerArgument,
    patient: Annotated[
        list[str] | None, typer.Option("--patient", help="Everything of a research patient; may be repeated.")
    ] = None,
    images: Annotated[
        list[str] | None,
        typer.Option("--images", help="An image as the archive's index names it; may be repeated."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="The whole archive.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Send archived, de-identified images to a peer."""
    from hilum.cli.progress_bar import shown_progress
    from hilum.conduct.peers import peers_of
    from hilum.conduct.send import send_archived
    from hilum.errors import PacsError

    archive = _archive(workspace)
    if not everything and not patient and not images:
        raise PacsError("say what to send: --patient, --images or --all")
    target = peers_of(archive).named(peer)
    with shown_progress() as progress:
        sent = send_archived(archive, target, patient or [], images or [], progress)
    problems = sorted({one.problem for one in sent if one.problem})
    taken = sum(not one.problem for one in sent)
    if as_json:
        typer.echo(json.dumps({"objects": len(sent), "sent": taken, "problems": problems}))
    else:
        typer.echo(f"{taken} of {len(sent)} objects sent to {target.name}")
        for problem in problems:
            typer.echo(f"  {problem}")
    if taken < len(sent):
        raise typer.Exit(1)


@app.command("archive")
def bring_in(workspace: WorkspaceOption = None, as_json: JsonFlag = False) -> None:
    """Bring what was received, and waits in incoming/, into the archive."""
    from hilum.cli.progress_bar import shown_progress
    from hilum.conduct.node import spool_of
    from hilum.conduct.node_spool import SpoolIngest

    archive = _archive(workspace)
    spool = spool_of(archive)
    task = SpoolIngest(archive, spool)
    with shown_progress() as progress:
        task.run(progress)
    waiting = len(spool.waiting())
    if as_json:
        counts = {"archived": task.archived, "quarantined": task.quarantined, "waiting": waiting}
        typer.echo(json.dumps(counts))
        return
    typer.echo(f"{task.archived} archived, {task.quarantined} in quarantine, {waiting} still waiting")
