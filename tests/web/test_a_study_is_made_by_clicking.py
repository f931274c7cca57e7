"""A study from its question to its report in the browser, and the same numbers from the command line."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from web.shared_workspaces import films_of_two_kinds
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


def share_parts(page: Page) -> None:
    """Half of the patients to learn from; shares that do not add up are said and not saved."""
    page.get_by_text("Learning and testing: the parts").click()
    page.get_by_label("Learning (%)").fill("50")
    expect(step(page, "Cohort").get_by_role("alert")).to_contain_text("must add up to 1")
    page.get_by_label("Validation (%)").fill("25")
    page.get_by_label("Test (%)").fill("25")
    expect(step(page, "Cohort").get_by_role("alert")).to_have_count(0)
    expect(step(page, "Cohort")).to_contain_text("50:25:25 by patient")


def findings_in_korean(page: Page) -> None:
    """What the server found is told in the language that is switched to, at once, and in English again."""
    sentence = re.compile(r"\b[a-z]{3,}(,? [a-z]{2,}){3}")
    expect(step(page, "Cohort")).to_contain_text(sentence)
    page.get_by_role("button", name="한국어").click()
    expect(step(page, "코호트").get_by_role("button", name="다시 살펴보기")).to_be_visible()
    expect(step(page, "코호트")).not_to_contain_text(sentence)
    page.get_by_role("button", name="English").click()
    expect(step(page, "Cohort")).to_contain_text(sentence)


def fill_forms(page: Page, axe) -> None:
    """What there is to say of a network, of preparation, maps and comparison."""
    readers = step(page, "Readers")
    readers.get_by_text("Settings of small_cnn").click()
    readers.get_by_label("Image side (pixels)").fill("8")
    expect(readers.get_by_role("alert")).to_contain_text("must be at least 16")
    readers.get_by_label("Image side (pixels)").fill("")
    expect(readers.get_by_role("alert")).to_have_count(0)
    readers.get_by_label("Image side (pixels)").fill("48")
    expect(readers.get_by_role("alert")).to_have_count(0)
    way = readers.get_by_label("From which number a case counts as positive")
    way.and_(page.locator("select")).select_option("sensitivity")
    readers.get_by_label("Share, such as 0.95").fill("0.9")
    readers.get_by_label("Share, such as 0.95").blur()
    readers.get_by_label("나이").first.check()
    readers.get_by_text("How images are prepared").click()
    readers.get_by_label("What is cut out").select_option("body")
    readers.get_by_label("lung (-600, 1500)").check()
    readers.get_by_label("Own window").fill("40 400")
    readers.get_by_role("button", name="Add", exact=True).click()
    expect(readers.get_by_label("40 400")).to_be_checked()
    # They are for slices of CT, and these are none.
    readers.get_by_label("lung (-600, 1500)").uncheck()
    readers.get_by_label("40 400").click()
    expect(readers.get_by_label("40 400")).to_have_count(0)
    readers.get_by_text("What is shown of how a model decides").click()
    readers.get_by_label("Look inside the network").uncheck()
    readers.get_by_text("How readers are compared").click()
    readers.get_by_label("Margin, such as 0.05").fill("0.05")
    readers.get_by_role("button", name="Add", exact=True).last.click()
    expect(readers).to_contain_text("AUROC: 0.05")
    readers.get_by_text("More", exact=True).last.click()
    readers.get_by_label("Bootstrap samples").fill("100")
    readers.get_by_label("Bootstrap samples").blur()
    saved(page)
    expect(readers).to_contain_text("Bootstrap samples", use_inner_text=True)
    assert axe(page) == []


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
    findings_in_korean(page)
    share_parts(page)
    step(page, "Cohort").get_by_role("button", name="Done", exact=True).first.click()
    page.get_by_label("Model", exact=True).select_option("small_cnn")
    page.get_by_label("passes over the images").fill("2")
    page.get_by_role("button", name="Add the model").click()
    expect(step(page, "Readers")).to_contain_text("the model small_cnn, 2 passes")
    fill_forms(page, axe)
    step(page, "Readers").get_by_role("button", name="Done", exact=True).first.click()
    page.get_by_role("button", name="Run — about").click()
    expect(page.get_by_role("link", name="Open the report")).to_be_visible(timeout=MINUTES)
    expect(step(page, "Run")).to_have_attribute("data-standing", "done")
    report = page.get_by_role("link", name="Open the report").get_attribute("href")
    answer = page.request.get(bench.address + report)
    assert "Pneumonia on the chest radiograph" in answer.text()

    study = next((bench.workspace / "studies").glob("*/study.toml"))
    written = tomllib.loads(study.read_text(encoding="utf-8"))
    assert written["split"]["parts"] == {"train": 0.5, "validation": 0.25, "test": 0.25}
    assert written["readers"] == [
        {
            "model": "small_cnn",
            "epochs": 2,
            "size": 48,
            "threshold_rule": "sensitivity=0.9",
            "columns": ["나이"],
        }
    ]
    assert written["preparation"] == {"crop": "body"}
    assert written["explanation"] == {"inside": False}
    assert written["evaluation"] == {"bootstrap": 100, "margins": {"auroc": 0.05}}
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


def join_table(page: Page, name: str, table: Path) -> None:
    """A second table, in which the patient is called `No`, as a cohort that is only tested."""
    cohort = step(page, "Cohort")
    cohort.get_by_text("External cohorts").click()
    cohort.get_by_label("Which cases").select_option("table")
    cohort.get_by_label("Name of the cohort").fill(name)
    cohort.locator("input[type=file]").set_input_files(table)
    expect(cohort.get_by_label("“opacity” there is called")).to_have_value("opacity")
    cohort.get_by_label("“환자번호” there is called").select_option("No")
    cohort.get_by_role("button", name="Join this cohort").click()
    expect(cohort.get_by_text(f"{name}: with a table of its own")).to_be_visible()


@pytest.mark.slow
def test_images_of_the_archive_are_chosen_by_filters(workbench, new_page, tmp_path, tmp_path_factory):
    bench = workbench(films_of_two_kinds(tmp_path_factory, tmp_path / "hospital"))
    page = new_page()
    numbers = [str(first + n) for first in (1000, 2000) for n in range(14)]
    truth = pd.DataFrame({"환자번호": numbers, "opacity": [int(number[0] == "2") for number in numbers]})
    apart = truth.index % 7 == 6
    truth[~apart].to_csv(tmp_path / "truth.csv", index=False)
    truth[apart].rename(columns={"환자번호": "No"}).to_csv(tmp_path / "busan.csv", index=False)
    enter(page, bench)
    begin(page, "Opacity on films of the archive")
    page.get_by_role("button", name="The archive", exact=True).click()
    images = step(page, "Images")
    expect(images).to_contain_text("29 of 29 images in the archive, of 29 patients")
    images.get_by_role("button", name="DX 28").click()
    expect(images).to_contain_text("28 of 29 images in the archive, of 28 patients")
    pictures = images.get_by_role("img")
    expect(pictures).to_have_count(12)
    pictures.first.evaluate("image => image.decode()")
    images.get_by_label("Add a criterion").fill("age >= 18")
    images.get_by_role("button", name="Add", exact=True).click()
    expect(images.get_by_role("button", name="Remove: age >= 18")).to_be_visible()
    images.get_by_role("button", name="Done", exact=True).last.click()
    step(page, "Table").locator("input[type=file]").set_input_files(tmp_path / "truth.csv")
    expect(page.get_by_label("The patient is in the column")).to_have_value("환자번호")
    expect(step(page, "Table")).to_contain_text("because the vault knows 100 % of its values")
    step(page, "Table").get_by_role("button", name="Done", exact=True).first.click()
    page.get_by_role("button", name="Yes, ask this").click()
    expect(step(page, "Cohort").get_by_role("button", name="Look again")).to_be_visible(timeout=60_000)
    expect(step(page, "Cohort")).to_contain_text("24 cases · 12 positive")
    join_table(page, "Busan", tmp_path / "busan.csv")
    expect(step(page, "Cohort")).to_contain_text("28 cases · 14 positive")
    expect(step(page, "Cohort")).to_contain_text("Busan 4")
    step(page, "Cohort").get_by_role("button", name="Done", exact=True).first.click()
    page.get_by_label("Model", exact=True).select_option("linear")
    page.get_by_role("button", name="Add the model").click()
    step(page, "Readers").get_by_role("button", name="Done", exact=True).first.click()
    page.get_by_role("button", name=re.compile("^Run")).last.click()
    expect(page.get_by_role("link", name="Open the report")).to_be_visible(timeout=MINUTES)
    file = next((bench.workspace / "studies").glob("*/study.toml"))
    study = tomllib.loads(file.read_text(encoding="utf-8"))
    assert study["cohort"]["images"] == "archive"
    assert study["cohort"]["include"] == ["modality == DX", "age >= 18"]
    cohort = pd.read_parquet(next((bench.workspace / "runs").glob("*/cohort.parquet")))
    assert len(cohort) == 28
    assert (cohort["part"] == "Busan").sum() == 4
    assert not set(cohort["patient"]) & set(numbers)


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
