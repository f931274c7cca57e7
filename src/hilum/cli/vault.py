"""`hilum vault`: keep the map from real to research identifiers, and look into it with a reason."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hilum.cli.options import JsonFlag, WorkspaceOption, demanded_workspace

if TYPE_CHECKING:
    from hilum.deid.vault import Vault

app = typer.Typer(
    name="vault",
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Keep the encrypted map from real to research identifiers.",
)
Reason = Annotated[
    str, typer.Option("--reason", help="Why, in a few words; it is kept in the record. Name no patient.")
]


class Place(StrEnum):
    """Where a new key comes from."""

    folder = "folder"
    file = "file"
    passphrase = "passphrase"  # noqa: S105  # a word, no secret
    environment = "environment"


def _folder(workspace: Path | None) -> Path:
    from hilum.archive import find_workspace

    found = find_workspace(demanded_workspace(workspace, Path.cwd()))
    assert found is not None
    return found.vault_folder


def _vault(workspace: Path | None) -> "Vault":
    from hilum.deid.vault import Vault

    return Vault(_folder(workspace))


@app.command("status")
def status(workspace: WorkspaceOption = None, as_json: JsonFlag = False) -> None:
    """Say what the vault holds, where its key comes from, and whether its record is whole."""
    from hilum.deid.vault_key import SOURCES

    vault = _vault(workspace)
    counts, fault = vault.counts(), vault.record_fault()
    if as_json:
        facts = {"entries": counts, "key": vault.key_source, "accesses": len(vault.accesses())}
        typer.echo(json.dumps({**facts, "record_whole": fault is None, "fault": fault}))
        return
    held = ", ".join(f"{count:,} {kind}" for kind, count in counts.items())
    typer.echo(f"identifiers: {held}")
    typer.echo(f"key: from {SOURCES[vault.key_source]}")
    typer.echo(f"record of accesses: {len(vault.accesses()):,} lines, {_whole(fault)}")


@app.command("log")
def log(workspace: WorkspaceOption = None, as_json: JsonFlag = False) -> None:
    """Print the record of accesses, oldest first, and say whether it is whole."""
    vault = _vault(workspace)
    accesses, fault = vault.accesses(), vault.record_fault()
    if as_json:
        lines = [{"at": a.at, "who": a.who, "what": a.what, "count": a.count} for a in accesses]
        facts = {"record_whole": fault is None, "fault": fault, "accesses": lines}
        typer.echo(json.dumps(facts, ensure_ascii=False))
    else:
        for access in accesses:
            typer.echo(f"  {access.at}  {access.who:<12} {access.count:>7,}  {access.what}")
        typer.echo(f"{len(accesses):,} lines, {_whole(fault)}")
    if fault is not None:
        raise typer.Exit(1)


@app.command("verify")
def verify(workspace: WorkspaceOption = None, as_json: JsonFlag = False) -> None:
    """Look whether anything in the vault was changed from outside, or is missing that the archive needs."""
    from hilum.archive import find_workspace, open_archive
    from hilum.archive.vault_gaps import vault_gaps

    found = find_workspace(_folder(workspace).parent)
    assert found is not None
    archive = open_archive(found)
    fault, forged, gaps = archive.vault.record_fault(), archive.vault.forged_rows(), vault_gaps(archive)
    archive.vault.record("the vault was verified", sum(archive.vault.counts().values()))
    whole = fault is None and not forged and not gaps
    if as_json:
        typer.echo(json.dumps({"whole": whole, "fault": fault, "changed_rows": forged, "missing_rows": gaps}))
    else:
        typer.echo(f"record of accesses: {_whole(fault)}")
        typer.echo(f"{forged:,} rows were changed from outside; {gaps:,} that the archive needs are missing")
    if not whole:
        raise typer.Exit(1)


@app.command("reidentify")
def reidentify(
    research: Annotated[str, typer.Argument(help="A research identifier: P..., A... or 2.25....")],
    reason: Reason,
    workspace: WorkspaceOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Print the real identifier of one patient, accession number or study; the record keeps the reason."""
    from hilum.deid.vault_reason import reidentify as found_again

    entry = found_again(_vault(workspace), research, reason)
    if as_json:
        facts = {"kind": entry.kind, "research": entry.research, "real": entry.real}
        typer.echo(json.dumps(facts, ensure_ascii=False))
    else:
        typer.echo(entry.real)


@app.command("rotate")
def rotate(
    to: Annotated[
        Place, typer.Option("--to", help="Where the new key comes from.", show_default=True)
    ] = Place.folder,
    key_file: Annotated[
        Path | None, typer.Option("--key-file", help="The key file to make, with --to file.")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Give the vault a new key; the old one is refused from then on, research identifiers stay."""
    from hilum.deid.vault_key import SOURCES
    from hilum.deid.vault_rotation import rotate as given_new_key

    target = Place.file if key_file is not None and to is Place.folder else to
    vault = given_new_key(_folder(workspace), target.value, key_file)
    opened = {
        Place.folder: "make sure that no variable HILUM_VAULT_KEY is set any longer",
        Place.file: f"set HILUM_VAULT_KEY_FILE={key_file}",
        Place.passphrase: "give the new passphrase in HILUM_VAULT_PASSPHRASE or when asked",
        Place.environment: "set HILUM_VAULT_KEY to the new key",
    }[target]
    typer.echo(
        f"new key, from {SOURCES[target.value]}; {sum(vault.counts().values()):,} rows sealed afresh; "
        f"from now on {opened}"
    )


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="The file to make.")],
    reason: Reason,
    plain: Annotated[
        bool, typer.Option("--plain", help="Write a CSV that anybody can read, not a sealed file.")
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Write the whole map for the honest broker, sealed with a passphrase (HILUM_EXPORT_PASSPHRASE)."""
    from hilum.deid.vault_export import export_map
    from hilum.deid.vault_key import EXPORT_VARIABLE, passphrase
    from hilum.deid.vault_reason import stated_reason

    stated_reason(reason)
    vault = _vault(workspace)
    key = None if plain else passphrase(EXPORT_VARIABLE, "Passphrase of the export", new=True)
    count = export_map(vault, file, reason, key)
    if plain:
        typer.echo(
            f"hilum: {file} names every patient in the open: hand it over in person and delete it", err=True
        )
    typer.echo(
        f"{count:,} identifiers in {file}" + ("" if plain else "; read it with `hilum vault open-export`")
    )


@app.command("open-export")
def open_export(
    file: Annotated[Path, typer.Argument(help="A file that `hilum vault export` made.")],
) -> None:
    """Print the map that a sealed file holds, as CSV; asks for its passphrase."""
    from hilum.deid.vault_export import open_map
    from hilum.deid.vault_key import EXPORT_VARIABLE, passphrase

    typer.echo(open_map(file, passphrase(EXPORT_VARIABLE, "Passphrase of the export", new=False)), nl=False)


def _whole(fault: str | None) -> str:
    return "whole" if fault is None else f"NOT whole: {fault}"
