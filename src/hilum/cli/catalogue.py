"""`hilum catalogue`: what this installation can do."""

import json
from typing import Any

import typer

from hilum.cli.options import JsonFlag

_FURTHER_MODELS = (
    ("", "Any other two-dimensional network of timm can be named as timm names it."),
    ("slices(NAME)", "Any network for single images over the slices of a volume, as slices(resnet18)."),
    ("auto", "Tries several networks for single images and keeps the best of them together."),
)


def catalogue(as_json: JsonFlag = False) -> None:
    """List models, scores, tasks and measures, each in a sentence."""
    from hilum.catalogue import catalogue as entries

    everything: dict[str, list[Any]] = {**entries()}
    if as_json:
        typer.echo(json.dumps(everything, ensure_ascii=False))
        return
    for kind, records in everything.items():
        typer.echo(f"{kind}")
        for record in records:
            typer.echo(f"  {record['name']:<24} {record['sentence']}")
            if kind == "models":
                typer.echo(f"  {'':<24} {_in_numbers(record)}")
        if kind == "models":
            for name, sentence in _FURTHER_MODELS:
                typer.echo(f"  {name:<24} {sentence}")


def _in_numbers(record: dict[str, Any]) -> str:
    """How large a model is, what it reads, and under which licence its weights are given out."""
    sides = f"sides from {record['smallest']}"
    if record["multiple"] > 1:
        sides += f", multiples of {record['multiple']}"
    weights = record["weights"]
    told = f"weights: {weights['source']}, {weights['licence']}" if weights else "no pretrained weights"
    return f"{record['parameters']:g} million weights; {sides}; {told}"
