"""Results in the browser: a threshold is moved, a case opened with its map, report and data are taken."""

import json
import re
import zipfile

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from web import workbenches
from web.shared_workspaces import finished_study
from web.walking import choose, texts

RESULTS = "/studies/discs/results/discs-1"
RUN = "runs/discs-1"


@pytest.fixture(scope="module")
def served(tmp_path_factory, pages_built):
    """A workspace with a finished study, served to the single user."""
    world = finished_study(tmp_path_factory, tmp_path_factory.mktemp("results") / "workspace")
    with workbenches.served(world) as bench:
        yield bench


@pytest.fixture(scope="module")
def known(served, browser):
    """What the browser keeps once it was let in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(served.entry_url)
    page.locator("#page h1").wait_for()
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture
def results(served, known, new_page) -> Page:
    """The page of results."""
    page = new_page(storage_state=known, accept_downloads=True)
    page.goto(served.address + RESULTS)
    page.locator("[data-answer]").wait_for()
    return page


def evaluation(served):
    return json.loads((served.workspace / RUN / "evaluation.json").read_text())


def still(page: Page) -> None:
    """Wait until nothing is on its way in."""
    page.wait_for_load_state("networkidle")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def matrix(page: Page) -> dict[str, int]:
    return {key: int(page.locator(f'[data-cell="{key}"]').inner_text()) for key in ("tp", "fp", "fn", "tn")}


def test_the_answer_comes_in_the_words_of_the_report_with_warnings_first(results, served, axe):
    evidence = json.loads((served.workspace / RUN / "evidence.json").read_text())
    said = results.locator("[data-answer]")
    for sentence in evidence["answer"]:
        expect(said).to_contain_text(sentence.replace("`", ""))
    warning = results.get_by_text("Read this first")
    assert warning.bounding_box()["y"] < said.bounding_box()["y"]
    row = next(
        each
        for each in evaluation(served)["measures"]
        if (each["reader"], each["part"], each["measure"], each["of"]) == ("small_cnn", "test", "auroc", None)
    )
    table = results.locator('[data-table="main"]')
    expect(table).to_contain_text(f"{row['value']:.2f} ({row['low']:.2f}–{row['high']:.2f})")
    expect(results.get_by_role("img", name=re.compile("^Discrimination, test"))).to_be_visible()
    assert axe(results) == []


def test_the_slider_changes_the_matrix_and_finds_back_to_the_frozen_threshold(results, served, axe):
    tab(results, "Threshold")
    slider = results.get_by_role("slider")
    (counted,) = [
        each
        for each in evaluation(served)["confusions"]
        if (each["reader"], each["part"]) == ("small_cnn", "test")
    ]
    (tn, fp), (fn, tp) = counted["counts"]
    frozen = {"tp": tp, "fp": fp, "fn": fn, "tn": tn}
    slider.wait_for()
    assert matrix(results) == frozen
    expect(results.get_by_text("This is the frozen threshold.")).to_be_visible()
    expect(results.get_by_text("for looking only: a threshold chosen on test cases")).to_be_visible()
    slider.focus()
    slider.press("Home")
    lowest = matrix(results)
    assert (lowest["fn"], lowest["tn"]) == (0, 0)
    assert lowest["tp"] == tp + fn
    expect(results.locator('[data-measure="sensitivity"]')).to_contain_text("1.00")
    slider.press("End")
    highest = matrix(results)
    assert highest["tn"] + highest["fp"] == tn + fp
    assert highest["tp"] < tp + fn
    expect(results.get_by_text("Moved, for looking only.")).to_be_visible()
    assert axe(results) == []
    results.get_by_role("button", name="Back to the frozen threshold").click()
    assert matrix(results) == frozen
    expect(results.locator("[data-chosen=youden]")).to_contain_text("was chosen on the validation cases")
    results.get_by_label("Reader").select_option("product")
    expect(results.locator("[data-chosen=given]")).to_contain_text("is the one that the study gives")


def test_the_gallery_opens_a_case_and_one_key_hides_its_map(results, axe):
    tab(results, "Cases")
    results.get_by_label(re.compile("^only the .* with maps")).check()
    outcome = results.get_by_label("Outcome")
    expect(outcome.locator("option", has_text="positive").first).to_be_attached()
    still(results)
    first = results.locator("[data-case]").first
    number = first.get_attribute("data-case")
    first.click()
    case = results.get_by_role("dialog")
    expect(case.get_by_role("heading", name=f"Case {number}")).to_be_visible()
    layer = case.get_by_role("img", name=re.compile("laid over the image"))
    expect(layer).to_be_visible()
    assert layer.evaluate("image => image.complete && image.naturalWidth > 0")
    assert axe(results) == []
    results.keyboard.press("m")
    expect(layer).to_have_count(0)
    results.keyboard.press("m")
    expect(layer).to_be_visible()
    results.keyboard.press("n")
    expect(case.get_by_role("heading", name=f"Case {number}", exact=True)).to_have_count(0)
    results.keyboard.press("Escape")
    expect(results.get_by_role("dialog")).to_have_count(0)


def test_the_report_opens_in_its_frame_and_the_data_are_taken(results, served, tmp_path, axe):
    tab(results, "Report")
    frame = results.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Do discs show pneumonia?")).to_be_visible()
    assert axe(results) == []
    with results.expect_download() as taken:
        results.get_by_role("link", name="Measures (CSV)").click()
    taken.value.save_as(tmp_path / "measures.csv")
    assert len(pd.read_csv(tmp_path / "measures.csv")) == len(evaluation(served)["measures"])
    with results.expect_download() as taken:
        results.get_by_role("link", name="All numbers (CSV and JSON, ZIP)").click()
    taken.value.save_as(tmp_path / "data.zip")
    with zipfile.ZipFile(tmp_path / "data.zip") as packed:
        assert json.loads(packed.read("evaluation.json")) == evaluation(served)
    with results.expect_download() as taken:
        results.get_by_role("link", name="Report as PDF").click()
    assert taken.value.suggested_filename == "discs-discs-1.pdf"


def test_a_study_that_was_run_shows_its_answer_as_the_last_step(results, served):
    results.goto(f"{served.address}/studies/discs")
    expect(results.locator("[data-results=discs-1] [data-answer]")).to_be_visible()
    expect(results.locator('[data-step="Run"]')).to_have_attribute("data-standing", "done")
    results.get_by_role("link", name="All results").click()
    expect(results.get_by_role("tab", name="Threshold")).to_be_visible()


def test_a_model_shows_its_card(results, served, axe):
    results.goto(f"{served.address}/models")
    expect(results.get_by_role("row", name=re.compile("small_cnn"))).to_be_visible()
    assert axe(results) == []
    results.get_by_role("row", name=re.compile("small_cnn")).click()
    expect(results.get_by_text("runs/discs-1/models/small_cnn", exact=True)).to_be_visible()
    assert axe(results) == []


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_every_part_is_in_korean_and_fits_the_window(results, served, axe, width):
    results.set_viewport_size({"width": width, "height": 800})
    choose(results, "ko", "dark")
    results.goto(served.address + RESULTS)
    results.locator("[data-answer]").wait_for()
    for name in ("답", "임계값", "증례", "비교", "보고서"):
        results.get_by_role("tab", name=name, exact=True).click()
        still(results)
        assert results.evaluate("document.documentElement.scrollWidth") <= width, name
        assert axe(results) == [], name
        # Names out of the data, numbers and the terms that radiologists leave in English may stand.
        plain = [text for text in texts(results) if re.search(r"[a-z]{4}.* [a-z]{3}", text)]
        data = ("small_cnn", "product", "discs", "test", "Do discs", "hilum")
        data += ("validation", "calibration in the large", "Cohen", "Fleiss", "Krippendorff")
        assert [text for text in plain if not any(name in text for name in data)] == [], name
