"""A list of 100,000 lines: only what is seen exists, more comes while one scrolls, and nothing stalls."""

import time

from playwright.sync_api import expect
from sqlalchemy import create_engine, insert

from hilum.serving.audit import LINES

LINES_IN_ALL = 100_000
_GAPS = """async () => {
  const list = document.querySelector('[role=grid]');
  const gaps = [];
  let before = performance.now();
  for (let step = 0; step < 120; step += 1) {
    list.scrollTop += 600;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    gaps.push(now - before);
    before = now;
  }
  return gaps.sort((a, b) => a - b);
}"""


def _fill(folder) -> None:
    engine = create_engine(f"sqlite:///{folder / 'serve' / 'workbench.sqlite'}")
    line = {
        "at": "2026-01-01T00:00:00+00:00",
        "person": None,
        "what": "case_seen",
        "detail": "{}",
        "seal": "0" * 64,
    }
    names = {column.name for column in LINES.columns}
    with engine.begin() as connection:
        rows = [
            {
                name: value
                for name, value in {**line, "number": n, "concerning": f"case {n:06d}"}.items()
                if name in names
            }
            for n in range(10, LINES_IN_ALL)
        ]
        connection.execute(insert(LINES), rows)
    engine.dispose()


def test_a_hundred_thousand_lines_page_without_lag(workbench, new_page):
    served = workbench()
    page = new_page()
    page.goto(served.entry_url)
    page.locator("#page h1").wait_for()
    _fill(served.workspace)
    began = time.monotonic()
    page.goto(served.address + "/settings/record")
    expect(page.get_by_role("row", name="case 099999")).to_be_visible()
    assert time.monotonic() - began < 3
    gaps = page.evaluate(_GAPS)
    assert gaps[len(gaps) // 2] < 50
    assert gaps[int(len(gaps) * 0.95)] < 150
    assert page.get_by_role("row").count() < 100
    page.get_by_role("grid").focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    active = page.locator("[data-active]")
    expect(active).to_be_visible()
    page.get_by_role("searchbox").press_sequentially("case 099500")
    expect(page.get_by_role("row", name="case 099500")).to_be_visible()
