"""Check 1: whatever is done to a right tree, the check names it."""

import json
import shutil

import numpy as np
import pytest
from pydicom import dcmread

from annotation.marked import INFO, case_of
from hilum.annotation.guideline_tree import write_tree
from hilum.annotation.tree_check import check_tree
from hilum.errors import HilumError

SERIES = "lung_cancer/chest-ct/malignant/0KDNRJF/001"
NAME = "cct_0KDNRJF_001_0001"


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tree")
    write_tree(folder, [case_of(folder / "images")], INFO)
    shutil.rmtree(folder / "images")
    assert check_tree(folder) == []
    return folder


@pytest.fixture
def tree(right, tmp_path):
    shutil.copytree(right, tmp_path / "tree")
    return tmp_path / "tree"


def _codes(tree):
    return {one.code for one in check_tree(tree)}


def _json(tree, change, name=NAME):
    file = tree / SERIES / "json" / f"{name}.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    change(content)
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _mask(tree, change, category=1):
    file = tree / SERIES / "binary" / f"{NAME}_{category}_binary.dcm"
    dataset = dcmread(file)
    change(dataset)
    dataset.save_as(file)


def _annotation(**changes: object):
    return lambda content: content["annotations"][0].update(changes)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_annotation(bbox=[1.0, 5.0, 12.0, 14.0]), "box_not_bounds"),
        (_annotation(area=7.0), "wrong_area"),
        (_annotation(width=30.0), "wrong_extent"),
        (_annotation(category_id=2), "missing_mask"),
        (_annotation(category_id=2), "surplus_mask"),
        (_annotation(segmentation=[4, 5, 44, 5, 44, 13]), "outside_image"),
        (_annotation(bbox=[4.0, 5.0, 44.0, 14.0]), "outside_image"),
        (_annotation(segmentation=[4.1, 5.1, 4.2, 5.1, 4.2, 5.2]), "empty_annotation"),
        (_annotation(segmentation=[1, 20, 9, 20, 9, 30]), "mask_not_annotation"),
        (_annotation(toolname="line"), "line_has_no_area"),
        (lambda content: content["images"][0].update(width=31), "wrong_size"),
        (lambda content: content["images"][0].update(file_name="cct_0KDNRJF_001_0002.dcm"), "wrong_image"),
        (lambda content: content["images"][0].update(patient_id="0KDNRJX"), "wrong_image"),
        (lambda content: content["annotations"].clear(), "surplus_mask"),
        (lambda content: content.pop("info"), "missing_field"),
    ],
)
def test_a_json_that_is_changed(tree, change, code):
    _json(tree, change)
    assert code in _codes(tree)


def _paint(value):
    def change(dataset):
        dataset.PixelData = np.full((dataset.Rows, dataset.Columns), value, np.uint8).tobytes()

    return change


def _move(dataset):
    dataset.PixelData = np.roll(dataset.pixel_array, 3, axis=0).tobytes()


def _shrink(dataset):
    dataset.Rows = dataset.Columns = 16
    dataset.PixelData = np.ones((16, 16), np.uint8).tobytes()


def _elsewhere(dataset):
    dataset.FrameOfReferenceUID = "1.2.3"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_paint(0), "empty_mask"),
        (_paint(1), "mask_not_annotation"),
        (_move, "mask_not_annotation"),
        (_shrink, "mask_size"),
        (_elsewhere, "mask_place"),
    ],
)
def test_a_mask_that_is_changed(tree, change, code):
    _mask(tree, change)
    assert code in _codes(tree)


def _gone(name):
    return lambda tree: (tree / SERIES / name).unlink()


def _text(name, content):
    def change(tree):
        (tree / SERIES / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / SERIES / name).write_text(content)

    return change


def _renamed(label):
    return lambda tree: (tree / SERIES).parents[1].rename(tree / "lung_cancer/chest-ct" / label)


def _link(tree):
    file = tree / SERIES / "json" / f"{NAME}.json"
    file.rename(tree / "elsewhere.json")
    file.symlink_to(tree / "elsewhere.json")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_gone(f"dcm/{NAME}.dcm"), "missing_image"),
        (_gone(f"json/{NAME}.json"), "missing_json"),
        (_gone(f"binary/{NAME}_1_binary.dcm"), "missing_mask"),
        (_text(f"dcm/{NAME}.dcm", "no image"), "unreadable_image"),
        (_text(f"json/{NAME}.json", "{"), "unreadable_json"),
        (_text(f"json/{NAME}.json", "[" * 100_000), "unreadable_json"),
        (_text(f"binary/{NAME}_1_binary.dcm", "no mask"), "unreadable_mask"),
        (_text("notes.txt", "what is this"), "surplus_file"),
        (_text("binary/cct_0OTHER1_001_0001_1_binary.dcm", "of somebody else"), "surplus_file"),
        (_text("json/xry_0KDNRJF_001_0001.json", "{}"), "surplus_file"),
        (_renamed("normal"), "surplus_marks"),
        (_renamed("benign"), "category_not_allowed"),
        (_renamed("unknown"), "wrong_class"),
        (_link, "missing_json"),
    ],
)
def test_files_that_are_missing_too_many_or_at_the_wrong_place(tree, change, code):
    change(tree)
    assert code in _codes(tree)


def test_a_malignant_case_in_which_nothing_is_marked(tmp_path):
    write_tree(tmp_path, [case_of(tmp_path / "images", lesions=())], INFO)
    assert _codes(tmp_path) == {"nothing_marked"}


def test_a_folder_without_a_tree_is_wrong_use(tmp_path):
    with pytest.raises(HilumError, match="no tree"):
        check_tree(tmp_path)


def test_the_command_prints_the_defects_and_ends_with_one(tree):
    from typer.testing import CliRunner

    from hilum.cli import app

    told = CliRunner().invoke(app, ["annotate", "check", str(tree), "--json"])
    assert (told.exit_code, json.loads(told.stdout)) == (0, {"defects": []})
    _json(tree, _annotation(area=7.0))
    told = CliRunner().invoke(app, ["annotate", "check", str(tree)])
    assert told.exit_code == 1
    assert "[wrong_area]" in told.stdout
