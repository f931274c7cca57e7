"""What a study file may ask of several findings and of a number, and what it may not."""

import pytest

from hilum.errors import StudyFileError
from hilum.study import dump_study, make_study, parse_study

COHORT = {"images": "films", "table": "t.csv", "image": "file", "patient": "id"}
MODEL = {"model": "small_cnn"}


def _study(task: dict, *readers: dict, cohort: dict = COHORT):
    return make_study({"cohort": cohort, "task": task, "readers": list(readers)})


def test_the_kind_is_told_by_the_keys():
    assert _study({"findings": ["mass", "결절"]}).task.kind == "findings"
    assert _study({"value": "volume"}).task.kind == "regression"
    assert _study({"label": "dx"}).task.kind == "classification"


@pytest.mark.parametrize(
    "task", [{"findings": ["mass", "Pleural effusion", "결절"]}, {"value": "bone age (months)"}]
)
def test_toml_round_trip(task):
    study = _study(task, MODEL)
    assert parse_study(dump_study(study)) == study


@pytest.mark.parametrize(
    ("task", "sentence"),
    [
        ({"findings": ["mass", "Mass"]}, "`findings` in [task] names `mass` twice: name every finding once"),
        ({"findings": ["age"]}, "names the column `age`, which cannot be a finding"),
        ({"findings": "mass"}, '`findings` in [task] must be a list, such as ["a", "b"], and is "mass"'),
        ({"findings": []}, "`findings` in [task] is too short: it needs at least 1"),
        ({"finding": ["mass"]}, "unknown key `finding` in [task]: did you mean `findings`?"),
        ({"value": "x", "label": "y"}, '`label` in [task] goes with kind = "classification"'),
        ({"kind": "findings"}, "[task] lacks the key `findings`"),
        ({"kind": "regression", "valu": "x"}, "unknown key `valu` in [task]: did you mean `value`?"),
    ],
)
def test_a_slip_in_the_task_is_one_sentence(task, sentence):
    with pytest.raises(StudyFileError) as error:
        _study(task)
    assert sentence in str(error.value)


def test_both_need_a_table():
    folder = {"images": "films"}
    with pytest.raises(StudyFileError, match=r"asks for findings, but .cohort. names no table"):
        _study({"findings": ["mass"]}, cohort=folder)
    with pytest.raises(StudyFileError, match=r"asks for regression, but .cohort. names no table"):
        _study({"value": "x"}, cohort=folder)


@pytest.mark.parametrize("task", [{"findings": ["mass"]}, {"value": "x"}])
def test_readers_of_them_cannot_be_combined(task):
    both = ({"model": "small_cnn", "name": "a"}, {"model": "small_cnn", "name": "b"})
    with pytest.raises(StudyFileError, match=r"`a.b` combines others, and .task. asks for"):
        _study(task, *both, {"combine": ["a", "b"]})


def test_a_clinical_score_is_no_reader_of_several_findings_but_may_be_one_of_a_number():
    with pytest.raises(StudyFileError, match=r"`curb65` is a clinical score, which gives one number a case"):
        _study({"findings": ["mass"]}, {"score": "curb65"})
    assert _study({"value": "brixia"}, {"score": "brixia"}).readers[0].score == "brixia"


def test_a_number_has_no_threshold_and_findings_share_one_where_it_is_named():
    with pytest.raises(StudyFileError, match=r"has a threshold, and .task. asks for a number"):
        _study({"value": "x"}, MODEL | {"threshold": 0.5})
    with pytest.raises(StudyFileError, match=r"has a threshold, and .task. asks for a number"):
        _study({"value": "x"}, MODEL | {"threshold_rule": "youden"})
    assert _study({"findings": ["mass"]}, MODEL | {"threshold": 0.5}).readers[0].threshold == 0.5
