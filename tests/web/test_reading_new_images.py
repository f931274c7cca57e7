"""From a model to a table of readings in the browser; names of files stay in the window that sent them."""

import re

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from typer.testing import CliRunner

from hilum.cli import app
from serving.results_world import picture
from web import workbenches
from web.imaging import write_film
from web.shared_workspaces import finished_study
from web.walking import choose, settle, texts

MODEL = "/models/discs/discs-1/small_cnn"
NAME = "hong-gildong"


@pytest.fixture(scope="module")
def served(tmp_path_factory, pages_built):
    """A workspace with a finished study, served to the single user."""
    folder = finished_study(tmp_path_factory, tmp_path_factory.mktemp("reading") / "workspace")
    with workbenches.served(folder) as bench:
        yield bench


@pytest.fixture
def page(served, new_page) -> Page:
    """A page of the single user, in which a server that is away for a moment is waited for."""
    opened = new_page(accept_downloads=True)
    opened.set_default_timeout(60_000)
    opened.goto(served.entry_url)
    opened.locator("#page h1").wait_for()
    return opened


@pytest.fixture
def films(tmp_path):
    """Two pictures, a DICOM film, and a file that is broken; named as hospitals name files."""
    folder = tmp_path / NAME
    write_film(folder, "777")
    (folder / "film.dcm").rename(folder / f"{NAME}-0.dcm")
    rng = np.random.default_rng(7)
    for number in (1, 2):
        Image.fromarray(picture(rng, number == 1)).save(folder / f"{NAME}-{number}.png")
    (folder / f"{NAME}-3.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    return sorted(folder.iterdir())


def predicted(served, films, out) -> pd.DataFrame:
    """What the command line says of the same files."""
    model = served.workspace / "runs" / "discs-1" / "models" / "small_cnn"
    CliRunner().invoke(app, ["predict", str(model), *map(str, films), "--csv", str(out)])
    return pd.read_csv(out, float_precision="round_trip")


def names_kept(served) -> list[str]:
    """Files of the server in which a name stands."""
    files = [path for path in (served.workspace / "serve").rglob("*") if path.is_file()]
    return [path.name for path in files if NAME.encode() in path.read_bytes()]


def test_new_images_are_read_and_their_names_stay_in_this_window(served, page, films, tmp_path, axe):
    page.goto(served.address + MODEL)
    page.get_by_role("link", name="Read new images").click()
    page.get_by_label("Drop images").set_input_files(films)
    expect(page.get_by_text("4 files chosen")).to_be_visible()
    page.get_by_text("Also show where the model looked").first.click()
    assert axe(page) == []
    page.get_by_role("button", name="Read these images").click()
    page.wait_for_url(re.compile("/models/readings/[0-9a-f]{16}$"))
    page.get_by_role("heading", name="Reading 1, by small_cnn").wait_for()
    # The server is cut off in the middle of the work, and goes on with it.
    served.kill()
    served.start()
    table = page.get_by_role("grid", name="Readings by image")
    expect(table.get_by_role("row")).to_have_count(5, timeout=120_000)
    told = predicted(served, films, tmp_path / "told.csv")
    for number, (score, threshold) in enumerate(zip(told["score"], told["threshold"], strict=True), start=1):
        row = table.get_by_role("row", name=re.compile(f"image {number} · {NAME}"))
        expect(row).to_contain_text(f"{score:.4g}")
        expect(row).to_contain_text("pneumonia (at" if score >= threshold else "normal (below")
    expect(table.get_by_role("row", name=re.compile("image 4"))).to_contain_text("Not read")
    expect(page.get_by_text("not for clinical use without approval")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download (CSV)").click()
    taken.value.save_as(tmp_path / "readings.csv")
    found = pd.read_csv(tmp_path / "readings.csv", float_precision="round_trip")
    assert found["score"].dropna().tolist() == told["score"].tolist()
    assert NAME not in (tmp_path / "readings.csv").read_text()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download with file names").click()
    taken.value.save_as(tmp_path / "named.csv")
    named = pd.read_csv(tmp_path / "named.csv", float_precision="round_trip")
    assert named["file"].tolist() == [path.name for path in films]
    assert named["score"].dropna().tolist() == told["score"].tolist()
    table.get_by_role("row", name=re.compile("image 2")).click()
    opened = page.get_by_role("dialog")
    mapped = opened.get_by_role("img", name="image 2 with the map")
    expect(mapped).to_be_visible()
    assert mapped.evaluate("image => image.complete && image.naturalWidth > 0")
    assert axe(page) == []
    page.keyboard.press("m")
    expect(opened.get_by_role("img", name="image 2, small")).to_be_visible()
    page.keyboard.press("Escape")
    assert NAME not in page.url
    assert names_kept(served) == []
    page.reload()
    expect(table.get_by_role("row")).to_have_count(5, timeout=60_000)
    expect(page.get_by_text(NAME)).to_have_count(0)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        choose(page, "ko", "dark")
        page.reload()
        in_korean = page.get_by_role("grid", name="영상별 판독")
        expect(in_korean.get_by_role("row")).to_have_count(5, timeout=60_000)
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert axe(page) == []
        plain = [text for text in texts(page) if re.search(r"[a-z]{4}.* [a-z]{3}", text)]
        # Names out of the data and the program's own may stand.
        data = ("discs", "small_cnn", "hilum")
        assert [text for text in plain if not any(name in text for name in data)] == []
    page.get_by_role("button", name="삭제").click()
    page.get_by_role("dialog").get_by_role("button", name="삭제").click()
    expect(page.get_by_text("아직 판독한 영상이 없습니다")).to_be_visible()
