"""How quickly the workbench answers: 50 requests a second for 20 seconds, beside a route that does nothing.

    .venv/bin/python benchmarks/serving.py

Mixed reading: session, accounts, tokens, audit log, roles; each is signed in, looked up in the database and
answered as the pages ask for it. The bare route is FastAPI's own, by the same server program with the same
load, one after the other. Exit code 1 where one answer in twenty takes longer than 100 ms.
"""

import asyncio
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

PER_SECOND, SECONDS, LIMIT_MS = 50, 20, 100.0
PATHS = (
    "/api/session",
    "/api/people",
    "/api/tokens",
    "/api/audit?limit=50",
    "/api/people/roles",
    "/api/health",
)
BARE = """
import sys, uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.get("/bare")
def bare() -> dict[str, str]:
    return {"status": "ok"}
uvicorn.run(app, port=int(sys.argv[1]), log_level="error")
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _load(address: str, paths: tuple[str, ...], cookies: dict[str, str]) -> list[float]:
    """Ask at even intervals, whether or not earlier answers are there; milliseconds of each answer."""
    limits = httpx.Limits(max_connections=50, max_keepalive_connections=50)
    async with httpx.AsyncClient(base_url=address, cookies=cookies, limits=limits, timeout=30) as client:

        async def ask(path: str) -> float:
            begun = time.perf_counter()
            (await client.get(path)).raise_for_status()
            return (time.perf_counter() - begun) * 1000

        for path in paths:
            await ask(path)
        begun, asked = time.perf_counter(), []
        for number in range(PER_SECOND * SECONDS):
            await asyncio.sleep(max(0.0, begun + number / PER_SECOND - time.perf_counter()))
            asked.append(asyncio.create_task(ask(paths[number % len(paths)])))
        return sorted(await asyncio.gather(*asked))


def _at(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]


def _bare() -> list[float]:
    port = _free_port()
    with subprocess.Popen([sys.executable, "-c", BARE, str(port)]) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(600):
                try:
                    httpx.get(f"{address}/bare")
                    break
                except httpx.ConnectError:
                    time.sleep(0.1)
            return asyncio.run(_load(address, ("/bare",), {}))
        finally:
            server.terminate()


def _workbench(folder: Path) -> list[float]:
    from hilum.archive import create_workspace

    workspace = create_workspace(folder / "workspace")
    command = [sys.executable, "-m", "hilum.cli", "serve", "--workspace", str(workspace.root)]
    command += ["--port", str(_free_port())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            server.stdout.readline()
            entry = server.stdout.readline().strip()
            with httpx.Client() as client:
                client.get(entry)
                cookies = dict(client.cookies)
            return asyncio.run(_load(entry.partition("/enter")[0], PATHS, cookies))
        finally:
            server.terminate()


def main() -> int:
    """Measure both, print them, and judge."""
    bare = _bare()
    with tempfile.TemporaryDirectory() as folder:
        ours = _workbench(Path(folder))
    print(f"{PER_SECOND} requests/s for {SECONDS} s")
    for name, times in (("a bare route", bare), ("the workbench", ours)):
        print(f"  {name:<14} p50 {_at(times, 0.5):6.1f} ms   p95 {_at(times, 0.95):6.1f} ms")
    half, most = (_at(ours, share) / _at(bare, share) for share in (0.5, 0.95))
    print(f"  {'ratio':<14} p50 {half:6.1f}      p95 {most:6.1f}")
    return 0 if _at(ours, 0.95) <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
