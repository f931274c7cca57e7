"""Boxes and polygons drawn by mouse are kept as drawn, through refreshes and crashes of the server."""

import io
import json
import time
import zipfile

import numpy as np
import pytest
from pydicom import dcmread

from hilum.annotation.rasterising import bounds_of, rasterise
from hilum.annotation.shapes import Box, Polygon, shape_from_dict
from web.drawing import Canvas, ask, bench, given, handed_in, lesions, open_case, saved, within
from web.shared_workspaces import FILM, SLICE, film_and_ct


@pytest.fixture(scope="module")
def served_to_all(tmp_path_factory, pages_built, browser):
    """One server for the whole file; each test has a project of its own."""
    with bench(film_and_ct(tmp_path_factory, tmp_path_factory.mktemp("w") / "workspace"), browser) as told:
        yield told


@pytest.fixture
def at_work(served_to_all, new_page):
    return served_to_all.workbench, served_to_all.page(new_page)


def test_a_box_on_a_film_is_merged_and_cut_within_a_pixel(at_work):
    served, page = at_work
    marking = given(page, "XRY")
    open_case(page, served, marking)
    canvas = Canvas(page, FILM)
    page.keyboard.press("b")
    canvas.drag((70, 120), (130, 200))
    page.keyboard.press("+")
    canvas.drag((120, 180), (160, 230))
    page.keyboard.press("-")
    canvas.drag((60, 210), (170, 240))
    saved(page)
    (lesion,) = lesions(page, marking)
    box = shape_from_dict(lesion["shapes"]["0"])
    assert isinstance(box, Box)
    assert within(box.bounds, (70, 120, 160, 210))
    assert lesion["category"] == 1

    page.keyboard.press("z")
    page.keyboard.press("z")
    page.keyboard.press("Shift+Z")
    saved(page)
    (again,) = lesions(page, marking)
    assert within(shape_from_dict(again["shapes"]["0"]).bounds, (70, 120, 160, 230))


def test_a_polygon_on_ct_is_merged_cut_filled_between_and_read_back(at_work):
    served, page = at_work
    marking = given(page, "CCT")
    open_case(page, served, marking)
    canvas = Canvas(page, SLICE)
    corners = [(60, 60), (140, 70), (130, 150), (70, 140)]
    page.keyboard.press("p")
    canvas.click(*corners)
    page.keyboard.press("Enter")
    saved(page)
    (lesion,) = lesions(page, marking)
    drawn = shape_from_dict(lesion["shapes"]["0"])
    assert isinstance(drawn, Polygon)
    assert within(
        [part for point in drawn.rings[0] for part in point], [part for corner in corners for part in corner]
    )

    page.keyboard.press("+")
    canvas.drag((120, 100), (180, 100), (180, 140), (120, 140), (120, 101), steps=12)
    page.keyboard.press("-")
    canvas.drag((60, 60), (90, 60), (90, 90), (60, 90), (60, 61), steps=12)
    page.keyboard.press("-")
    saved(page)
    (lesion,) = lesions(page, marking)
    found = rasterise(shape_from_dict(lesion["shapes"]["0"]), *SLICE)
    whole = rasterise(Polygon((tuple(corners),)), *SLICE) | rasterise(Box(120, 100, 180, 140), *SLICE)
    wished = whole & ~rasterise(Box(60, 60, 90, 90), *SLICE)
    # A pixel of difference along the outline at most.
    assert np.count_nonzero(found ^ wished) < 0.06 * np.count_nonzero(wished)
    assert within(bounds_of(found), bounds_of(wished))

    for _ in range(3):
        page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    saved(page)
    page.reload()
    page.locator("text=/4 images/").wait_for()
    assert sorted(lesions(page, marking)[0]["shapes"]) == ["0", "1", "2", "3"]


def test_brush_eraser_and_category_go_by_keys(at_work):
    served, page = at_work
    marking = given(page, "CCT")
    open_case(page, served, marking)
    canvas = Canvas(page, SLICE)
    page.keyboard.press("4")
    page.keyboard.press("f")
    canvas.drag((100, 100), (140, 100))
    page.keyboard.press("e")
    canvas.drag((120, 80), (120, 120))
    page.keyboard.press("2")
    saved(page)
    (lesion,) = lesions(page, marking)
    assert lesion["category"] == 2
    pixels = rasterise(shape_from_dict(lesion["shapes"]["0"]), *SLICE)
    assert pixels[100, 100]
    assert pixels[100, 140]
    assert not pixels[100, 120]


def test_refresh_and_a_killed_server_lose_no_stroke(tmp_path_factory, tmp_path, workbench, new_page):
    served = workbench(film_and_ct(tmp_path_factory, tmp_path / "workspace"))
    page = new_page()
    page.goto(served.entry_url)
    page.locator("#page h1").wait_for()
    marking = given(page, "XRY")
    open_case(page, served, marking)
    canvas = Canvas(page, FILM)
    page.keyboard.press("b")
    canvas.drag((40, 60), (90, 110))
    saved(page)
    served.kill()
    page.keyboard.press("Escape")
    for place in range(3):
        page.locator("[data-tool=box]").focus()
        canvas.drag((150, 60 + 60 * place), (200, 100 + 60 * place))
        time.sleep(0.1)
    page.locator("[data-state='offline']").wait_for()
    served.start()
    saved(page)
    held = lesions(page, marking)
    assert [one["number"] for one in held] == [1, 2, 3, 4]
    assert within(shape_from_dict(held[3]["shapes"]["0"]).bounds, (150, 180, 200, 220))

    canvas.drag((220, 300), (260, 340))
    page.reload()  # at once: what had not left the page is on this machine's disk
    open_case(page, served, marking)
    saved(page)
    assert len(lesions(page, marking)) == 5


def test_a_case_is_handed_in_by_keys_and_stays_as_it_was(at_work, axe):
    served, page = at_work
    marking = given(page, "XRY")
    page.goto(f"{served.address}/annotate")
    page.get_by_role("row").nth(1).wait_for()
    assert axe(page) == []
    open_case(page, served, marking)
    page.keyboard.press("b")
    Canvas(page, FILM).drag((40, 60), (90, 110))
    saved(page)
    assert axe(page) == []
    told = handed_in(page, marking)
    assert len(told["lesions"]) == 1
    waiting = ask(page, "GET", "/api/annotation/worklist?state=open")["items"]
    assert marking not in {row["marking"] for row in waiting}
    page.goto(f"{served.address}/annotate")
    page.get_by_role("tab", name="Done").click()
    page.get_by_role("row").nth(1).wait_for()


def test_what_was_drawn_leaves_in_the_guidelines_form_and_comes_back(at_work):
    served, page = at_work
    marking = given(page, "XRY", name="given out")
    open_case(page, served, marking)
    page.keyboard.press("b")
    Canvas(page, FILM).drag((40, 60), (90, 110))
    page.get_by_label("Class of the case").select_option("malignant")
    saved(page)
    handed_in(page, marking)

    page.goto(f"{served.address}/annotate/projects")
    page.get_by_text("given out").first.dblclick()
    page.get_by_role("button", name="Export").click()
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("link", name="Download").click()
    packed = waiting.value.path()
    with zipfile.ZipFile(packed) as archive:
        names = archive.namelist()
        told = json.loads(archive.read(next(name for name in names if name.endswith(".json"))))
        binary = archive.read(next(name for name in names if name.endswith("_binary.dcm")))
    (annotation,) = told["annotations"]
    assert within(annotation["bbox"], (40, 60, 90, 110))
    painted = bounds_of(dcmread(io.BytesIO(binary)).pixel_array > 0)
    assert painted
    assert within(painted, (40, 60, 90, 110))

    again = given(page, "XRY", name="read back")
    page.goto(f"{served.address}/annotate/projects")
    page.get_by_text("read back").first.dblclick()
    page.get_by_role("button", name="Bring in").click()
    page.get_by_label("Where they come from").fill("elsewhere")
    page.get_by_label("File").set_input_files(
        files=[{"name": "m.zip", "mimeType": "application/zip", "buffer": packed.read_bytes()}]
    )
    page.locator("dialog").get_by_role("button", name="Bring in").click()
    page.get_by_text("1 lesions on 1 images").wait_for(timeout=60_000)
    (proposed,) = lesions(page, again)
    assert proposed["proposal"]["state"] == "proposed"
    open_case(page, served, again)
    page.get_by_role("button", name="Accept").click()
    saved(page)
    (accepted,) = lesions(page, again)
    assert accepted["proposal"]["state"] == "accepted"
    assert within(shape_from_dict(accepted["shapes"]["0"]).bounds, (40, 60, 90, 110))
