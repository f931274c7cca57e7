"""`hilum catalogue`: what this installation can do."""

import json

import typer

from hilum.cli.options import JsonFlag


def catalogue(as_json: JsonFlag = False) -> None:
    """List models, scores, tasks and measures, each in a sentence."""
    from hilum.catalogue import catalogue as entries

    everything = entries()
    if as_json:
        typer.echo(json.dumps(everything, ensure_ascii=False))
        return
    for kind, records in everything.items():
        typer.echo(f"{kind}")
        for record in records:
            sentence = record.get("sentence", "") if isinstance(record, dict) else ""
            name = record["name"] if isinstance(record, dict) else record
            typer.echo(f"  {name:<24} {sentence}")
