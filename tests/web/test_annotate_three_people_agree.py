"""An annotator, two opinions that differ, an adjudicator who sees them without names; each in a browser."""

import pytest

from hilum.annotation.shapes import shape_from_dict
from web.drawing import Canvas, ask, lesions, open_case, saved, within
from web.shared_workspaces import FILM, film_and_ct
from web.workbenches import sign_in

ACCOUNTS = {
    "dora": ("data_manager",),
    "ann": ("annotator",),
    "sue": ("specialist",),
    "sid": ("specialist",),
    "adam": ("adjudicator",),
}


@pytest.fixture
def people(tmp_path_factory, tmp_path, workbench, new_page):
    served = workbench(film_and_ct(tmp_path_factory, tmp_path / "workspace"), accounts=ACCOUNTS)
    pages = {name: new_page() for name in ACCOUNTS}
    for name, page in pages.items():
        sign_in(page, served, name)
    return served, pages


def _mark(served, page, *corners: tuple[float, float]) -> str:
    """Open the first case of the list, draw a box, hand it in; what the page says afterwards."""
    page.goto(f"{served.address}/annotate")
    page.get_by_role("row").nth(1).dblclick()
    page.locator("[data-ink='0']").wait_for()
    page.locator("text=/^C .+ W /").first.wait_for(timeout=60_000)
    page.keyboard.press("b")
    Canvas(page, FILM).drag(*corners)
    saved(page)
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    page.locator("dialog h2", has_text="handed in").wait_for()
    return page.locator("main").inner_text()


def test_opinions_that_differ_go_to_the_adjudicator_without_names(people, axe):
    served, pages = people
    numbers = {name: ask(page, "GET", "/api/session")["person"]["id"] for name, page in pages.items()}
    told = {"name": "films", "dataset": "XRY", "training_needed": False, "first_pass": False, "opinions": 2}
    made = ask(pages["dora"], "POST", "/api/annotation/projects", told)
    people_in_turn = [numbers[name] for name in ("ann", "sue", "sid", "adam")]
    path = f"/api/annotation/projects/{made['project']}/assign"
    ask(pages["dora"], "POST", path, {"people": people_in_turn})

    _mark(served, pages["ann"], (60, 120), (130, 200))
    _mark(served, pages["sue"], (60, 120), (130, 200))
    _mark(served, pages["sid"], (200, 250), (260, 330))

    adam = pages["adam"]
    (item,) = ask(adam, "GET", "/api/annotation/worklist?state=open")["items"]
    assert item["stage"] == "adjudication"
    open_case(adam, served, item["marking"])
    section = adam.get_by_label("Opinions")
    section.get_by_role("button", name="Take this one").first.wait_for()
    shown = adam.locator("main").inner_text()
    assert "Opinion A" in shown
    assert "Opinion B" in shown
    # Two saw the same finding, and one another: each says of the other two how it stands to them.
    assert shown.count("overlap 1.00") == 2
    assert shown.count("not in ") == 4
    assert not any(name in shown for name in ("ann", "sue", "sid") if f" {name} " in f" {shown} ")
    section.get_by_role("button", name="Take this one").first.click()
    saved(adam)
    (lesion,) = lesions(adam, item["marking"])
    opinions = ask(adam, "GET", f"/api/annotation/markings/{item['marking']}")["opinions"]
    wished = opinions[0]["lesions"][0]["shapes"]["0"]
    assert within(shape_from_dict(lesion["shapes"]["0"]).bounds, shape_from_dict(wished).bounds, 0)
    adam.keyboard.press("n")
    adam.keyboard.press("Enter")
    adam.locator("dialog h2", has_text="handed in").wait_for()
    project = ask(pages["dora"], "GET", f"/api/annotation/projects/{made['project']}")
    assert project["stages"]["accepted"] == 1

    # Whose case it is not finds nothing there, by page or by API.
    pages["ann"].goto(f"{served.address}/annotate/case/{item['marking']}")
    pages["ann"].get_by_text("there is no such case among yours").wait_for()

    # Whoever gives the work out opens the decision again, and says why; it stays on record.
    dora = pages["dora"]
    dora.goto(f"{served.address}/annotate/projects")
    dora.get_by_text("films").first.dblclick()
    dora.get_by_role("button", name="Cases", exact=True).click()
    dora.get_by_role("dialog").get_by_text("C0001").dblclick()
    dora.get_by_role("button", name="Open again: Adjudication, adam").click()
    asked = dora.get_by_role("dialog", name="Open again")
    assert asked.get_by_role("button", name="Open again").is_disabled()
    asked.get_by_label("Why").fill("pathology came in")
    asked.get_by_role("button", name="Open again").click()
    dora.get_by_text("pathology came in").wait_for()
    assert axe(dora) == []
    adam.goto(f"{served.address}/annotate/case/{item['marking']}")
    adam.get_by_text("saved", exact=True).wait_for()
    adam.get_by_role("button", name="Hand in").wait_for()

    dora.get_by_role("button", name="Take out of the project").click()
    dora.get_by_role("dialog", name="Take out of the project").get_by_label("Why").fill("not a chest film")
    dora.get_by_role("dialog", name="Take out of the project").get_by_role(
        "button", name="Take out of the project"
    ).click()
    dora.get_by_role("button", name="Put back").wait_for()
    assert ask(adam, "GET", "/api/annotation/worklist?state=open")["items"] == []
