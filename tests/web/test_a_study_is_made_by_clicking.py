"""A study from its question to its report in the browser, and the same numbers from the command line."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from web.workbenches import Workbench, environment, sign_in

MINUTES = 240_000


def films(folder: Path, each: int = 24) -> list[str]:
    """Pictures of two kinds that a small network tells apart; two pictures a person."""
    random = np.random.default_rng(7)
    names = []
    for label, bright in (("normal", 70), ("pneumonia", 150)):
        (folder / label).mkdir(parents=True)
        for number in range(each):
            pixels = random.normal(90, 25, (64, 64))
            pixels[20:44, 20:44] += bright - 90 + random.normal(0, 20)
            name = f"{label}/{label[0]}{number // 2:02}_{number % 2}.png"
            Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(folder / name)
            names.append(name)
    return names


def step(page: Page, name: str):
    return page.locator(f'[data-step="{name}"]')


def begin(page: Page, title: str) -> None:
    page.goto(f"{'/'.join(page.url.split('/')[:3])}/studies/new")
    page.get_by_label("The question").fill(title)
    page.get_by_role("button", name="Begin").click()
    page.locator("[data-step]").first.wait_for()


def upload_folder(page: Page, folder: Path) -> None:
    page.get_by_role("button", name="Upload a folder").click()
    step(page, "Images").locator("input[type=file]").set_input_files(folder)
    expect(step(page, "Images").get_by_role("img")).to_have_count(12, timeout=60_000)


def saved(page: Page) -> None:
    expect(page.locator("[data-saving=false]")).to_have_text("saved")


def enter(page: Page, bench: Workbench) -> None:
    page.goto(bench.entry_url)
    page.locator("#page h1").wait_for()


@pytest.mark.slow
def test_a_folder_and_a_spreadsheet_become_a_report_with_the_numbers_of_the_command_line(
    workbench, new_page, tmp_path, axe
):
    bench, page = workbench(), new_page()
    names = films(tmp_path / "films")
    table = pd.DataFrame(
        {
            "파일명": names,
            "환자번호": [Path(name).stem.split("_")[0] for name in names],
            "나이": [40 + n for n in range(len(names))],
            "진단": ["정상" if name.startswith("normal") else "폐렴" for name in names],
        }
    )
    table.to_excel(tmp_path / "outcomes.xlsx", index=False)
    enter(page, bench)
    begin(page, "Pneumonia on the chest radiograph")
    upload_folder(page, tmp_path / "films")
    step(page, "Images").get_by_role("button", name="Done", exact=True).first.click()
    step(page, "Table").locator("input[type=file]").set_input_files(tmp_path / "outcomes.xlsx")
    expect(page.get_by_label("The patient is in the column")).to_have_value("환자번호")
    expect(page.get_by_label("The image's path is in the column")).to_have_value("파일명")
    assert axe(page) == []
    step(page, "Table").get_by_role("button", name="Done", exact=True).first.click()
    expect(step(page, "Task")).to_contain_text("the column “진단”")
    expect(page.get_by_label("positive is")).to_have_value("폐렴")
    page.get_by_role("button", name="Yes, ask this").click()
    expect(step(page, "Cohort").get_by_role("table")).to_be_visible()
    expect(step(page, "Cohort").get_by_role("button", name="Look again")).to_be_visible(timeout=60_000)
    step(page, "Cohort").get_by_role("button", name="Done", exact=True).first.click()
    page.get_by_label("Model", exact=True).select_option("small_cnn")
    page.get_by_label("passes over the images").fill("2")
    page.get_by_role("button", name="Add the model").click()
    expect(step(page, "Readers")).to_contain_text("the model small_cnn, 2 passes")
    step(page, "Readers").get_by_role("button", name="Done", exact=True).first.click()
    page.get_by_role("button", name="Run — about").click()
    expect(page.get_by_role("link", name="Open the report")).to_be_visible(timeout=MINUTES)
    report = page.get_by_role("link", name="Open the report").get_attribute("href")
    answer = page.request.get(bench.address + report)
    assert "Pneumonia on the chest radiograph" in answer.text()

    study = next((bench.workspace / "studies").glob("*/study.toml"))
    runs = bench.workspace / "runs"
    first = {path.parent.name: path.read_bytes() for path in runs.glob("*/evaluation.json")}
    bench.stop()
    alone = tmp_path / "alone"
    alone.mkdir()
    command = f"cp -r {study.parent}/. {alone} && {sys.executable} -m hilum.cli run {alone}/study.toml"
    done = subprocess.run(
        ["sh", "-c", command], env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (again,) = (alone / "runs").glob("*/evaluation.json")
    assert json.loads(again.read_bytes()) == json.loads(next(iter(first.values())))
    assert again.read_bytes() == next(iter(first.values()))


@pytest.mark.slow
def test_a_product_is_compared_by_clicking(workbench, new_page, tmp_path):
    bench, page = workbench(), new_page()
    names = films(tmp_path / "films", each=30)
    random = np.random.default_rng(3)
    scores = [random.normal(0.7 if name.startswith("p") else 0.4, 0.2) for name in names]
    product = pd.DataFrame({"film": names, "Abnormality index": np.clip(scores, 0, 1)})
    product.to_csv(tmp_path / "lunit.csv", index=False)
    enter(page, bench)
    begin(page, "A product on chest radiographs")
    upload_folder(page, tmp_path / "films")
    step(page, "Images").get_by_role("button", name="Done", exact=True).first.click()
    page.get_by_role("button", name="Go on without a table").click()
    page.get_by_role("button", name="Yes, ask this").click()
    step(page, "Cohort").get_by_role("button", name="Done", exact=True).first.click()
    page.get_by_label("Drop the product's CSV").set_input_files(tmp_path / "lunit.csv")
    page.get_by_label("The case is in the column").select_option("film")
    page.get_by_label("its number in the column").select_option("Abnormality index")
    page.get_by_role("button", name="Add these readings").click()
    expect(step(page, "Readers")).to_contain_text("the readings in lunit.csv")
    study = next((bench.workspace / "studies").glob("*/study.toml")).read_text()
    assert 'mapping = {case = "film", score = "Abnormality index"}' in study
    step(page, "Readers").get_by_role("button", name="Done", exact=True).first.click()
    page.get_by_role("button", name="Run — about").click()
    expect(page.get_by_role("link", name="Open the report")).to_be_visible(timeout=MINUTES)
    found = json.loads(next((bench.workspace / "runs").glob("*/evaluation.json")).read_bytes())
    assert "lunit" in json.dumps(found)


def test_refresh_and_kill_lose_nothing(workbench, new_page, tmp_path):
    bench, page = workbench(), new_page()
    films(tmp_path / "films", each=4)
    enter(page, bench)
    begin(page, "Does it stay?")
    page.get_by_role("button", name="Upload a folder").click()
    step(page, "Images").locator("input[type=file]").set_input_files(tmp_path / "films")
    expect(step(page, "Images").get_by_role("img")).to_have_count(8)
    saved(page)
    page.keyboard.press("t")
    text = page.get_by_label("Study file (TOML)")
    expect(text).to_have_value(re.compile(r'images = "images"'))
    text.fill(text.input_value() + "\n# mine\n[split]\nsed = 3\n")
    expect(page.get_by_text("did you mean `seed`?")).to_be_visible()
    bench.kill()
    bench.start()
    enter(page, bench)
    page.goto(bench.address + "/studies")
    page.get_by_role("link", name="Does it stay?").click()
    text = page.get_by_label("Study file (TOML)")
    assert "sed = 3" in text.input_value()
    text.fill(text.input_value().replace("sed = 3", "seed = 3"))
    expect(page.get_by_text("did you mean")).to_have_count(0)
    saved(page)
    page.reload()
    expect(step(page, "Images")).to_contain_text("uploaded images")
    kept = next((bench.workspace / "studies").glob("*/study.toml")).read_text()
    assert "seed = 3" in kept
    assert "# mine" in kept


def test_a_second_window_is_told_and_shown_the_difference(workbench, new_page):
    bench, page = workbench(), new_page()
    enter(page, bench)
    begin(page, "Who was first?")
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("[data-step]").first.wait_for()
    for each, title in ((page, "First was here"), (other, "Second was here")):
        step(each, "The question").get_by_role("button").first.click()
        each.get_by_label("The question").fill(title)
        each.get_by_label("The question").blur()
    expect(other.get_by_text("changed in another window")).to_be_visible()
    expect(other.get_by_text('+ title = "First was here"')).to_be_visible()
    other.get_by_role("button", name="Make my change again").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Second was here")


def test_a_viewer_reaches_no_study_that_is_not_shared(workbench, new_page):
    bench = workbench(accounts={"kim": ("researcher",), "vi": ("viewer",)})
    kim, viewer = new_page(), new_page()
    sign_in(kim, bench, "kim")
    begin(kim, "A secret question")
    slug = kim.url.rsplit("/", 1)[-1]
    sign_in(viewer, bench, "vi")
    viewer.goto(f"{bench.address}/studies/{slug}")
    expect(viewer.get_by_text("there is no such study")).to_be_visible()
    assert "secret" not in viewer.locator("#page").inner_text().lower()
    for path in ("", "/cohort", "/images", "/tasks", "/revisions"):
        assert viewer.request.get(f"{bench.address}/api/studies/{slug}{path}").status == 404
    viewer.goto(f"{bench.address}/studies")
    expect(viewer.get_by_text("A secret question")).to_have_count(0)
