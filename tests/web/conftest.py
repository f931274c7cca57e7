"""A browser and served workbenches for the tests of the pages."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from web import workbenches
from web.workbenches import Workbench


@pytest.fixture(scope="session")
def pages_built(page_sources: None) -> None:
    """The pages, built from the sources as they are now."""
    workbenches.build_pages()


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """Debian's Chromium, without a window.

    It is closed before tests of other folders follow: Playwright leaves its event loop running meanwhile, and
    theirs could not start.
    """
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(workbenches.CHROMIUM_FLAGS))
        yield started
        started.close()


@pytest.fixture
def workbench(tmp_path, pages_built) -> Iterator[Callable[..., Workbench]]:
    """Serves workspaces: `workbench()`, `workbench(folder)`, `workbench(accounts={"kim": ("viewer",)})`."""
    with ExitStack() as stack:
        count = iter(range(100))

        def serve(folder=None, **more: Any) -> Workbench:
            place = folder or tmp_path / f"workspace-{next(count)}"
            return stack.enter_context(workbenches.served(place, **more))

        yield serve


@pytest.fixture
def new_page(browser) -> Iterator[Callable[..., Page]]:
    """Pages of browsers that know nothing yet; options are Playwright's for a new context."""
    contexts = []

    def opened(**options: Any) -> Page:
        context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", **options}
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="package")
def alone(tmp_path_factory, pages_built, browser) -> Iterator[tuple[Workbench, Any]]:
    """An empty workspace served to a single user, and what the browser keeps once it was let in."""
    with workbenches.served(tmp_path_factory.mktemp("alone") / "workspace") as served:
        context = browser.new_context()
        page = context.new_page()
        page.goto(served.entry_url)
        page.locator("#page h1").wait_for()
        kept = context.storage_state()
        context.close()
        yield served, kept


@pytest.fixture
def entered(alone, new_page) -> Page:
    """A page of the single user of an empty workspace, signed in; tests leave nothing behind there."""
    served, kept = alone
    page = new_page(storage_state=kept)
    page.goto(served.address)
    page.locator("#page h1").wait_for()
    return page


@pytest.fixture
def axe() -> Callable[[Page], list[dict[str, Any]]]:
    """What axe finds serious or critical on a page: `assert axe(page) == []`."""
    return workbenches.axe
