"""What holds for every page that is listed, also for one that is added tomorrow."""

import re

import pytest

from web.walking import addresses, choose, open_page, texts

# Names, formats and units, which are the same in both languages; and the other language's own name.
SAME_IN_BOTH = re.compile(
    r"hilum|DICOM|DICOMweb|PACS|CSV|TOML|JSON|PDF|CT|MR|PET|AUROC|COCO|NIfTI|SEG|SR|ZIP|English|Excel|[\d.,:;()·×%+-]+"
)


@pytest.fixture
def opened(alone, entered):
    """A workbench of one person and a page in it."""
    return alone[0], entered


def _latin(text: str) -> bool:
    words = re.findall(r"[A-Za-z][A-Za-z'-]{2,}", text)
    return any(not SAME_IN_BOTH.fullmatch(word) for word in words)


def test_in_korean_no_word_of_the_english_screens_is_left(opened):
    served, page = opened
    english: set[str] = set()
    for path in addresses():
        open_page(page, served.address + path)
        english |= {text for text in texts(page) if _latin(text)}
    assert len(english) > 40
    choose(page, language="ko")
    left = {}
    for path in addresses():
        open_page(page, served.address + path)
        assert page.evaluate("document.documentElement.lang") == "ko"
        shown = texts(page)
        assert any(re.search("[가-힣]", text) for text in shown)
        if found := [
            text for text in shown if text in english or (_latin(text) and not re.search("[가-힣]", text))
        ]:
            left[path] = found
    assert left == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(opened, axe, theme):
    served, page = opened
    choose(page, theme=theme)
    found = {}
    for path in addresses():
        open_page(page, served.address + path)
        if violations := axe(page):
            found[path] = violations
    assert found == {}


@pytest.mark.parametrize(("width", "zoom"), [(390, 1), (1280, 1), (1920, 1), (1280, 2)])
def test_nothing_lies_beyond_the_right_edge(opened, width, zoom):
    served, page = opened
    page.set_viewport_size({"width": width, "height": 900})
    too_wide = {}
    for path in addresses():
        open_page(page, served.address + path)
        # Text at 200 %: every size of the pages follows that of the root.
        page.evaluate("(zoom) => { document.documentElement.style.fontSize = `${zoom * 100}%`; }", zoom)
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if beyond > 0:
            too_wide[path] = beyond
    assert too_wide == {}


def test_no_page_breaks_a_rule_of_the_content_policy_or_fails(opened):
    served, page = opened
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in addresses():
        open_page(page, served.address + path)
    assert said == []
    assert [url for url in asked if not url.startswith((served.address, "blob:", "data:"))] == []
