"""The first view: small, quick, and everything in it within reach of the keys."""

import gzip
import re

from playwright.sync_api import expect

from web.workbenches import PAGES

KILOBYTES = 120  # the agreed limit is 300
SECONDS = 1.0


def _first_scripts(pages) -> list[str]:
    named = re.findall(
        r'(?:src|href)="(/assets/[^"]+\.js)"', (pages / "index.html").read_text(encoding="utf-8")
    )
    reached, todo = set(named), list(named)
    while todo:
        text = (pages / todo.pop().lstrip("/")).read_text(encoding="utf-8")
        # Static imports of a chunk are loaded with it; those in import(...) wait until they are needed.
        for name in re.findall(r'(?:from|import)\s*"\./([^"]+\.js)"', text):
            if (path := f"/assets/{name}") not in reached:
                reached.add(path)
                todo.append(path)
    return sorted(reached)


def test_the_scripts_of_the_first_view_are_small(pages_built):
    scripts = _first_scripts(PAGES)
    assert scripts
    packed = sum(len(gzip.compress((PAGES / one.lstrip("/")).read_bytes(), 9)) for one in scripts)
    assert packed / 1000 < KILOBYTES


def test_the_first_view_answers_within_a_second(entered):
    quickest = 99.0
    for _ in range(4):
        entered.reload()
        entered.locator("nav a").first.wait_for()
        entered.locator("#page h1").wait_for()
        quickest = min(quickest, entered.evaluate("performance.now()") / 1000)
    assert quickest < SECONDS


def test_no_viewer_is_loaded_before_it_is_needed(entered):
    entered.reload()
    entered.locator("#page h1").wait_for()
    loaded = entered.evaluate("performance.getEntriesByType('resource').map((one) => one.transferSize)")
    assert sum(loaded) < 400_000


def test_the_single_user_enters_with_the_printed_address_once(workbench, new_page):
    served = workbench()
    page = new_page()
    page.goto(served.entry_url)
    expect(page.locator("#page h1")).to_be_visible()
    assert "token" not in page.url
    stranger = new_page()
    stranger.goto(served.entry_url)
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("has been used")
    stranger.goto(served.address + "/settings")
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("address from the terminal")


def test_the_keys_lead_everywhere_and_are_listed(entered):
    entered.keyboard.press("g")
    entered.keyboard.press("e")
    entered.wait_for_url("**/settings")
    entered.keyboard.press("g")
    entered.keyboard.press("h")
    expect(entered).to_have_url(re.compile(r"/$"))
    entered.keyboard.press("?")
    listed = entered.get_by_role("dialog")
    expect(listed).to_contain_text("Go to Settings")
    entered.keyboard.press("Escape")
    expect(listed).to_have_count(0)


def test_the_first_stop_of_the_tab_key_skips_to_the_page(entered):
    entered.reload()
    entered.locator("#page h1").wait_for()
    entered.keyboard.press("Tab")
    expect(entered.locator(":focus")).to_have_text("Skip to the page")
    entered.keyboard.press("Enter")
    assert entered.evaluate("document.activeElement.id") == "page"


def test_every_control_can_be_reached_and_is_seen_to_have_the_focus(entered):
    entered.goto(entered.url.rstrip("/") + "/settings/tokens")
    entered.locator("#page h1").wait_for()
    wanted = entered.evaluate(
        "[...document.querySelectorAll('a[href], button:not(:disabled), input, select')]"
        ".filter((one) => one.tabIndex >= 0 && one.checkVisibility()).length"
    )
    reached = set()
    for _ in range(wanted + 3):
        entered.keyboard.press("Tab")
        text, outline = entered.evaluate(
            "(() => { const one = document.activeElement; const style = getComputedStyle(one);"
            " return [one.outerHTML.slice(0, 200), style.outlineStyle + style.outlineWidth]; })()"
        )
        if not text.startswith("<body"):
            assert outline not in ("none0px", "none3px"), text
            reached.add(text)
    assert len(reached) >= wanted


def test_the_language_is_switched_at_once_and_kept(entered):
    entered.get_by_role("button", name="한국어").click()
    expect(entered.locator("nav")).to_contain_text("설정")
    entered.reload()
    expect(entered.locator("nav")).to_contain_text("설정")
    entered.get_by_role("button", name="English").click()
    expect(entered.locator("nav")).to_contain_text("Settings")


def test_the_keys_work_while_korean_is_typed(entered):
    # A Korean input method gives its own letter for the key; the place of the key counts.
    for letter, code in (("ㅎ", "KeyG"), ("ㄷ", "KeyE")):
        entered.evaluate(
            "([key, code]) => document.body.dispatchEvent(new KeyboardEvent('keydown',"
            " { key, code, bubbles: true, cancelable: true }))",
            [letter, code],
        )
    expect(entered).to_have_url(re.compile(r"/settings$"))
    assert entered.locator("#page h1").inner_text()


def test_the_theme_is_chosen_and_kept(entered):
    entered.goto(entered.url.rstrip("/") + "/settings")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = entered.evaluate(ground)
    entered.get_by_label("Theme").select_option("dark")
    dark = entered.evaluate(ground)
    assert light != dark
    entered.reload()
    entered.locator("#page h1").wait_for()
    assert entered.evaluate(ground) == dark


def test_an_address_without_a_page_says_so(entered):
    entered.goto(entered.url.rstrip("/") + "/nowhere")
    expect(entered.get_by_role("heading", level=1)).to_contain_text("nothing at this address")
