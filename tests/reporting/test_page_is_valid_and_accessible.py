"""The page passes an HTML validator, and axe's rules for people who cannot see it well, in a real browser."""

import json
import re
import subprocess
from html import unescape
from pathlib import Path

import pytest

from reporting.worlds import TASKS

CHECKS = Path(__file__).resolve().parents[1] / "page"
BROWSER = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
# Written into the page that is looked at, since a browser without a driver can only hand back its text.
LOOK = """
<script>{axe}</script>
<script>
axe.run(document, {{resultTypes: ["violations"]}}).then(found => {{
  const said = document.createElement("pre");
  said.id = "axe-found";
  const broken = found.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 120))]);
  said.textContent = JSON.stringify(broken);
  document.body.replaceChildren(said);
}});
</script>
"""


def violations(html: str, chromium: str, folder: Path, width: int) -> list[list[object]]:
    """What axe finds on a page of this width."""
    axe = (CHECKS / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    # The page forbids every script; the copy that is looked at must allow this one.
    open_page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    looked_at = folder / "looked_at.html"
    looked_at.write_text(open_page.replace("</body>", LOOK.format(axe=axe) + "</body>"), encoding="utf-8")
    profile = f"--user-data-dir={folder / 'profile'}"
    command = [chromium, *BROWSER, profile, f"--window-size={width},2000", "--virtual-time-budget=20000"]
    done = subprocess.run(
        [*command, "--dump-dom", looked_at.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found = re.search(r'<pre id="axe-found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stdout[-2000:]
    listed: list[list[object]] = json.loads(unescape(found.group(1)))
    return listed


def validator_says(html: str, folder: Path) -> str:
    """What the validator says of a page, empty where it has nothing to say."""
    file = folder / "page.html"
    file.write_text(html, encoding="utf-8")
    command = [CHECKS / "node_modules" / ".bin" / "html-validate", "--config", CHECKS / ".htmlvalidate.json"]
    done = subprocess.run([*command, file], capture_output=True, text=True, timeout=120, check=False)
    return done.stdout


def test_the_page_is_valid(page: str, page_checks: None, tmp_path: Path):
    assert validator_says(page, tmp_path) == ""


def test_the_validator_would_have_said_so(page: str, page_checks: None, tmp_path: Path):
    assert "Unclosed element" in validator_says(page.replace("<main>", "<main><p><div></p>"), tmp_path)


@pytest.mark.parametrize("name", TASKS)
def test_the_page_of_every_task_is_valid_and_shuts_nobody_out(
    name: str, pages: dict[str, str], page_checks: None, chromium: str, tmp_path: Path
):
    assert validator_says(pages[name], tmp_path) == ""
    for width in (1440, 390):
        assert violations(pages[name], chromium, tmp_path, width) == []


@pytest.mark.parametrize("width", [1440, 390])
def test_nobody_is_shut_out(page: str, page_checks: None, chromium: str, tmp_path: Path, width: int):
    assert violations(page, chromium, tmp_path, width) == []


def test_axe_would_have_said_so(page_checks: None, chromium: str, tmp_path: Path):
    bare = '<html><head></head><body><img src="data:,"><p style="color:#eee">pale</p></body></html>'
    rules = {rule for rule, _ in violations(bare, chromium, tmp_path, 1440)}
    assert {"image-alt", "html-has-lang", "document-title"} <= rules
