"""Lists of a hundred thousand cases: how long one page of them takes."""

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from workbench.hospital import RUN, STUDY
from workbench.service import Service

Asked = Mapping[str, str | int | tuple[str, ...]]
_TYPED = ("p0", "p00", "p000", "p0001", "p00012", "p000123")


@dataclass(frozen=True)
class Page:
    """A page that somebody asks for.

    Attributes:
        name: what it is.
        role: who asks.
        path: the route.
        asked: its parameters; where one is a tuple, each in turn, as somebody types.
    """

    name: str
    role: str
    path: str
    asked: Asked

    def parameters(self, turn: int) -> dict[str, str | int]:
        """What is asked at the n-th time."""
        return {
            name: value[turn % len(value)] if isinstance(value, tuple) else value
            for name, value in self.asked.items()
        }


@dataclass(frozen=True)
class Took:
    """How long a page takes, in milliseconds.

    Attributes:
        name: of the page.
        first: the first time, when nothing is kept yet.
        usual: the median of the later times.
        slow: what one in twenty of them exceeds.
        processor: processor time of the server, each.
    """

    name: str
    first: float
    usual: float
    slow: float
    processor: float


def pages(cases: int, project: int) -> list[Page]:
    """First pages, deep ones, and those that somebody's typing asks for."""
    run = f"/api/results/{STUDY}/{RUN}/cases"
    deep = cases - cases // 10
    found = []
    for level, rows in (("series", cases), ("studies", cases // 2), ("patients", cases // 4)):
        path = f"/api/archive/{level}"
        found += [
            Page(f"archive, {level}: first", "researcher", path, {"limit": 100}),
            Page(f"archive, {level}: deep", "researcher", path, {"limit": 100, "after": rows - rows // 10}),
            Page(f"archive, {level}: typing", "researcher", path, {"limit": 100, "text": _TYPED}),
            Page(
                f"archive, {level}: typing, chosen",
                "researcher",
                path,
                {"limit": 100, "text": _TYPED, "modality": "CT", "sex": "F"},
            ),
        ]
    run_cases: Asked = {"reader": "product", "limit": 100}
    worklist, cases_path = "/api/annotation/worklist", f"/api/annotation/projects/{project}/cases"
    return [
        *found,
        Page("archive: what can be chosen", "researcher", "/api/archive/choices", {}),
        Page("results: first", "administrator", run, run_cases),
        Page("results: deep", "administrator", run, {**run_cases, "after": deep}),
        Page("results: typing", "administrator", run, {**run_cases, "text": ("2", "2.", "2.2", "2.25.1000")}),
        Page(
            "results: surest and wrong",
            "administrator",
            run,
            {**run_cases, "outcome": "fn", "order": "confident"},
        ),
        Page("results: one case", "administrator", f"{run}/{deep}", {}),
        Page("worklist: first", "specialist", worklist, {"limit": 100}),
        Page("worklist: deep", "specialist", worklist, {"limit": 100, "after": deep}),
        Page("worklist: open", "specialist", worklist, {"limit": 100, "state": "open"}),
        Page("project: first", "data_manager", cases_path, {"limit": 100}),
        Page("project: deep", "data_manager", cases_path, {"limit": 100, "after": deep}),
        Page("project: of a stage", "data_manager", cases_path, {"limit": 100, "stage": "first"}),
        Page("project: progress", "data_manager", f"{cases_path[:-6]}/progress", {}),
        Page("projects", "data_manager", "/api/annotation/projects", {}),
    ]


def time_page(service: Service, page: Page, times: int = 21) -> Took:
    """Ask for a page again and again."""
    took = []
    with httpx.Client(base_url=service.address, cookies=service.cookies(page.role), timeout=120) as client:
        client.get("/api/session")
        for turn in range(times + 1):
            if turn == 1:
                used = service.processor_seconds()
            begun = time.perf_counter()
            client.get(page.path, params=page.parameters(turn)).raise_for_status()
            took.append((time.perf_counter() - begun) * 1000)
        used = service.processor_seconds() - used
    first, later = took[0], sorted(took[1:])
    slow = later[min(len(later) - 1, int(len(later) * 0.95))]
    return Took(page.name, first, statistics.median(later), slow, used / times * 1000)
