"""evaluation.json: strict, whole, and read back as it was."""

import json
import math

import pytest

from hilum.errors import ReadingsError
from hilum.evaluation import Comparison, Evaluation, EvaluationOptions, Measure, evaluate

SHARED_KEYS = "part measure of at low high se statistic df method n events"
MEASURE_KEYS = set(f"{SHARED_KEYS} reader value n_excluded".split())
COMPARISON_KEYS = set(f"{SHARED_KEYS} reader_a reader_b scale difference p margin".split())


@pytest.fixture
def evaluation(cohort):
    truth, model, points = cohort
    return evaluate([model, points], truth, EvaluationOptions(comparator="points"))


def test_rows_have_the_fields_of_the_contract(evaluation):
    plain = json.loads(evaluation.to_json())
    assert all(set(row) == MEASURE_KEYS for row in plain["measures"])
    assert all(set(row) == COMPARISON_KEYS for row in plain["comparisons"])
    assert all(set(row) == {"code", "text", "n"} for row in plain["warnings"])
    assert all(row["scale"] in {"difference", "ratio"} for row in plain["comparisons"])


def test_saved_and_loaded_it_is_the_same(evaluation, tmp_path):
    path = evaluation.save(tmp_path / "evaluation.json")
    assert Evaluation.load(path) == evaluation
    assert [file.name for file in tmp_path.iterdir()] == ["evaluation.json"]


def test_not_a_number_becomes_null():
    row = Measure("cnn", "test", "auroc", value=math.nan, high=math.inf)
    text = Evaluation("classification", measures=(row,)).to_json()
    assert json.loads(text, parse_constant=pytest.fail)["measures"][0]["value"] is None


def test_every_number_says_its_method_and_its_cases(evaluation):
    for row in evaluation.measures:
        assert row.method != "not_estimable"
        assert 0 <= row.events <= row.n
        assert row.events > 0 or row.measure in {"ks_distance", "missing_share", "standardised_difference"}
        assert row.low <= row.value <= row.high
    for row in evaluation.comparisons:
        assert row.p is None or 0 <= row.p <= 1
        agreed = row.measure in {"kappa", "fleiss_kappa", "krippendorff_alpha"}
        assert row.p is not None or agreed
        assert row.low <= (row.statistic if agreed else row.difference) <= row.high
        assert row.n > 0


def test_it_can_be_asked(evaluation):
    assert evaluation.parts == ("test", "B", "validation")
    assert evaluation.find("model", "test", "auroc").value > evaluation.find("points", "test", "auroc").value
    assert isinstance(evaluation.compare("model", "points", "B", "auroc"), Comparison)
    assert evaluation.compare("points", "model", "B", "auroc") is None
    assert len(evaluation.measures_frame()) == len(evaluation.measures)
    areas = evaluation.comparisons_frame().query("measure == 'auroc'")
    assert set(areas["reader_b"]) == {"points"}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"task": 3}', "not json"])
def test_another_file_is_refused(tmp_path, text):
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    with pytest.raises(ReadingsError, match=r"x\.json cannot be read"):
        Evaluation.load(tmp_path / "x.json")


def test_a_folder_that_does_not_exist_is_said(evaluation, tmp_path):
    with pytest.raises(ReadingsError, match="cannot be written"):
        evaluation.save(tmp_path / "nowhere" / "evaluation.json")
