"""Every field of the guideline's JSON (sections 1.3.1 to 1.3.4), and every way of breaking it."""

import copy

import pytest

from annotation.marked import INFO, case_of
from hilum.annotation.categories import categories_of, right_spelling
from hilum.annotation.guideline_fields import FIELDS
from hilum.annotation.guideline_json import guideline_content, json_defects

# The tables of the document, typed from its pages: part, field, type, length, values against its remark.
TABLES = [
    ("info", "description", "string", 50, [""]),
    ("info", "version", "string", 5, [""]),
    ("info", "contributor", "string", 130, [""]),
    ("info", "date_created", "string", 20, ["2021-05-03", "2021-13-01 10-00-00", "2021-05-03 10:20:30"]),
    ("categories", "supercategory", "string", 3, ["XRY", "ABC"]),
    ("categories", "grp_id", "number", None, [0, 3, 1.5]),
    ("categories", "grp_name", "string", 2, ["정상"]),
    ("categories", "id", "number", None, [0, 10, 2.5]),
    ("categories", "name", "string", 10, ["결절"]),
    ("images", "id", "number", None, [0]),
    ("images", "file_name", "string", 50, [""]),
    ("images", "patient_id", "string", 7, [""]),
    ("images", "series_id", "string", 7, [""]),
    ("images", "image_id", "string", 7, [""]),
    ("images", "width", "number", None, [0, 10_000_000, -5]),
    ("images", "height", "number", None, [0, 10_000_000]),
    ("images", "date_captured", "string", 20, ["yesterday", "2021-05-03 25-00-00"]),
    ("images", "modality", "string", 3, ["XRY", "PCT"]),
    ("images", "manufacturer", "string", 300, []),
    ("images", "manufacturerModelName", "string", 300, []),
    ("annotations", "id", "number", None, [-1, 0.5]),
    ("annotations", "image_id", "number", None, [-1]),
    ("annotations", "category_id", "number", None, [0, 10]),
    ("annotations", "iscrowd", "number", None, [2, -1]),
    ("annotations", "area", "float", None, [0, -4.0]),
    ("annotations", "bbox", "floats", None, [[1, 2, 3], [5, 5, 4, 9], [5, 5, 5, 9]]),
    ("annotations", "toolname", "string", 300, [""]),
    ("annotations", "segmentation", "floats", None, [[1.0, 2.0, 3.0], [1.0]]),
    ("annotations", "width", "float", None, [0.0]),
    ("annotations", "height", "float", None, [-1.0]),
]


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    case = case_of(tmp_path_factory.mktemp("case"))
    image = case.images[0]
    drawn = [(lesion, shape, 0) for lesion, shape in case.in_image(image)]
    return guideline_content("CCT", INFO, image.facts, drawn)


def _broken(content, part, name, value):
    changed = copy.deepcopy(content)
    entry = changed[part] if part == "info" else changed[part][0]
    if value is _GONE:
        del entry[name]
    else:
        entry[name] = value
    return [one.code for one in json_defects(changed, "CCT", "a.json")]


_GONE = object()


def test_the_table_in_the_program_is_that_of_the_document():
    assert [(one.part, one.name, one.kind, one.length) for one in FIELDS] == [row[:4] for row in TABLES]


def test_what_is_written_has_every_field_and_no_defect(content):
    assert json_defects(content, "CCT", "a.json") == []
    for part, name, *_ in TABLES:
        entry = content[part] if part == "info" else content[part][0]
        assert name in entry


@pytest.mark.parametrize("row", TABLES, ids=lambda row: f"{row[0]} {row[1]}")
def test_every_field_must_be_there_of_its_type_length_and_values(content, row):
    part, name, kind, length, wrong = row
    assert "missing_field" in _broken(content, part, name, _GONE)
    assert "missing_field" in _broken(content, part, name, None)
    for value in {"string": (7, ["a"]), "number": ("7", True), "float": ("7", [1.0]), "floats": (7.0, ["a"])}[
        kind
    ]:
        assert "wrong_type" in _broken(content, part, name, value)
    if kind in ("number", "float"):
        assert "wrong_type" in _broken(content, part, name, float("nan"))
    if length is not None:
        assert "too_long" in _broken(content, part, name, "가" * (length + 1))
    for value in wrong:
        assert "wrong_value" in _broken(content, part, name, value)


@pytest.mark.parametrize("part", ["info", "categories", "images", "annotations"])
def test_every_part_must_be_there_and_of_its_form(content, part):
    for value, code in (
        (None, "missing_field"),
        (3, "wrong_type"),
        ([3] if part != "info" else [], "wrong_type"),
    ):
        changed = {**content, part: value}
        assert code in [one.code for one in json_defects(changed, "CCT", "a.json")]


@pytest.mark.parametrize("text", ["null", [], "text", 7, {"info": {}}])
def test_anything_that_is_no_such_json_is_a_defect_and_no_crash(text):
    assert json_defects(text, "CCT", "a.json")


def test_both_spellings_of_the_document_are_understood_and_one_is_written(content):
    changed = copy.deepcopy(content)
    names = {"섬유화반흔": "섬유유화반흔", "흉막_삼출": "흉막삼출"}
    for one in changed["categories"]:
        one["name"] = names.get(one["name"], one["name"])
    image = changed["images"][0]
    image["manufacturer ModelName"] = image.pop("manufacturerModelName")
    assert changed != content
    assert json_defects(changed, "CCT", "a.json") == []
    assert right_spelling("악성 림프절성") == categories_of("PCT")[0].name
    assert [one["name"] for one in content["categories"]] == [one.name for one in categories_of("CCT")]


def test_a_category_under_another_ones_number_is_a_defect(content):
    changed = copy.deepcopy(content)
    changed["categories"][0]["name"], changed["categories"][2]["name"] = "양성", "악성"
    assert "wrong_value" in [one.code for one in json_defects(changed, "CCT", "a.json")]


def test_an_annotation_of_another_image_is_a_defect(content):
    assert "wrong_image" in _broken(content, "annotations", "image_id", 17)
