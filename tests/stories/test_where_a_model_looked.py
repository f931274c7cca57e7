"""A study asks where its model looked; the report, the command line and the run's files say it."""

import json
from typing import Any

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from hilum.cli import app
from hilum.conduct.study_run import run_study

STUDY = """
[cohort]
images = "films"
table = "cases.csv"
patient = "patient"
case = "case"
image = "image"
[task]
label = "label"
positive = "ill"
[split]
parts_column = "part"
[[readers]]
model = "small_cnn"
size = 32
epochs = 20
pretrained = false
training = { augmentation = false, normalisation = "none" }
[evaluation]
subgroups = ["sex"]
[explanation]
methods = ["cam", "occlusion", "attention-rollout"]
lesions = "lesions.csv"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Grey noise, the ill with a bright square, so that the truth of where is known."""
    folder = tmp_path_factory.mktemp("looked")
    (folder / "films").mkdir()
    rng = np.random.default_rng(0)
    cases, lesions = ["case,patient,image,label,part,sex"], ["case,x,y,width,height"]
    for number in range(160):
        part = "train" if number < 80 else "validation" if number < 120 else "test"
        film = rng.integers(60, 120, (48, 48)).astype(np.uint8)
        if number % 2:
            top, left = rng.integers(4, 28, 2)
            film[top : top + 14, left : left + 14] = 220
            lesions.append(f"c{number},{left},{top},14,14")
        cv2.imwrite(str(folder / "films" / f"{number}.png"), film)
        sex = "FM"[number // 2 % 2]
        cases.append(f"c{number},p{number},{number}.png,{'ill' if number % 2 else 'well'},{part},{sex}")
    (folder / "cases.csv").write_text("\n".join(cases), encoding="utf-8")
    (folder / "lesions.csv").write_text("\n".join(lesions), encoding="utf-8")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def run(folder):
    return run_study(folder / "study.toml")


def _evidence(run):
    return json.loads((run.folder / "evidence.json").read_text(encoding="utf-8"))


def _typed(*words: object) -> Any:
    return CliRunner().invoke(app, ["explain", *map(str, words)])


def test_the_report_shows_maps_by_every_method_that_fits_and_says_which_does_not(run):
    evidence = _evidence(run)
    for example in evidence["examples"]:
        assert example["map_title"] == "Class activation map"
        assert [each["title"] for each in example["further_maps"]] == ["Occlusion"]
    assert any("Attention roll-out fits" in note for note in evidence["map_notes"])
    groups = [example["group"] for example in evidence["examples"]]
    assert "Nearest to the threshold" in groups
    assert {"sex = F", "sex = M"} <= set(groups)
    page = (run.folder / "report.html").read_text(encoding="utf-8")
    assert "Maps in reading order: Class activation map, Occlusion." in page
    assert page.count("(threshold 0.") + page.count("(threshold 1.") >= len(evidence["examples"])


def test_the_report_says_whether_the_maps_are_to_be_believed_with_chance_beside(run):
    table = _evidence(run)["map_checks"]["data"]
    rows = {row[0]: dict(zip(table["columns"], row, strict=True)) for row in table["rows"]}
    assert set(rows) == {"rank_correlation", "similarity", "deletion", "insertion", "pointing"}
    assert rows["pointing"]["n"] == 20
    assert rows["pointing"]["chance"] == pytest.approx(14 * 14 / 48 / 48, abs=0.01)
    assert rows["pointing"]["value"] > 0.5
    assert rows["deletion"]["value"] < 0


def test_running_again_explains_nothing_again_and_another_method_trains_nothing_again(folder, run):
    before = (run.folder / "explain" / "examples.npz").stat().st_mtime_ns
    assert run_study(folder / "study.toml").folder == run.folder
    assert (run.folder / "explain" / "examples.npz").stat().st_mtime_ns == before
    weights = run.folder / "models" / "small_cnn" / "1" / "weights.safetensors"
    trained = weights.stat().st_mtime_ns
    text = STUDY.replace('["cam", "occlusion", "attention-rollout"]', '["gradcam"]')
    (folder / "study.toml").write_text(text, encoding="utf-8")
    try:
        again = run_study(folder / "study.toml")
        assert again.folder == run.folder
        assert weights.stat().st_mtime_ns == trained
        assert {each["map_title"] for each in _evidence(again)["examples"]} == {"Grad-CAM"}
    finally:
        (folder / "study.toml").write_text(STUDY, encoding="utf-8")
        run_study(folder / "study.toml")


def test_images_are_explained_on_the_command_line(folder, run, tmp_path):
    films = [folder / "films" / "121.png", folder / "films" / "123.png"]
    model = run.folder / "models" / "small_cnn"
    done = _typed(model, *films, "--method", "cam", "--method", "occlusion", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    with np.load(tmp_path / "out" / "002-maps.npz", allow_pickle=False) as maps:
        assert {name: maps[name].shape for name in maps} == {"cam": (48, 48), "occlusion": (48, 48)}
    listed = (tmp_path / "out" / "images.csv").read_text(encoding="utf-8").splitlines()
    assert listed[0] == "number,image,cam,occlusion"
    assert listed[2].startswith("002,")
    assert cv2.imread(str(tmp_path / "out" / "001-occlusion.png")).shape == (48, 48, 3)


def test_the_command_line_checks_a_run(folder, run):
    done = _typed(run.folder, "--check", "--method", "gradcam", "--lesions", folder / "lesions.csv")
    assert done.exit_code == 0, done.output
    assert "Grad-CAM" in done.output
    assert "Highest place inside the lesion" in done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--method", "gradcan"], "did you mean `gradcam`"),
        (["--of", "ill"], "--of and --table go with images"),
        (["--lesions", "lesions.csv"], "--lesions goes with --check"),
        (["--check", "film.png"], "name the run, and no images"),
    ],
)
def test_what_does_not_go_together_is_said_in_one_sentence(run, words, said):
    done = _typed(run.folder, *words)
    assert done.exit_code != 0
    assert said in done.output
