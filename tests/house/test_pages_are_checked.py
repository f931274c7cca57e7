"""The sources of the pages are held to their own rules: types, style, words in both languages, pure logic."""

import subprocess
from pathlib import Path

import pytest

from hilum.serving.openapi import described

WEB = Path(__file__).resolve().parents[2] / "web"


@pytest.mark.parametrize("script", ["types", "lint", "test"])
def test_the_sources_of_the_pages_pass(page_sources, script):
    command = ["npm", "run", script, "--silent", "--prefix", str(WEB)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]


def test_the_client_is_made_from_the_routes_as_they_are():
    # Made by `python -m hilum.serving.openapi web/openapi.json` and `npm run api --prefix web`.
    assert (WEB / "openapi.json").read_text(encoding="utf-8") == described()
