"""Every snippet in the README and in docs runs, so that no page promises what is not so.

- `python` blocks of a page run in order, in one namespace, in an empty folder.
- `console` blocks run line by line: `$ command`, then the lines it must print (`...` stands for anything).
- `toml` blocks that begin with `version` are read as study files.
- other blocks (`text`, none) are shown, not run.
"""

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from program.starting import started

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
FOR_THE_SHELL = set("|&;<>()$`*?[]{}~#\\")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _typed(command: str, page: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    # The lessons type commands of other pages, which start the program as people do.
    quickly = page.parent.name == "lessons" and not FOR_THE_SHELL & set(command)
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "100"}
    if quickly and command.startswith("hilum "):
        return started(*shlex.split(command)[1:], folder=folder, environment=environment)
    return subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _console(block: str, page: Path, folder: Path) -> None:
    for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
        if command.startswith("make "):
            subprocess.run(["make", "-n", *command.split()[1:]], cwd=ROOT, check=True, capture_output=True)
            continue
        done = _typed(command, page, folder)
        printed = done.stdout + done.stderr
        assert "Traceback" not in printed, printed
        matches = doctest.OutputChecker().check_output(
            expected, printed, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        )
        assert not expected.strip() or matches, (
            f"`{command}` printed:\n{printed}\nand the page says:\n{expected}"
        )


def _toml(block: str) -> None:
    from hilum.study import parse_study

    if block.startswith("version"):
        parse_study(block)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_snippets_of_a_page_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "snippet"}
    for language, block in BLOCK.findall(page.read_text(encoding="utf-8")):
        if language == "console":
            _console(block, page, tmp_path)
        elif language == "toml":
            _toml(block)
        elif language == "python":
            exec(compile(block, str(page), "exec"), namespace)  # the pages are ours


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_links_of_a_page_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"
