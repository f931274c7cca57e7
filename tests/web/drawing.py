"""A case on a page, drawn on with the mouse as a person does."""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from web.workbenches import Workbench, served

_ASK = """async ([method, path, body]) => {
  const session = await (await fetch('/api/session')).json();
  const headers = {'Content-Type': 'application/json', 'X-CSRF-Token': session.csrf};
  const answer = await fetch(path, {method, headers, body: body === null ? undefined : JSON.stringify(body)});
  return [answer.status, await answer.text()];
}"""
Place = tuple[float, float]
_numbers = count(1)


def ask(page: Page, method: str, path: str, body: Any = None) -> Any:
    """Ask the server as the page does; the answer, which must be no refusal."""
    status, text = page.evaluate(_ASK, [method, path, body])
    assert status < 400, text
    return json.loads(text)


def given(page: Page, dataset: str, **more: Any) -> int:
    """A project over the whole archive whose first case is given to whoever is signed in; the marking."""
    told = {"name": f"{dataset} project {next(_numbers)}", "dataset": dataset, "training_needed": False}
    told |= {"first_pass": False, "opinions": 0} | more
    made = ask(page, "POST", "/api/annotation/projects", told)
    person = ask(page, "GET", "/api/session")["person"]["id"]
    ask(page, "POST", f"/api/annotation/projects/{made['project']}/assign", {"people": [person]})
    items = ask(page, "GET", "/api/annotation/worklist")["items"]
    return int(next(row["marking"] for row in items if row["project"] == made["project"]))


@dataclass(frozen=True)
class Bench:
    """A served workspace, and what the browser of its single user keeps once it was let in."""

    workbench: Workbench
    kept: Any

    def page(self, new_page: Callable[..., Page], **options: Any) -> Page:
        """A page that is signed in."""
        page = new_page(storage_state=self.kept, **options)
        page.goto(self.workbench.address)
        page.locator("#page h1").wait_for()
        return page


@contextmanager
def bench(folder: Path, browser: Browser) -> Iterator[Bench]:
    """Serve a workspace to its single user, for as many pages as a file of tests wants."""
    with served(folder) as workbench:
        context = browser.new_context()
        page = context.new_page()
        page.goto(workbench.entry_url)
        page.locator("#page h1").wait_for()
        kept = context.storage_state()
        context.close()
        yield Bench(workbench, kept)


def handed_in(page: Page, marking: int) -> dict[str, Any]:
    """Hand a case in by its keys; what the server holds of it afterwards."""
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "async (path) => (await (await fetch(path)).json()).state === 'submitted'",
        arg=f"/api/annotation/markings/{marking}",
    )
    told: dict[str, Any] = ask(page, "GET", f"/api/annotation/markings/{marking}")
    return told


class Canvas:
    """The image of a case on a page.

    Args:
        page: where it is.
        size: rows and columns of the image; its pixels are square, and it is fitted into the pane.
    """

    def __init__(self, page: Page, size: tuple[int, int]) -> None:
        self.page = page
        self.rows, self.columns = size

    def at(self, place: Place) -> Place:
        """Where a point of the image is on the screen."""
        box = self.page.locator("[data-ink='0']").bounding_box()
        assert box
        scale = min(box["width"] / self.columns, box["height"] / self.rows)
        x = box["x"] + box["width"] / 2 + (place[0] - self.columns / 2) * scale
        y = box["y"] + box["height"] / 2 + (place[1] - self.rows / 2) * scale
        return x, y

    def drag(self, *places: Place, steps: int = 6) -> None:
        """Press at the first place, go by the others, release at the last."""
        self.page.mouse.move(*self.at(places[0]))
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*self.at(place), steps=steps)
        self.page.mouse.up()

    def click(self, *places: Place) -> None:
        """Click at each place."""
        for place in places:
            self.page.mouse.click(*self.at(place))


def open_case(page: Page, workbench: Workbench, marking: int) -> None:
    """Open a case, and wait until its first image is on the screen."""
    page.goto(f"{workbench.address}/annotate/case/{marking}")
    page.locator("[data-ink='0']").wait_for()
    page.locator("text=/^C .+ W /").first.wait_for(timeout=60_000)


def saved(page: Page) -> None:
    """Wait until the word says that all is saved."""
    page.locator("[data-state='saved']").wait_for()


def lesions(page: Page, marking: int) -> list[dict[str, Any]]:
    """What the server holds."""
    return ask(page, "GET", f"/api/annotation/markings/{marking}")["lesions"]


def within(found: Sequence[float], wished: Sequence[float], pixels: float = 1.0) -> bool:
    """Whether numbers lie within a pixel of others."""
    return len(found) == len(wished) and all(
        math.fabs(one - other) <= pixels for one, other in zip(found, wished, strict=True)
    )
