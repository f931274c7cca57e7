"""The reference names every key of the study file and every option of the command line."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from hilum.cli import app
from hilum.serving.configuration import Oidc, Serve
from hilum.study import study_json_schema

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


def test_every_key_of_the_study_file_is_explained():
    page = (REFERENCE / "study-file.md").read_text(encoding="utf-8")
    schema = study_json_schema()
    for name, table in schema["$defs"].items():
        for key in table.get("properties", {}):
            assert f"| `{key}` |" in page, f"{key} of {name} is not in the reference"


def test_the_reference_explains_no_key_that_does_not_exist():
    page = (REFERENCE / "study-file.md").read_text(encoding="utf-8")
    schema = study_json_schema()
    known = set(schema["properties"]) | {k for t in schema["$defs"].values() for k in t.get("properties", {})}
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) <= known


def _commands() -> Iterator[tuple[str, Any]]:
    root = get_command(app)
    for name, command in root.commands.items():
        for inner, sub in getattr(command, "commands", {name: command}).items():
            yield (name if sub is command else f"{name} {inner}"), sub


@pytest.mark.parametrize(
    ("name", "command"), list(_commands()), ids=lambda c: c if isinstance(c, str) else ""
)
def test_every_command_and_option_is_explained(name, command):
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    assert f"## `hilum {name}" in page or f"`hilum {name}" in page
    for parameter in command.params:
        for option in parameter.opts:
            if option.startswith("--") and option != "--help":
                assert f"`{option}" in page, f"{option} of hilum {name} is not in the reference"


@pytest.mark.parametrize(("table", "model"), [("[serve]", Serve), ("[serve.oidc]", Oidc)])
def test_every_key_of_the_server_is_explained_and_no_other(table, model):
    page = (REFERENCE / "serving.md").read_text(encoding="utf-8")
    section = page.split(f"## `{table}`")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(model.model_fields)
    for name, field in model.model_fields.items():
        if isinstance(field.default, int | float):
            assert re.search(rf"^\| `{name}` .*\| {field.default} \|$", section, re.MULTILINE), name


def test_every_setting_of_training_is_explained_and_no_other():
    from hilum.study.reader_options import TRAINING_KEYS

    page = (REFERENCE / "study-file.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(\w+) =`", page)) == set(TRAINING_KEYS)
