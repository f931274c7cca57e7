"""`hilum protocol`: what de-identification does, in the words of the rules that do it."""

import textwrap

import typer

from hilum.cli.options import WorkspaceOption


def protocol(workspace: WorkspaceOption = None) -> None:
    """Print the de-identification protocol, made from the rules that will run."""
    from hilum.deid import describe

    for paragraph in describe():
        typer.echo(textwrap.fill(paragraph, width=100, subsequent_indent="  "))
