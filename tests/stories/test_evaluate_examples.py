"""The folders of tables in `examples/`: the command of each README runs there and compares its readers."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hilum.cli import app

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FOLDERS = sorted(path.parent for path in EXAMPLES.glob("*/truth.csv"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_the_command_of_an_example_runs(folder, monkeypatch):
    said = (folder / "README.md").read_text(encoding="utf-8")
    found = re.search(r"^hilum (evaluate .*)$", said, re.MULTILINE)
    assert found is not None
    monkeypatch.chdir(folder)
    done = CliRunner().invoke(app, [*shlex.split(found[1]), "--bootstrap", "100"])
    assert done.exit_code == 0, done.output
    assert re.search(r"^\w[^\n]* - [^\n]* p (<|>|\.)", done.output, re.MULTILINE), done.output


def test_every_example_is_listed():
    listed = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert len(FOLDERS) > 3
    assert all(f"[{folder.name}](" in listed for folder in FOLDERS)
