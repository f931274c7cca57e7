"""Every page of the workbench, and what stands on it."""

import re

from playwright.sync_api import Page, expect

from web.workbenches import WEB

_ENTRY = re.compile(r'\bpath: "([^"]+)"')
_TEXTS = """() => {
  const seen = [];
  const isShown = (element) => element.checkVisibility({ opacityProperty: false, visibilityProperty: true });
  const isEnglish = (element) => element.closest("[lang]").matches("body [lang=en]");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (element.closest("script, style, kbd, code, pre") || !isShown(element) || isEnglish(element)) continue;
    seen.push(walker.currentNode.textContent.trim());
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]")) {
    if (!isShown(element) || isEnglish(element)) continue;
    for (const name of ["aria-label", "title", "placeholder", "alt"])
      if (element.hasAttribute(name)) seen.push(element.getAttribute(name).trim());
  }
  return seen.filter(Boolean).concat(document.title);
}"""


def addresses() -> list[str]:
    """The pages that need nothing in their address."""
    listed = _ENTRY.findall((WEB / "src" / "pages.ts").read_text(encoding="utf-8"))
    sections = [f"/settings/{name}" for name in ("display", "account", "people", "tokens", "record")]
    return sorted({path for path in listed if ":" not in path and "*" not in path} | set(sections))


def open_page(page: Page, address: str) -> None:
    """Open a page by its address, and wait until it stands still."""
    page.goto(address)
    page.locator("#page h1, #page [role=application], #page canvas").first.wait_for()
    settle(page)


def settle(page: Page) -> None:
    """Wait until nothing is asked of the server any more and nothing is on its way in."""
    page.wait_for_load_state("networkidle")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def texts(page: Page) -> list[str]:
    """What is read or heard on a page; sentences that the server wrote are marked as English and left out."""
    found: list[str] = page.evaluate(_TEXTS)
    return found


def choose(page: Page, language: str | None = None, theme: str | None = None) -> None:
    """Choose as the switches do, for the pages that are opened from now on."""
    for name, value in (("hilum-language", language), ("hilum-theme", theme)):
        if value:
            page.evaluate("([name, value]) => localStorage.setItem(name, value)", [name, value])
