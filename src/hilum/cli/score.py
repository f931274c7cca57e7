"""`hilum score`: a clinical score over a table."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hilum.cli.options import WorkspaceOption

if TYPE_CHECKING:
    from hilum.readers.scores.compute import Scored


def score(
    name: Annotated[str, typer.Argument(help="The score, such as curb65; `hilum catalogue` lists them.")],
    table: Annotated[Path, typer.Argument(help="CSV, Excel or Parquet, one row a patient.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where the table with the score goes (CSV).", show_default=False),
    ] = None,
    choice: Annotated[
        list[str] | None,
        typer.Option("--choice", help="A choice of the score, such as variant=second.", show_default=False),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--map", help="Which column is which input, such as age=Alter; repeat it.", show_default=False
        ),
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Fill a clinical score in; rows with a missing value get none, and are counted."""
    from hilum.files import write_atomically
    from hilum.readers import score as find_score
    from hilum.study import read_table

    choices = pairs(choice or (), "--choice")
    reader = find_score(name, pairs(column or (), "--map"), **choices)
    frame = read_table(table)
    scored = reader.scored(frame)
    whole = reader.with_score(frame, scored)
    if output is not None:
        write_atomically(output, whole.to_csv(index=False))
    missing = int(whole[reader.record.name].isna().sum())
    done = f"{len(whole) - missing:,} of {len(whole):,} rows scored, {missing:,} without a score"
    typer.echo(f"{done}: {output}" if output is not None else f"{done}; add -o FILE to keep the table")
    if output is None:
        for line in _groups(scored):
            typer.echo(line)
    for warning in scored.warnings:
        typer.echo(f"! {warning.text}", err=True)


def pairs(given: Sequence[str], option: str) -> dict[str, str]:
    """What was given as NAME=VALUE.

    Raises:
        TableError: one has no equals sign, or a name is given twice.

    Example:
        >>> pairs(["variant=second"], "--choice")
        {'variant': 'second'}
    """
    from hilum.errors import TableError

    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise TableError(f"{option} {text} names no value: write {option} NAME=VALUE")
        if name.strip() in found:
            raise TableError(f"{option} gives `{name.strip()}` twice: keep one of them")
        found[name.strip()] = value.strip()
    return found


def _groups(scored: "Scored") -> list[str]:
    """How many rows are in each group, where the score has groups."""
    import pandas as pd

    counts = pd.Series(scored.group[scored.group != ""], dtype=object).value_counts(sort=False)
    return [f"  {group}: {n:,}" for group, n in sorted(counts.items(), key=lambda each: str(each[0]))]
