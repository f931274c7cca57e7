"""`hilum inside` on a trained model: the page stands alone, the numbers are whole, nobody is named."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from hilum.cli import app
from hilum.conduct.inside import inside_model
from hilum.reporting.inside import inside_html, inside_json, inside_pictures
from hilum.reporting.inside_pictures import coloured, tiles
from hilum.tasks import make_task
from hilum.training import TrainOptions, train
from training.tiny import prepared_for, small_plan, two_classes

LESSONS = Path(__file__).resolve().parents[2] / "docs" / "lessons"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inside")
    cohort = two_classes(folder / "films", n=24)
    plan = small_plan(epochs=1)
    prepared = prepared_for(cohort, plan, folder / "prepared")
    model = train(cohort, prepared, make_task(cohort), plan, TrainOptions(folder / "m", "cnn"))
    film = cohort.root / cohort.cases["image"].iloc[0]
    named = folder / "KIM^MINSU 8001011234567.png"
    named.write_bytes(film.read_bytes())
    return model, named


def _run(*words: object):
    return CliRunner().invoke(app, ["inside", *map(str, words)])


def test_page_pictures_and_numbers_are_written(trained, tmp_path):
    model, film = trained
    done = _run(
        model, film, "--truth", "pneumonia", "--out", tmp_path / "seen", "--json", tmp_path / "n.json"
    )
    assert done.exit_code == 0, done.output
    page = (tmp_path / "seen" / "inside.html").read_text(encoding="utf-8")
    assert not re.search(r"<script|https?://(?!www\.w3\.org)|<link", page)
    for section in (
        "What the first layer looks for",
        "Layer by layer",
        "The output layer",
        "One step of learning",
    ):
        assert section in page
    numbers = json.loads((tmp_path / "n.json").read_text(encoding="utf-8"))
    assert numbers == json.loads((tmp_path / "seen" / "inside.json").read_text(encoding="utf-8"))
    step = numbers["step"]
    for change in step["changes"]:
        assert change["after"] == pytest.approx(change["before"] - step["learning_rate"] * change["gradient"])
    with Image.open(tmp_path / "seen" / "kernels.png") as kernels:
        assert [round(value) for value in kernels.info["dpi"]] == [300, 300]
    assert (tmp_path / "seen" / "stage-1-relu.png").is_file()


def test_nobodys_name_is_on_the_page(trained, tmp_path):
    """A file's name may be a patient's."""
    model, film = trained
    done = _run(model, film, "--truth", "normal", "--out", tmp_path / "seen")
    written = "".join(
        path.read_text(encoding="utf-8") for path in (tmp_path / "seen").iterdir() if path.suffix != ".png"
    )
    assert "MINSU" not in done.output + written
    assert "8001011" not in done.output + written


def test_the_reading_is_that_of_predict(trained, tmp_path):
    model, film = trained
    inside, looked = inside_model(model, film)
    predicted = tmp_path / "read.json"
    assert (
        CliRunner().invoke(app, ["predict", str(model), str(film), "--json", str(predicted)]).exit_code == 0
    )
    said = json.loads(predicted.read_text(encoding="utf-8"))[0]["score"]
    assert inside.answer.readings["score"] == pytest.approx(said, abs=1e-4)
    assert inside.step is None
    assert "One step of learning" not in inside_html(inside, looked)


def test_the_same_image_gives_the_same_bytes(trained):
    first, second = (inside_model(*trained, truth="normal") for _ in range(2))
    assert inside_html(*first) == inside_html(*second)
    assert inside_json(*first) == inside_json(*second)
    assert inside_pictures(first[0]) == inside_pictures(second[0])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--truth", "tuberculosis"], "normal, pneumonia"),
        (["--learning-rate", "0.1"], "add --truth"),
        (["--truth", "normal", "--learning-rate", "-1"], "above 0"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(trained, words, said):
    done = _run(*trained, *words)
    assert done.exit_code == 2
    assert said in done.output
    assert "Traceback" not in done.output


def test_signed_maps_are_blue_white_vermilion_and_others_grey():
    signed = coloured(np.array([[[-2.0, 0.0, 1.0]]], np.float32))[0, 0]
    assert signed.tolist() == [[0, 114, 178], [255, 255, 255], [234, 174, 128]]
    assert coloured(np.array([[[0.0, 1.0, 2.0]]], np.float32))[0, 0, :, 0].tolist() == [0, 128, 255]
    assert tiles(np.zeros((9, 3, 3), np.float32), [str(n) for n in range(9)])[1:4] == b"PNG"


@pytest.mark.parametrize("path", sorted(LESSONS.glob("*.md")), ids=lambda p: p.stem)
def test_the_study_that_a_lesson_saves_is_the_one_that_it_shows(path):
    text = path.read_text(encoding="utf-8")
    shown = re.search(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    saved = re.search(r'write_text\(\n    """\\\n(.*?)"""', text, re.DOTALL)
    assert shown is not None
    assert saved is not None
    assert shown.group(1) == saved.group(1)
