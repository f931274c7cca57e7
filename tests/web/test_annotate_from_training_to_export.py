"""From a project made in the dialog to training with its result, proposals, filled slices, and masks."""

import io
import json
import zipfile

import numpy as np
import pytest
from pydicom import dcmread

from hilum.annotation.rasterising import rasterise
from hilum.annotation.shapes import Polygon
from hilum.archive import Workspace, open_archive
from web.drawing import Canvas, ask, bench, given, handed_in, lesions, open_case, saved
from web.shared_workspaces import FILM, SLICE, film_and_ct

_STROKE = """([x, y, points]) => {
  const ink = document.querySelector('[data-ink="0"]');
  const event = (name, x, y) => new PointerEvent(name, {
    clientX: x, clientY: y, button: 0, buttons: 1, pointerId: 1, bubbles: true, isPrimary: true});
  ink.setPointerCapture = () => undefined;
  ink.dispatchEvent(event('pointerdown', x, y));
  return new Promise((done) => {
    const times = [];
    const step = () => {
      if (times.length === points) {
        ink.dispatchEvent(event('pointerup', x, y));
        done(times);
        return;
      }
      const turn = (times.length / points) * 2 * Math.PI;
      const began = performance.now();
      ink.dispatchEvent(event('pointermove', x + 120 * Math.cos(turn), y + 120 * Math.sin(turn)));
      const moved = performance.now() - began;
      // The page asked for the next frame first, so that what it draws is drawn when this is called.
      requestAnimationFrame((frame) => {
        times.push(moved + performance.now() - frame);
        step();
      });
    };
    step();
  });
}"""


@pytest.fixture(scope="module")
def served_to_all(tmp_path_factory, pages_built, browser):
    """One server for the whole file; each test has a project of its own."""
    with bench(film_and_ct(tmp_path_factory, tmp_path_factory.mktemp("w") / "workspace"), browser) as told:
        yield told


@pytest.fixture
def at_work(served_to_all, new_page):
    return served_to_all.workbench, served_to_all.page(new_page)


def _numbered(page) -> int:
    return max(row["marking"] for row in ask(page, "GET", "/api/annotation/worklist?state=open")["items"])


def test_a_project_made_in_the_dialog_becomes_a_course_that_is_passed(at_work, axe):
    served, page = at_work
    page.goto(f"{served.address}/annotate/projects")
    page.get_by_role("button", name="New project").click()
    dialog = page.locator("dialog")
    dialog.get_by_label("Name").fill("films to learn with")
    dialog.get_by_label("Data").select_option("XRY")
    assert axe(page) == []
    dialog.get_by_role("button", name="Make the project").click()
    page.get_by_text("films to learn with").first.click()
    page.get_by_role("button", name="Assign cases").click()
    page.get_by_text("1 assigned.").wait_for()
    marking = _numbered(page)
    open_case(page, served, marking)
    page.keyboard.press("b")
    Canvas(page, FILM).drag((60, 80), (140, 200))
    saved(page)
    handed_in(page, marking)

    page.goto(f"{served.address}/annotate/projects")
    page.get_by_text("films to learn with").first.click()
    page.get_by_role("button", name="For training").click()
    page.locator("dialog").get_by_role("combobox").select_option("basic")
    page.wait_for_function(
        "async () => (await (await fetch('/api/annotation/training')).json()).courses.length === 1"
    )
    assert axe(page) == []
    for corners, result in ((((200, 300), (250, 380)), "not passed"), (((62, 82), (138, 198)), "passed")):
        page.goto(f"{served.address}/annotate/training")
        page.get_by_role("button", name="Begin").click()
        page.locator("text=/^C .+ W /").first.wait_for()
        assert page.get_by_text("No category yet").count() == 0
        page.keyboard.press("b")
        Canvas(page, FILM).drag(*corners)
        saved(page)
        page.keyboard.press("n")
        page.keyboard.press("Enter")
        told = page.locator("dialog", has_text="Your result")
        assert told.locator("strong").inner_text() == result
        assert "passing mark 0.90" in told.inner_text()
    told.get_by_role("button", name="Training").click()
    page.get_by_role("row", name="basic").filter(has_text="1.00").filter(has_text="passed").wait_for()


def test_what_cannot_be_handed_in_is_listed_with_its_place(at_work):
    served, page = at_work
    marking = given(page, "XRY", name="with defects")
    open_case(page, served, marking)
    page.keyboard.press("l")
    Canvas(page, FILM).drag((60, 80), (140, 200))
    saved(page)
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    told = page.locator("dialog").get_by_role("alert")
    told.get_by_role("listitem").first.wait_for()
    wished = ask(page, "GET", f"/api/annotation/markings/{marking}/check")["defects"]
    assert told.get_by_role("listitem").count() == len(wished) > 0
    assert wished[0]["sentence"] in told.inner_text()
    told.get_by_role("button", name="show").first.click()
    page.locator("dialog").wait_for(state="detached")
    assert ask(page, "GET", f"/api/annotation/markings/{marking}")["state"] == "open"


def test_slices_are_filled_between_and_leave_as_masks(at_work):
    served, page = at_work
    marking = given(page, "CCT", name="filled between")
    open_case(page, served, marking)
    canvas = Canvas(page, SLICE)
    corners = ((100, 100), (160, 100), (160, 150), (100, 150))
    page.keyboard.press("p")
    canvas.click(*corners)
    page.keyboard.press("Enter")
    saved(page)
    page.keyboard.press("y")
    page.get_by_text("those between are filled").wait_for()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("p")
    canvas.click(*corners)
    page.keyboard.press("Enter")
    page.keyboard.press("y")
    page.get_by_text("5 images").wait_for()
    saved(page)
    (lesion,) = lesions(page, marking)
    assert sorted(lesion["shapes"]) == ["0", "1", "2", "3", "4"]
    handed_in(page, marking)

    (made,) = (
        row
        for row in ask(page, "GET", "/api/annotation/projects?limit=200")["items"]
        if row["name"] == "filled between"
    )
    answer = page.request.get(
        f"{served.address}/api/annotation/projects/{made['project']}/export?form=guideline"
    )
    with zipfile.ZipFile(io.BytesIO(answer.body())) as archive:
        masks = [dcmread(io.BytesIO(archive.read(name))) for name in archive.namelist() if "_binary" in name]
        told = [json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")]
    assert len(masks) == 5
    assert sum(len(one["annotations"]) for one in told) == 5
    wished = rasterise(Polygon((corners,)), *SLICE)
    for mask in masks:
        found = mask.pixel_array > 0
        assert np.count_nonzero(found ^ wished) < 0.06 * np.count_nonzero(wished)


def test_proposals_are_accepted_and_declined_by_keys(at_work):
    served, page = at_work
    marking = given(page, "XRY", name="with proposals")
    archive = open_archive(Workspace(served.workspace))
    images = archive.images()
    archive.engine.dispose()
    film = images[images["modality"] == "DX"]["image"].iloc[0]
    (made,) = (
        row
        for row in ask(page, "GET", "/api/annotation/projects?limit=200")["items"]
        if row["name"] == "with proposals"
    )
    boxes = [{"kind": "box", "x1": x, "y1": 50, "x2": x + 60, "y2": 120} for x in (40, 180)]
    told = [{"image": film, "category": 1, "score": 0.83, "shape": one} for one in boxes]
    path = f"/api/annotation/projects/{made['project']}/proposals"
    ask(page, "POST", path, {"source": "nodule finder", "lesions": told})
    open_case(page, served, marking)
    page.get_by_text("proposed by nodule finder, score 0.83").first.wait_for()
    page.get_by_role("button", name="Lesion 1").click()
    page.keyboard.press("j")
    page.get_by_role("button", name="Lesion 2").click()
    page.keyboard.press("k")
    saved(page)
    page.reload()
    page.get_by_text("· accepted").wait_for()
    page.get_by_text("· declined").wait_for()
    states = [one["proposal"]["state"] for one in lesions(page, marking)]
    assert states == ["accepted", "declined"]
    assert len(handed_in(page, marking)["lesions"]) == 2


def test_a_change_in_another_window_is_told_and_the_one_made_here_stands(at_work, served_to_all, new_page):
    served, page = at_work
    marking = given(page, "XRY", name="two windows")
    open_case(page, served, marking)
    canvas = Canvas(page, FILM)
    page.keyboard.press("b")
    canvas.drag((60, 80), (140, 200))
    saved(page)
    other = served_to_all.page(new_page)
    open_case(other, served, marking)
    for window, corner in ((other, (180, 240)), (page, (160, 220))):
        window.keyboard.press("t")
        Canvas(window, FILM).drag((140, 200), corner)
        saved(window)
    page.get_by_text("was changed in another window").wait_for()
    assert other.get_by_text("was changed in another window").count() == 0
    (lesion,) = lesions(page, marking)
    assert abs(lesion["shapes"]["0"]["x2"] - 160) <= 1


def test_a_stroke_of_five_hundred_points_is_drawn_within_a_frame(at_work):
    served, page = at_work
    marking = given(page, "CCT", name="ink")
    open_case(page, served, marking)
    page.keyboard.press("p")
    x, y = Canvas(page, SLICE).at((128, 128))
    times = page.evaluate(_STROKE, [x, y, 500])
    saved(page)
    (lesion,) = lesions(page, marking)
    assert lesion["shapes"]["0"]["kind"] == "freehand"
    assert len(times) == 500
    assert sorted(times)[250] < 16, sorted(times)[::50]
