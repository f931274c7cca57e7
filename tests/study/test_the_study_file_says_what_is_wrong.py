"""Every slip in a study file becomes one sentence that names table and key."""

import pytest

from hilum.errors import StudyFileError
from hilum.study import load_study, make_study, parse_study

WHOLE = """version = 1
title = "30-day mortality in community-acquired pneumonia from the chest X-ray"
[cohort]
images = "archive"
table = "outcomes.xlsx"
patient = "patient_id"
include = ["modality in {CR, DX}", "view == PA", "age >= 18"]
[task]
kind = "survival"
time_days = "days"
event = "died"
horizons_days = [30]
[split]
by = "patient"
parts = { train = 0.8, validation = 0.1, test = 0.1 }
external = { "cohort A" = "site == 'A'", "cohort B" = "site == 'B'" }
seed = 7
[[readers]]
model = "resnet18"
pretrained = "if available"
repeats = 5
[[readers]]
score = "curb65"
[[readers]]
product = "lunit.csv"
mapping = { score = "abnormality_percent" }
[[readers]]
combine = ["resnet18", "curb65"]
[[readers]]
model = "auto"
budget_minutes = 20
[readers.training]
batch_size = 32
"""

SLIPS = {
    ('event = "died"', 'evnt = "died"'): "unknown key `evnt` in [task]: did you mean `event`?",
    (
        'patient = "patient_id"',
        'pateint = "id"',
    ): "unknown key `pateint` in [cohort]: did you mean `patient`?",
    ("repeats = 5", "repeat = 5"): "unknown key `repeat` in [[readers]]: did you mean `repeats`?",
    ("budget_minutes", "budget_minute"): "unknown key `budget_minute` in [[readers]] number 5: did you mean",
    ("batch_size", "batchsize"): "unknown key `batchsize` in [readers.training]: did you mean `batch_size`?",
    ("train = 0.8", "trian = 0.8"): "unknown key `trian` in [split.parts]: did you mean `train`?",
    ("[cohort]", "[chort]"): "unknown key `chort` at the top of the study file: did you mean `cohort`?",
    ("seed = 7", 'seed = "7"'): '`seed` in [split] must be a whole number, and is "7"',
    ("seed = 7", "seed = true"): "`seed` in [split] must be a whole number, and is true",
    ("seed = 7", "seed = -1"): "`seed` in [split] is the number -1 and must be at least 0",
    ("seed = 7", "folds = 5"): "`folds` in [split] is not available yet: use parts",
    ("[30]", "[-30]"): "entry 1 of `horizons_days` in [task] is the number -30 and must be above 0",
    ("[30]", "30"): "`horizons_days` in [task] must be a list",
    ('"survival"', '"detection"'): "the task kind `detection` is not available yet: use `classification`",
    ('"survival"', '"survivl"'): "unknown kind `survivl` in [task]: did you mean `survival`?",
    ('kind = "survival"', 'label = "x"'): '`label` in [task] goes with kind = "classification"',
    ("age >= 18", "age = 18"): '"age = 18" has a single =: write == to compare',
    ("test = 0.1", "test = 0.2"): "`parts` in [split] add up to 1.1: the fractions must add up to 1",
    ("seed = 7", 'parts_column = "p"'): "[split] has both `parts` and `parts_column`",
    (
        '"curb65"]',
        '"curb56"]',
    ): "combine names the reader `curb56`, which is not there: did you mean `curb65`?",
    ('"auto"', '"resnet18"'): "two [[readers]] are called `resnet18`",
    ('"auto"', '"a/b"'): '[[readers]] number 5 is called "a/b", which cannot name a folder',
    ('score = "curb65"', 'score = "curb65"\nrepeats = 2'): "has `repeats`, which goes with `model`",
    ('score = "curb65"', 'score = "curb65"\nmodel = "x"'): "write exactly one of `model`, `score`",
    ('score = "curb65"', 'name = "x"'): "says nothing that could read",
    ("seed = 7", 'seed = 7\nexternal2 = "a"'): "unknown key `external2` in [split]: did you mean `external`?",
    ('"cohort A" =', '"Test" ='): "names a cohort `Test`, which is the name of a part",
    ("version = 1", "version = 2"): "`version` at the top of the study file is the number 2",
    ("seed = 7", "seed = "): "is not valid TOML: invalid value (at line 17",
    ('images = "archive"\n', ""): "the reader `resnet18` reads images, but [cohort] names no `images`",
    ('table = "outcomes.xlsx"\n', ""): "[cohort] names the column `patient` but no table",
}


@pytest.mark.parametrize(
    ("slip", "sentence"), SLIPS.items(), ids=[" ".join(s[1].split())[:30] for s in SLIPS]
)
def test_a_slip_is_one_sentence_with_its_place(slip, sentence):
    written, mistyped = slip
    assert written in WHOLE
    with pytest.raises(StudyFileError) as error:
        parse_study(WHOLE.replace(written, mistyped))
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)
    assert "pydantic" not in str(error.value)


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        ({"lesions": "l.csv"}, "detection"),
        ({"kind": "segmentation", "label": "x"}, "segmentation"),
    ],
)
def test_a_kind_that_is_not_built_is_refused_clearly_even_without_kind(task, kind):
    with pytest.raises(StudyFileError, match=f"task kind `{kind}` is not available yet"):
        make_study({"cohort": {"images": "films"}, "task": task})


def test_a_pattern_that_could_take_for_ever_is_refused():
    with pytest.raises(StudyFileError, match="repeats something that repeats itself"):
        make_study({"cohort": {"images": "films", "patient_pattern": "^(a+)+$"}})


def test_a_folder_alone_is_a_whole_study(tmp_path):
    file = tmp_path / "pneumonia.toml"
    file.write_text('[cohort]\nimages = "films"\n[task]\npositive = 1\n', encoding="utf-8-sig")
    study = load_study(file)
    assert (study.title, study.task.kind, study.task.positive) == ("pneumonia", "classification", "1")
    assert study.split.parts == {"train": 0.8, "validation": 0.1, "test": 0.1}


def test_other_encodings_and_absent_files_are_named(tmp_path):
    file = tmp_path / "study.toml"
    file.write_bytes('title = "폐렴"'.encode("cp949"))
    with pytest.raises(StudyFileError, match=r"study\.toml is not UTF-8 text"):
        load_study(file)
    with pytest.raises(StudyFileError, match=r"is a folder, and a study file \(.toml\) is wanted: name `"):
        load_study(tmp_path)


def test_the_kind_is_told_by_the_keys():
    for task, kind in (({"label": "x"}, "classification"), ({"time_days": "d", "event": "e"}, "survival")):
        study = make_study({"cohort": {"table": "t.csv", "patient": "id"}, "task": task})
        assert study.task.kind == kind


def test_default_names_of_readers():
    study = parse_study(WHOLE)
    names = [reader.resolved_name for reader in study.readers]
    assert names == ["resnet18", "curb65", "lunit", "resnet18+curb65", "auto"]


def test_an_expert_may_set_every_entry_of_the_plan_that_has_no_key_of_its_own():
    from hilum.preparation.plan import Augmentation, Learning, Picture
    from hilum.study.reader_options import TRAINING_KEYS, ReaderOptions

    entries = {*Picture.model_fields, *Augmentation.model_fields, *Learning.model_fields, "augmentation"}
    assert set(TRAINING_KEYS) == entries - ReaderOptions.model_fields.keys() - {"channels", "steps"}
