"""`hilum protocol`: what de-identification does, in the words of the rules that do it."""

import textwrap
from pathlib import Path
from typing import Annotated

import typer

from hilum.cli.options import WorkspaceOption

Name = Annotated[
    str | None,
    typer.Option(
        "--protocol",
        help="A preset (research, strict, imaging-device) or a TOML file; without it, the workspace's own.",
        show_default=False,
    ),
]
Markdown = Annotated[
    Path | None, typer.Option("--markdown", help="Write it as Markdown to this file.", show_default=False)
]
Pdf = Annotated[Path | None, typer.Option("--pdf", help="Write it as PDF to this file.", show_default=False)]


def protocol(
    name: Name = None, markdown: Markdown = None, pdf: Pdf = None, workspace: WorkspaceOption = None
) -> None:
    """Print the de-identification protocol, made from the rules that will run."""
    from hilum.cli.options import workspace_folder
    from hilum.deid.options import RESEARCH
    from hilum.deid.protocol import describe, protocol_of
    from hilum.deid.protocol_file import PROTOCOL_FILE, protocol_named, read_protocol

    options = RESEARCH
    if name is not None:
        options = protocol_named(name)
    elif (folder := workspace_folder(workspace, Path.cwd())) is not None:
        options = read_protocol(folder / PROTOCOL_FILE)
    if markdown is not None:
        _write_markdown(markdown, protocol_of(options))
    if pdf is not None:
        from hilum.conduct.protocol_pdf import write_protocol_pdf

        typer.echo(f"pdf: {write_protocol_pdf(protocol_of(options), pdf)}")
    if markdown is None and pdf is None:
        for paragraph in describe(options):
            typer.echo(textwrap.fill(paragraph, width=100, subsequent_indent="  "))


def _write_markdown(path: Path, what: object) -> None:
    from hilum.deid.protocol import Protocol
    from hilum.deid.protocol_text import as_markdown
    from hilum.errors import WorkspaceError
    from hilum.files import write_atomically

    assert isinstance(what, Protocol)
    try:
        write_atomically(path, as_markdown(what))
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be written: {error.strerror or error}") from None
    typer.echo(f"markdown: {path}")
