"""`hilum score`: a clinical score over a table."""

from pathlib import Path
from typing import Annotated

import typer

from hilum.cli.options import WorkspaceOption


def score(
    name: Annotated[str, typer.Argument(help="The score, such as curb65; `hilum catalogue` lists them.")],
    table: Annotated[Path, typer.Argument(help="CSV, Excel or Parquet, one row a patient.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Where the table with the score goes (CSV).")
    ],
    workspace: WorkspaceOption = None,
) -> None:
    """Fill a clinical score in; rows with a missing value get none, and are counted."""
    from hilum.readers import score as find_score
    from hilum.study import read_table

    reader = find_score(name)
    scored = reader.score_table(read_table(table))
    scored.to_csv(output, index=False)
    missing = int(scored[reader.name].isna().sum())
    typer.echo(f"{len(scored) - missing} of {len(scored)} rows scored, {missing} without a score: {output}")
