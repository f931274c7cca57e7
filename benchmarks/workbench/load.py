"""Requests at even intervals, whether or not earlier ones are answered; and a reader of a CT beside them."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from workbench.hospital import RUN, STUDY
from workbench.service import Service

PER_SECOND = 50


@dataclass(frozen=True)
class Request:
    """One of the requests of a load.

    Attributes:
        path: with its parameters.
        cookies: of the browser that asks.
        headers: of a program that asks.
    """

    path: str
    cookies: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Answers:
    """How long answers took.

    Attributes:
        times: of each, in milliseconds, sorted.
        processor: processor time of the server a request, in milliseconds.
        slowest: the path that took longest in the middle of its answers, and that middle.
    """

    times: tuple[float, ...]
    processor: float
    slowest: tuple[str, float]

    def at(self, share: float) -> float:
        """What a share of the answers does not exceed."""
        return self.times[min(len(self.times) - 1, int(len(self.times) * share))]


def requests_of(service: Service, cases: int, instances: Sequence[str], token: str) -> list[Request]:
    """What people of each role ask for while they work, and a program with a token."""
    run = f"/api/results/{STUDY}/{RUN}"
    asked = {
        "administrator": (
            "/api/people",
            "/api/audit?limit=50",
            f"{run}/cases?reader=product",
            f"{run}/gallery",
        ),
        "researcher": (
            "/api/session",
            "/api/studies",
            f"/api/archive/series?limit=100&after={cases // 2}",
            "/api/archive/patients?text=p00012&modality=CT",
            "/api/archive/choices",
            "/api/jobs",
        ),
        "data_manager": ("/api/quarantine", "/api/annotation/projects", "/api/protocol", "/api/jobs"),
        "specialist": ("/api/session", "/api/annotation/worklist", "/api/annotation/worklist?state=open"),
        "viewer": ("/api/session", "/api/studies"),
    }
    found = [Request(path, service.cookies(role), {}) for role, paths in asked.items() for path in paths]
    found += [
        Request(f"/api/images/{one}/picture", service.cookies("researcher"), {}) for one in instances[:3]
    ]
    return [*found, Request("/api/studies", {}, {"Authorization": f"Bearer {token}"})]


def load(
    address: str, requests: Sequence[Request], seconds: float, service: Service | None = None
) -> Answers:
    """Ask for so long; every answer must be a right one."""
    return asyncio.run(_load(address, requests, seconds, service))


async def _load(
    address: str, requests: Sequence[Request], seconds: float, service: Service | None
) -> Answers:
    limits = httpx.Limits(max_connections=50, max_keepalive_connections=50)
    took: list[tuple[str, float]] = []
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=60) as client:

        async def ask(one: Request) -> None:
            begun = time.perf_counter()
            cookie = "; ".join(f"{name}={value}" for name, value in one.cookies.items())
            headers = {**one.headers, **({"Cookie": cookie} if cookie else {})}
            (await client.get(one.path, headers=headers)).raise_for_status()
            took.append((one.path, (time.perf_counter() - begun) * 1000))

        for one in requests:
            await ask(one)
        took.clear()
        used, begun, asked = service.processor_seconds() if service else 0.0, time.perf_counter(), []
        for number in range(int(PER_SECOND * seconds)):
            await asyncio.sleep(max(0.0, begun + number / PER_SECOND - time.perf_counter()))
            asked.append(asyncio.create_task(ask(requests[number % len(requests)])))
        await asyncio.gather(*asked)
        used = (service.processor_seconds() - used) / len(asked) * 1000 if service else 0.0
    return Answers(tuple(sorted(time for _, time in took)), used, _slowest(took))


def _slowest(took: Sequence[tuple[str, float]]) -> tuple[str, float]:
    by_path: dict[str, list[float]] = {}
    for path, milliseconds in took:
        by_path.setdefault(path, []).append(milliseconds)
    middle = {path: sorted(times)[len(times) // 2] for path, times in by_path.items()}
    path = max(middle, key=middle.__getitem__)
    return path, middle[path]


def reading_a_ct(service: Service, series: str) -> "subprocess.Popen[bytes]":
    """A program that reads the CT again and again as the viewer does, six files at a time."""
    cookie = "; ".join(f"{name}={value}" for name, value in service.cookies("researcher").items())
    return subprocess.Popen([sys.executable, "-c", _READER, service.address, series, cookie])


_READER = """
import asyncio, sys, httpx
address, series, cookie = sys.argv[1:]
async def main():
    async with httpx.AsyncClient(base_url=address, headers={"Cookie": cookie}, timeout=60) as client:
        many = asyncio.Semaphore(6)
        async def read(url):
            async with many:
                (await client.get(url)).raise_for_status()
        while True:
            images = (await client.get(f"/api/images/series/{series}")).raise_for_status().json()["images"]
            await asyncio.gather(*(read(one["url"]) for one in images))
            await asyncio.sleep(2)
asyncio.run(main())
"""
