"""A data manager brings a folder in, reads the protocol, watches it, and reviews what was held back."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hilum.archive import create_workspace, open_archive
from hilum.archive.release_package import check_package
from serving.phantom_films import film_folder

WIDE = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    return film_folder(tmp_path_factory.mktemp("disc"))


@pytest.fixture
def manager(tmp_path, workbench, new_page) -> Page:
    """The page of the single user of a workspace in which a person looks at every picture with writing."""
    made = create_workspace(tmp_path / "clinic")
    (made.root / "protocol.toml").write_text("pixels = false\n", encoding="utf-8")
    page = new_page(viewport=WIDE)
    page.workspace = made
    page.bench = workbench(made.root)
    page.goto(page.bench.entry_url)
    page.locator("#page h1").wait_for()
    return page


def bring_in(page: Page, films) -> None:
    """Up to the end of the job that brings the folder in."""
    page.goto(page.bench.address + "/archive/import")
    page.get_by_role("button", name="I have read this protocol").click()
    page.locator('input[type="file"]').set_input_files([str(path) for path in sorted(films.rglob("*.*"))])
    expect(page.get_by_text("Bringing images in: done.")).to_be_visible(timeout=90_000)


def until_shown(page: Page) -> None:
    """Wait until every thumbnail has its picture; the page's policy allows no `wait_for_function`."""
    for _ in range(100):
        if page.evaluate(
            "[...document.querySelectorAll('[role=grid] img')].every((one) => one.naturalWidth)"
        ):
            return
        page.wait_for_timeout(100)
    raise AssertionError("a thumbnail did not come")


def test_from_folder_to_a_reviewed_picture_and_a_release(manager, films, axe, tmp_path):
    page = manager
    page.goto(page.bench.address + "/archive/import")
    expect(page.get_by_role("heading", name="What is done to every image")).to_be_visible()
    assert axe(page) == []
    bring_in(page, films)
    expect(page.get_by_text("4 archived + 2 in quarantine + 0 already there = 6 files")).to_be_visible()
    assert axe(page) == []

    page.get_by_role("link", name="See what the archive holds").click()
    table = page.get_by_role("table", name="Statistics by modality")
    expect(table.get_by_role("row").nth(1)).to_contain_text("B")
    assert axe(page) == []

    page.get_by_role("tab", name="Images", exact=True).click()
    grid = page.get_by_role("grid", name="Images")
    expect(grid.locator('[role="row"]')).to_have_count(5)  # headings and four series
    expect(grid.locator("img").first).to_be_visible()
    until_shown(page)
    assert axe(page) == []

    page.get_by_role("tab", name="Quarantine").click()
    page.get_by_role("grid", name="Files in quarantine").get_by_role(
        "gridcell", name="Writing in the picture"
    ).click()
    drawing = page.locator("svg[aria-label='Places to blank']")
    drawing.wait_for()
    before = page.get_by_role("list").filter(has_text="Place 1").locator("li").count()
    assert before >= 1
    frame = drawing.bounding_box()
    # By mouse, in the lower right corner.
    page.mouse.move(frame["x"] + frame["width"] * 0.6, frame["y"] + frame["height"] * 0.6)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] * 0.8, frame["y"] + frame["height"] * 0.7, steps=4)
    page.mouse.up()
    place = page.get_by_role("button", name=f"Place {before + 1}:")
    expect(place).to_be_visible()
    told = place.get_attribute("aria-label")
    place.focus()
    page.keyboard.press("ArrowRight")
    assert place.get_attribute("aria-label") != told
    assert axe(page) == []

    page.get_by_role("button", name="Archive with these places blanked").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("blanked for ever")
    dialog.get_by_role("button", name="Archive with these places blanked").click()
    expect(page.get_by_role("grid", name="Files in quarantine")).not_to_contain_text("Writing in the picture")
    archive = open_archive(page.workspace)
    assert len(archive.images()) == 5
    assert [entry.reason for entry in archive.quarantine()] == ["not DICOM"]

    reject_by_keyboard(page, axe)
    assert [entry.status for entry in archive.quarantine()] == ["rejected"]
    folder = released(page, axe, tmp_path)
    assert check_package(folder) == []
    assert len(list((folder / "images").rglob("*.dcm"))) == 5


def reject_by_keyboard(page: Page, axe) -> None:
    """Choose what is left with the space bar, and decide on all of it."""
    page.get_by_role("grid", name="Files in quarantine").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox")).to_be_checked()
    assert axe(page) == []
    page.get_by_role("button", name="Look at it and decide").click()
    page.get_by_role("button", name="Reject 1").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Their bytes and pictures are deleted here")
    dialog.get_by_label("Why").fill("a note, no image")
    assert axe(page) == []
    dialog.get_by_role("button", name="Reject 1").click()
    expect(page.get_by_text("1 settled.")).to_be_visible()


def released(page: Page, axe, into) -> Path:
    """Release all of the archive to a recipient, and fetch it; the folder in the zip file."""
    page.get_by_role("tab", name="Release and copy").click()
    page.get_by_role("button", name="Release to a recipient").click()
    terms = {"Recipient": "Busan AI Centre", "Purpose": "nodules", "Approval number": "IRB 2026-014"}
    for name, text in {**terms, "Committee that approved it": "Data Review Board"}.items():
        page.get_by_role("textbox", name=name).fill(text)
    page.get_by_label("Last day of the approval").fill("2020-01-01")
    page.get_by_role("button", name="See what would leave").click()
    expect(page.get_by_role("alert")).to_contain_text("expired")
    page.get_by_label("Last day of the approval").fill("2090-12-31")
    page.get_by_role("button", name="See what would leave").click()
    page.get_by_role("button", name="Make the release").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("5 images of 5 patients")
    assert axe(page) == []
    dialog.get_by_role("button", name="Make the release").click()
    fetch = page.get_by_role("link", name="Fetch as a zip file")
    expect(fetch).to_be_visible(timeout=60_000)
    expect(page.get_by_role("row").filter(has_text="Busan AI Centre")).to_contain_text("days left")
    assert axe(page) == []
    with page.expect_download() as download:
        fetch.click()
    assert download.value.suggested_filename == "release-1.zip"
    with zipfile.ZipFile(download.value.path()) as packed:
        packed.extractall(into / "fetched")
    return into / "fetched" / "release-1"


def test_the_server_is_killed_while_a_folder_comes_in(manager, films, tmp_path):
    page = manager
    page.goto(page.bench.address + "/archive/import")
    page.get_by_role("button", name="I have read this protocol").click()
    page.locator('input[type="file"]').set_input_files([str(path) for path in sorted(films.rglob("*.*"))])
    expect(page.get_by_role("button", name="Stop")).to_be_visible(timeout=60_000)
    page.bench.kill()
    page.bench.start()
    # The same page, without being loaded again, where the cookie still holds.
    expect(page.get_by_text("Bringing images in: done.")).to_be_visible(timeout=120_000)
    assert len(open_archive(page.workspace).images()) == 4


def test_everything_is_said_in_korean_too(manager, films):
    page = manager
    page.evaluate("localStorage.setItem('hilum-language', 'ko')")
    page.goto(page.bench.address + "/archive")
    expect(page.get_by_role("heading", name="영상 저장소", exact=True)).to_be_visible()
    for tab in ("영상", "점검", "영상 가져오기", "격리 영상", "PACS", "반출·복사"):
        page.get_by_role("tab", name=tab, exact=True).click()
        expect(page.get_by_role("tabpanel")).to_be_visible()
