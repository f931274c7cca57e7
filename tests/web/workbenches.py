"""The built pages, a served workbench, and what axe says about a page."""

import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from hilum.archive import create_workspace
from program.starting import started

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
PAGES = ROOT / "src" / "hilum" / "serving" / "pages"
PASSWORD = "the river below the clinic"
_ENTRY = re.compile(r"https?://\S+")
_SOURCES = ("index.html", "vite.config.ts", "package-lock.json")
# Quiet: nothing leaves the machine. SwiftShader draws WebGL without a graphics card.
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)


def build_pages() -> None:
    """Build the pages where a source is newer; one builder at a time, and never half a folder."""
    with (WEB / "node_modules" / ".building").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        built = PAGES / "index.html"
        sources = [*(WEB / "src").rglob("*"), *(WEB / name for name in _SOURCES)]
        if built.is_file() and built.stat().st_mtime >= max(one.stat().st_mtime for one in sources):
            return
        new = Path(tempfile.mkdtemp(prefix=".pages-", dir=PAGES.parent))
        try:
            command = ["npm", "run", "build", "--silent", "--", "--outDir", str(new), "--logLevel", "error"]
            done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, timeout=120, check=False)
            assert done.returncode == 0, done.stderr[-3000:]
            shutil.rmtree(PAGES, ignore_errors=True)
            new.chmod(0o755)
            new.rename(PAGES)
        finally:
            shutil.rmtree(new, ignore_errors=True)


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Workbench:
    """`hilum serve` in a process of its own.

    Attributes:
        workspace: the folder that it serves.
        options: more options of the command.
        port: where it listens, after a restart too.
        entry_url: the address that it printed last; with the one-time token where there are no accounts.
    """

    workspace: Path
    options: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    entry_url: str = ""
    _process: "subprocess.Popen[str] | None" = None

    @property
    def address(self) -> str:
        """Where it is served, without a path."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it says where it is."""
        command = [sys.executable, "-m", "hilum.cli", "serve", "--workspace", str(self.workspace)]
        command += ["--port", str(self.port), *self.options]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment()
        )
        assert self._process.stdout
        told: list[str] = []
        # The first line names the workspace and the address, the second is the address to open.
        for line in self._process.stdout:
            told.append(line)
            if len(told) > 1 and (found := _ENTRY.match(line.strip())):
                self.entry_url = found.group()
                return
        raise AssertionError("hilum serve ended: " + "".join(told))

    def kill(self) -> None:
        """End it as a power cut does (SIGKILL)."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        self._end(signal.SIGINT)

    def restart(self) -> None:
        """Stop it if it runs, and start it again at the same address."""
        self.stop()
        self.start()

    def _end(self, how: int) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=20)
        if process.stdout:
            process.stdout.close()


def environment(**more: str) -> dict[str, str]:
    """What a child process is told: as here, on one thread of mathematics."""
    return {**os.environ, "OMP_NUM_THREADS": "1", **more}


def add_account(workspace: Path, name: str, *roles: str) -> None:
    """Make an account as the manual says, with the tests' password."""
    given = [part for role in roles for part in ("--role", role)]
    told = {"HILUM_PASSWORD": PASSWORD}
    done = started("serve", "user", "add", name, "--workspace", workspace, *given, environment=told)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def served(
    folder: Path, accounts: dict[str, tuple[str, ...]] | None = None, database: str | None = None
) -> Iterator[Workbench]:
    """Serve a workspace; one is made where the folder is none.

    Args:
        folder: the workspace.
        accounts: names and their roles; None for a single user.
        database: URL of a PostgreSQL database.
    """
    if not (folder / "hilum.toml").is_file():
        create_workspace(folder)
    options = (
        *(("--users",) if accounts is not None else ()),
        *(("--database", database) if database else ()),
    )
    for name, roles in (accounts or {}).items():
        add_account(folder, name, *roles)
    workbench = Workbench(folder, options)
    try:
        workbench.start()
        yield workbench
    finally:
        workbench.stop()


def sign_in(page: Page, workbench: Workbench, name: str) -> None:
    """Sign in with the form, in English or in Korean."""
    page.goto(workbench.address)
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    page.locator("#page h1").wait_for()


def axe(page: Page) -> list[dict[str, Any]]:
    """What axe finds serious or critical on a page as it is now."""
    page.evaluate((WEB / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("axe.run().then((result) => result.violations)")
    return [
        {"rule": one["id"], "where": [node["html"][:200] for node in one["nodes"]][:5], "why": one["help"]}
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
